"""A backup taken while the service runs is whole, opens only with its key, and is restored as it was."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from minio import Minio
from sqlalchemy import text

from biometrics.template import Modality
from core.errors import NishanError
from core.settings import Settings
from nishan.embedded.postgres import EmbeddedPostgres
from records import audit
from records.access import Role
from records.accounts import sign_in
from records.active_calibrations import ActiveCalibrations
from records.backup.erasures import destruction_lines, repeat_destruction
from records.backup.errors import (
    BackupDamaged,
    BackupIncomplete,
    BackupKeyMissing,
    BackupPlaceTaken,
    BackupPlaceUnusable,
    InstallationInUse,
    InstallationNotEmpty,
)
from records.backup.manifest import read_manifest
from records.backup.places import BackupPlace, DirectoryPlace, open_place
from records.backup.restoring import OpenedBackup, check_backup, restore_backup
from records.backup.tables import read_rows, tables_in_order
from records.backup.taking import TAKEN, BackupReport, take_backup
from records.database import Database
from records.image_store import ImageMissing, ImageStore, new_image_key
from records.persons import persons_by_id
from records.removal_pause import BackupRuns, removal_paused
from records.retention import erase_person
from records.sweep import sweep_orphans
from tests.integration.records.own_rates import used
from tests.integration.records.people import PASSWORD, enrolled, officer

PASSPHRASE = "a long passphrase of the test"
_numbers = itertools.count(1)


@dataclass
class Filled:
    """An installation with people in it, and a backup of it."""

    database: Database
    store: ImageStore
    keys: str
    place: Path
    report: BackupReport

    def open(self, keys: str | None = None, passphrase: str = "") -> OpenedBackup:
        place = DirectoryPlace(self.place)
        manifest, sealer, _ = read_manifest(place, self.keys if keys is None else keys, passphrase)
        return OpenedBackup(place, manifest, sealer)


@pytest.fixture(scope="module")
def filled(
    database: Database,
    image_store: ImageStore,
    service_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Filled:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR, None)
        for seed in range(3):
            enrolled(s, image_store, by, seed=seed, images=(b"image %d" % seed, b"second"))
        used(s, "a-model-1")
    with database.transaction() as s:
        sign_in(s, by.username, PASSWORD, 30)
    place, keys = tmp_path_factory.mktemp("backup") / "first", service_settings.image_key.get_secret_value()
    report = take_backup(database, image_store, keys, DirectoryPlace(place), {"port": 1}, PASSPHRASE)
    return Filled(database, image_store, keys, place, report)


@pytest.fixture
def elsewhere(
    postgres_server: EmbeddedPostgres, service_settings: Settings
) -> Iterator[tuple[Database, ImageStore]]:
    """A database without a table, and an empty bucket."""
    number = next(_numbers)
    postgres_server.create_database(f"restored_{number}")
    opened = Database(postgres_server.url_of(f"restored_{number}"), 2)
    store = ImageStore.from_settings(service_settings.model_copy(update={"s3_bucket": f"restored-{number}"}))
    store.ensure_bucket()
    yield opened, store
    opened.dispose()


@pytest.fixture
def copy(filled: Filled, tmp_path: Path) -> Filled:
    """The backup once more, to be spoilt."""
    shutil.copytree(filled.place, tmp_path / "copy")
    return Filled(filled.database, filled.store, filled.keys, tmp_path / "copy", filled.report)


def _rows(database: Database) -> dict[str, list[bytes]]:
    with database.snapshot() as s:
        connection = Database.raw_connection(s)
        tables = tables_in_order(connection)
        return {
            table.name: sorted(b"".join(read_rows(connection, table)).splitlines())
            for table in tables
            if table.name != "audit"  # which notes the backup and the restore
        }


def test_every_row_and_image_comes_back(filled: Filled, elsewhere: tuple[Database, ImageStore]) -> None:
    database, store = elsewhere
    with filled.database.snapshot() as s:
        assert audit.last_time(s, TAKEN)
    assert restore_backup(filled.open(), database, store) == []
    assert _rows(database) == _rows(filled.database)
    rates, before = ActiveCalibrations(database), ActiveCalibrations(filled.database)
    for each in (rates, before):
        each.refresh()
    assert rates(Modality.FACE, "a-model-1") == before(Modality.FACE, "a-model-1")
    assert rates(Modality.FACE, "a-model-1").population == "own-1"
    with database.transaction() as s:
        assert audit.verify_chain(s).intact
        keys = s.execute(text("SELECT object_key, thumbnail_key FROM samples")).all()
        assert s.scalar(text("SELECT count(*) FROM tokens")) == 0
        by = officer(s, Role.SUPERVISOR, None)
        person, _, _ = enrolled(s, store, by)  # numbers and identities go on where they ended
        assert person.id in persons_by_id(s, by, [person.id])
    assert len(keys) == 6
    for pair in keys:
        for key in pair:
            assert store.get(key) == filled.store.get(key)


def test_a_backup_holds_nothing_in_clear(filled: Filled) -> None:
    for path in filter(Path.is_file, filled.place.rglob("*")):
        content = path.read_bytes()
        for secret in (b"Ramesh", b"image 1", filled.keys.encode()):
            assert secret not in content, path
        assert path.stat().st_mode & 0o077 == 0


def test_key_passphrase_or_neither(filled: Filled) -> None:
    assert filled.open(keys="", passphrase=PASSPHRASE).settings() == {"port": 1}
    for keys, passphrase in (("", ""), (new_image_key(), ""), ("", "another passphrase")):
        with pytest.raises(BackupKeyMissing):
            filled.open(keys, passphrase)


def _cut_short(place: Path) -> None:
    (place / "manifest.json").unlink()


def _alter_manifest(place: Path) -> None:
    path = place / "manifest.json"
    path.write_text(path.read_text().replace('"lost": 0', '"lost": 1'))


def _alter(pattern: str) -> Callable[[Path], None]:
    def alter(place: Path) -> None:
        path = next(iter(sorted(place.glob(pattern))))
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return alter


def _remove(pattern: str) -> Callable[[Path], None]:
    return lambda place: next(iter(sorted(place.glob(pattern)))).unlink()


@pytest.mark.parametrize(
    ("spoil", "problem", "said"),
    [
        (_cut_short, BackupIncomplete, "no complete backup"),
        (_alter_manifest, BackupDamaged, "manifest"),
        (_alter("tables/*_persons.sealed"), BackupDamaged, "_persons.sealed"),
        (_remove("tables/*_persons.sealed"), BackupDamaged, "_persons.sealed of the backup is missing"),
        (_alter("objects.sealed"), BackupDamaged, "objects.sealed"),
        (_alter("objects/*/samples/*"), BackupDamaged, "was altered"),
        (_remove("objects/*/thumbnails/*"), BackupDamaged, "is missing"),
    ],
)
def test_a_spoilt_backup_is_refused_with_what_is_wrong(
    copy: Filled,
    elsewhere: tuple[Database, ImageStore],
    spoil: Callable[[Path], None],
    problem: type[NishanError],
    said: str,
) -> None:
    spoil(copy.place)
    with pytest.raises(problem, match=said):
        restore_backup(copy.open(), *elsewhere)
    with elsewhere[0].transaction() as s:
        assert s.scalar(text("SELECT to_regclass('public.persons')")) is None


def test_one_damaged_image_need_not_lose_the_rest(
    copy: Filled, elsewhere: tuple[Database, ImageStore]
) -> None:
    _alter("objects/*/samples/*")(copy.place)
    assert len(check_backup(copy.open())) == 1
    assert len(restore_backup(copy.open(), *elsewhere, without_damaged=True)) == 1
    assert _rows(elsewhere[0]) == _rows(copy.database)


def test_nothing_is_overwritten_unasked(
    filled: Filled, elsewhere: tuple[Database, ImageStore], tmp_path: Path
) -> None:
    with pytest.raises(BackupPlaceTaken, match="complete backup here already"):
        take_backup(filled.database, filled.store, filled.keys, DirectoryPlace(filled.place), {})
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BackupPlaceTaken, match="no complete backup"):
        take_backup(filled.database, filled.store, filled.keys, DirectoryPlace(tmp_path), {})
    with pytest.raises(BackupPlaceUnusable, match="file"):
        take_backup(filled.database, filled.store, filled.keys, DirectoryPlace(tmp_path / "file" / "x"), {})
    database, store = elsewhere
    restore_backup(filled.open(), database, store)
    with pytest.raises(InstallationNotEmpty):
        restore_backup(filled.open(), database, store)
    other = Database(database.url, 2)
    with other.transaction() as s:
        enrolled(s, store, officer(s))
        with pytest.raises(InstallationInUse):
            restore_backup(filled.open(), database, store, replace=True)
    other.dispose()
    restore_backup(filled.open(), database, store, replace=True)
    assert _rows(database) == _rows(filled.database)


def test_who_is_erased_meanwhile_is_whole_in_the_backup_and_gone_after_the_list(
    filled: Filled, elsewhere: tuple[Database, ImageStore], tmp_path: Path
) -> None:
    database, store = filled.database, filled.store
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR, None)
        person, _, samples = enrolled(s, store, by, seed=9, images=(b"soon erased",))
    erased = []

    def erase_once(stage: str, done: int, total: int) -> None:
        if stage == "images" and not erased:  # the snapshot has been taken
            with database.transaction() as s:
                erased.append(erase_person(s, store, by, person.id, "Ordered by the court"))
            sweep_orphans(database, store)
            with pytest.raises(BackupRuns), removal_paused(database, longest_wait_s=1):
                pass

    place = DirectoryPlace(tmp_path / "meanwhile")
    report = take_backup(database, store, filled.keys, place, {}, progress=erase_once)
    assert report.lost == []
    assert erased
    sweep_orphans(database, store)
    with pytest.raises(ImageMissing):
        store.get(f"samples/{samples[0]}")
    with database.snapshot() as s:
        lines = list(destruction_lines(s))
    manifest, sealer, _ = read_manifest(place, filled.keys, "")
    restore_backup(OpenedBackup(place, manifest, sealer), *elsewhere)
    assert elsewhere[1].get(f"samples/{samples[0]}") == b"soon erased"
    assert repeat_destruction(*elsewhere, lines).persons == 1
    assert repeat_destruction(*elsewhere, lines).persons == 0
    with pytest.raises(ImageMissing):
        elsewhere[1].get(f"samples/{samples[0]}")
    with elsewhere[0].transaction() as s:
        assert persons_by_id(s, by, [person.id]) == {}


def test_lost_images_are_said_and_do_not_stop_a_backup(filled: Filled, tmp_path: Path) -> None:
    with filled.database.transaction() as s:
        _, _, samples = enrolled(s, filled.store, officer(s), seed=11)
    filled.store.delete(f"samples/{samples[0]}")
    place = DirectoryPlace(tmp_path / "lossy")
    report = take_backup(filled.database, filled.store, filled.keys, place, {})
    assert report.lost == [f"samples/{samples[0]}"]
    assert report.manifest.objects.lost == 1
    filled.store.put(f"samples/{samples[0]}", b"image of a face")


def test_a_bucket_takes_a_backup(filled: Filled, service_settings: Settings) -> None:
    client = Minio(
        endpoint=service_settings.s3_endpoint,
        access_key=service_settings.s3_access_key.get_secret_value(),
        secret_key=service_settings.s3_secret_key.get_secret_value(),
        secure=False,
    )
    client.make_bucket(bucket_name="backups")
    place: BackupPlace = open_place("s3://backups/2026/first", service_settings)
    take_backup(filled.database, filled.store, filled.keys, place, {})
    manifest, sealer, _ = read_manifest(place, filled.keys, "")
    assert check_backup(OpenedBackup(place, manifest, sealer)) == []
    assert not place.is_empty()
    assert open_place("s3://backups/2027", service_settings).is_empty()
    with pytest.raises(BackupIncomplete):
        read_manifest(open_place("s3://backups/2027", service_settings), filled.keys, "")
    place.write("large", (bytes([number]) * (1 << 20) for number in range(70)))  # in parts
    assert [block[0] for block in place.read("large")] == list(range(70))
    client.remove_object(bucket_name="backups", object_name=f"2026/first/{manifest.tables[0].file.path}")
    with pytest.raises(BackupDamaged, match="is missing"):
        check_backup(OpenedBackup(place, manifest, sealer))
