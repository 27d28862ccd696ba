"""A backup that is brought up to date copies only what it lacks, and is whole at every moment."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from minio import Minio
from sqlalchemy import text

from core.settings import Settings
from nishan.embedded.postgres import EmbeddedPostgres
from records.access import Role
from records.backup.errors import BackupPlaceTaken
from records.backup.manifest import read_manifest
from records.backup.places import BackupPlace, DirectoryPlace, open_place
from records.backup.restoring import OpenedBackup, check_backup, restore_backup
from records.backup.taking import BackupReport, take_backup
from records.database import Database, migrate
from records.image_store import ImageStore, new_image_key
from records.retention import erase_person
from tests.integration.records.people import enrolled, officer

_numbers = itertools.count(1)


@dataclass
class Kept:
    """An installation with its own database and bucket, and a place with a backup of it."""

    database: Database
    store: ImageStore
    keys: str
    root: Path

    @property
    def place(self) -> BackupPlace:
        return DirectoryPlace(self.root)

    def take(self, place: BackupPlace | None = None, *, update: bool = True) -> BackupReport:
        return take_backup(self.database, self.store, self.keys, place or self.place, {}, update=update)

    def opened(self, place: BackupPlace | None = None) -> OpenedBackup:
        manifest, sealer, _ = read_manifest(place or self.place, self.keys, "")
        return OpenedBackup(place or self.place, manifest, sealer)

    def files(self) -> dict[str, int]:
        """The images of the backup with the time at which each was written."""
        return {
            path.name: path.stat().st_mtime_ns for path in self.root.glob("objects/*/*/*") if path.is_file()
        }

    def enrol(self, seed: int, *images: bytes) -> None:
        with self.database.transaction() as session:
            by = officer(session, Role.SUPERVISOR, None)
            enrolled(session, self.store, by, seed=seed, images=images)


@pytest.fixture
def kept(postgres_server: EmbeddedPostgres, service_settings: Settings, tmp_path: Path) -> Iterator[Kept]:
    database, store = _installation(postgres_server, service_settings)
    made = Kept(database, store, service_settings.image_key.get_secret_value(), tmp_path / "backup")
    made.enrol(1, b"first", b"second")
    made.take()
    yield made
    database.dispose()


def _installation(server: EmbeddedPostgres, settings: Settings) -> tuple[Database, ImageStore]:
    name = f"updated-{next(_numbers)}"
    server.create_database(name.replace("-", "_"))
    url = server.url_of(name.replace("-", "_"))
    migrate(url)
    store = ImageStore.from_settings(settings.model_copy(update={"s3_bucket": name}))
    store.ensure_bucket()
    return Database(url, 4), store


def _named(database: Database) -> set[str]:
    with database.transaction() as session:
        rows = session.execute(text("SELECT object_key, thumbnail_key FROM samples")).all()
    return {key for row in rows for key in row}


def test_only_new_images_are_copied_and_all_come_back(
    kept: Kept, postgres_server: EmbeddedPostgres, service_settings: Settings
) -> None:
    before = kept.files()
    kept.enrol(2, b"third")
    report = kept.take()
    assert (report.copied, report.manifest.objects.count, report.lost) == (2, 6, [])
    after = kept.files()
    assert {name: after[name] for name in before} == before  # untouched
    assert len(after) >= 3
    assert check_backup(kept.opened()) == []
    assert kept.take().copied == 0

    database, store = _installation(postgres_server, service_settings)
    kept.database.dispose()
    assert restore_backup(kept.opened(), database, store, replace=True) == []
    keys = _named(database)
    assert keys == _named(kept.database)
    assert len(keys) == 6
    assert all(store.get(key) == kept.store.get(key) for key in keys)
    database.dispose()


def test_an_update_that_is_cut_short_leaves_the_earlier_backup_whole(kept: Kept) -> None:
    kept.enrol(2, b"third")
    earlier = kept.opened().manifest

    class Cut(DirectoryPlace):
        """Ends like a process that is killed before its last file."""

        def write(self, path: str, blocks: object) -> None:
            if path == "manifest.json":
                raise KeyboardInterrupt
            super().write(path, blocks)  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        kept.take(Cut(kept.root))
    assert kept.opened().manifest == earlier
    assert check_backup(kept.opened()) == []
    report = kept.take()
    assert check_backup(kept.opened()) == []
    assert report.manifest.objects.count == 6
    folders = {path.name for path in (kept.root / "since").iterdir()}
    assert folders == {report.manifest.salt[:16]}  # nothing of the one that was cut short
    assert not (kept.root / "tables").exists()


def test_what_was_cut_off_is_copied_again_and_what_is_not_ours_stays(kept: Kept) -> None:
    spoilt = next(path for path in sorted(kept.root.glob("objects/*/*/*")) if path.is_file())
    spoilt.write_bytes(spoilt.read_bytes()[:-1])
    (kept.root / "erased.jsonl").write_text("a list that the operator keeps here")
    assert len(check_backup(kept.opened())) == 1
    assert kept.take().copied == 1
    assert check_backup(kept.opened()) == []
    assert (kept.root / "erased.jsonl").exists()


def test_images_of_who_was_erased_leave_the_backup(kept: Kept) -> None:
    before = kept.files()
    with kept.database.transaction() as session:
        by = officer(session, Role.SUPERVISOR, None)
        person, _, _ = enrolled(session, kept.store, by, seed=5, images=(b"soon erased",))
    kept.take()
    assert len(kept.files()) > len(before)
    with kept.database.transaction() as session:
        erase_person(session, kept.store, by, person.id, "Ordered by the court")
    kept.take()
    assert kept.files() == before


def test_only_a_whole_backup_of_the_same_installation_is_updated(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(BackupPlaceTaken, match="--update"):
        kept.take(update=False)
    with pytest.raises(BackupPlaceTaken, match="this installation"):
        take_backup(kept.database, kept.store, new_image_key(), kept.place, {}, update=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("in the way")
    with pytest.raises(BackupPlaceTaken, match="no complete backup"):
        kept.take(DirectoryPlace(tmp_path / "other"))
    assert check_backup(kept.opened()) == []


def test_a_bucket_is_updated_alike(kept: Kept, service_settings: Settings) -> None:
    client = Minio(
        endpoint=service_settings.s3_endpoint,
        access_key=service_settings.s3_access_key.get_secret_value(),
        secret_key=service_settings.s3_secret_key.get_secret_value(),
        secure=False,
    )
    if not client.bucket_exists(bucket_name="updates"):
        client.make_bucket(bucket_name="updates")
    place = open_place("s3://updates/nightly", service_settings)
    assert kept.take(place).copied == 4
    kept.enrol(2, b"third")
    assert kept.take(place).copied == 2
    assert check_backup(kept.opened(place)) == []
    named = {file.path for file in (table.file for table in kept.opened(place).manifest.tables)}
    lying = {path for path, _ in place.files() if "tables/" in path}
    assert lying == named
