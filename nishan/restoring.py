"""Restores a backup into the installation of the data directory: key, records, images."""

from pathlib import Path
from typing import Any

from core.settings import Settings, settings
from nishan.errors import FileUnreadable
from nishan.first_start import known_image_key
from nishan.installation import Installation
from nishan.kept_settings import FILE_NAME, write_settings
from nishan.private_files import private_directory, write_private, write_private_json
from nishan.stores_at_hand import stores_at_hand
from records.backup.erasures import repeat_destruction
from records.backup.errors import BackupKeyMissing
from records.backup.manifest import read_manifest
from records.backup.places import is_bucket, open_place
from records.backup.progress import Progress
from records.backup.restoring import OpenedBackup, check_backup, restore_backup
from records.database import Database
from records.gallery_snapshots import GallerySnapshots
from records.image_store import ImageStore, read_keys
from records.part_snapshots import remove_unheld


def check_only(source: str, passphrase: str, progress: Progress) -> dict[str, Any]:
    """Read a whole backup against its checksums; nothing of the installation is touched."""
    backup, _ = _open(settings(), source, passphrase)
    faults = check_backup(backup, progress)
    said = f"The backup of {backup.manifest.created_at} is whole."
    if faults:
        said = f"{len(faults)} images of the backup are damaged: {'; '.join(faults[:10])}"
    return {"said": said, **_summary(backup, faults)}


def restore_here(
    source: str,
    passphrase: str,
    *,
    replace: bool,
    without_damaged: bool,
    erasures: Path | None,
    progress: Progress,
) -> dict[str, Any]:
    """Restore, and return what was done with a sentence about it."""
    destroyed = _lines(erasures)
    if not is_bucket(source):
        _open(settings(), source, passphrase)  # before a database is made for nothing
    with stores_at_hand(running=False) as chosen:
        place = Installation.of(chosen)
        backup, keys = _open(chosen, source, passphrase)
        _keep_key(chosen, place, keys)
        store = ImageStore.from_settings(chosen, keys)
        store.ensure_bucket()
        database = Database(chosen.database_url.get_secret_value(), 2)
        try:
            faults = restore_backup(
                backup, database, store, replace=replace, without_damaged=without_damaged, progress=progress
            )
            repeated = repeat_destruction(database, store, destroyed)
        finally:
            database.dispose()
        differing = write_settings(backup.settings(), chosen, place.data_dir)
        remove_unheld(chosen)
        if snapshots := GallerySnapshots.of(chosen):
            snapshots.remove_all()  # nobody else writes them now; they may hold people who were replaced
    place.accounts_file.unlink(missing_ok=True)  # passwords of accounts that the backup has replaced
    write_private_json(place.demonstration_file, {"state": "complete", "done": 0, "total": 0})
    said = f"Restored the backup of {backup.manifest.created_at}. Start the service with `nishan up`. "
    if erasures is None:
        said += (
            "Persons erased after that moment are in the records again: erase them again, or restore with "
            "--erasures. "
        )
    else:
        said += f"Destroyed again: {repeated.persons} persons, {repeated.enrolments} enrolments, "
        said += f"{repeated.videos} videos. "
    if differing:
        said += f"Settings that were different ({place.data_dir / FILE_NAME}): {', '.join(differing)}. "
    if faults:
        said += f"{len(faults)} damaged images were left out: {'; '.join(faults[:10])}"
    return {"said": said, "differing_settings": differing, **_summary(backup, faults), **vars(repeated)}


def _summary(backup: OpenedBackup, faults: list[str]) -> dict[str, Any]:
    manifest = backup.manifest
    return {
        "created_at": manifest.created_at,
        "rows": sum(table.rows for table in manifest.tables),
        "objects": manifest.objects.count,
        "damaged": faults,
    }


def _open(chosen: Settings, source: str, passphrase: str) -> tuple[OpenedBackup, str]:
    place = open_place(source, chosen)
    manifest, sealer, keys = read_manifest(
        place, known_image_key(chosen, Installation.of(chosen)), passphrase
    )
    return OpenedBackup(place, manifest, sealer), keys


def _keep_key(chosen: Settings, place: Installation, keys: str) -> None:
    """Make sure that the service will find the keys of the backup, before there is anything they open.

    A key that was here stays behind them: it may open images that are here.
    """
    here = known_image_key(chosen, place)
    if here and set(read_keys(keys)) <= set(read_keys(here)):
        return
    if chosen.image_key.get_secret_value():
        raise BackupKeyMissing(
            "NISHAN_IMAGE_KEY is set to a key that does not open this backup's images. Add the key of the "
            "backup to it, or leave it empty: then the key in the backup is put into the data directory."
        )
    every = ",".join(filter(None, (keys, here)))
    write_private(private_directory(place.data_dir / "keys") / "image_key", every + "\n")


def _lines(path: Path | None) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines() if path else []
    except (OSError, UnicodeDecodeError) as problem:
        raise FileUnreadable(f"The list {path} cannot be read.") from problem
