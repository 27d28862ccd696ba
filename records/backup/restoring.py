"""Restores a backup into an empty installation: all of it, or nothing is seen."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.script import ScriptDirectory
from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from records import audit
from records.audit import AuditAnchor, verify_chain
from records.backup.errors import BackupDamaged, BackupTooNew, InstallationInUse, InstallationNotEmpty
from records.backup.manifest import BackupFile, Manifest
from records.backup.objects import ObjectsIn, lines_of
from records.backup.places import BackupPlace
from records.backup.progress import Progress, silent
from records.backup.sealing import Sealer
from records.backup.tables import Table, empty_schema, set_sequences, write_rows
from records.database import Database, alembic_config, migrate
from records.image_store import ImageStore
from records.parameters import BACKUP

_SIGNS_OF_USE = ("accounts", "persons", "enrolments", "samples", "searches", "videos", "audit")
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND application_name LIKE 'nishan%'"
)


@dataclass(frozen=True)
class OpenedBackup:
    """A backup whose manifest has been read and believed."""

    place: BackupPlace
    manifest: Manifest
    sealer: Sealer

    def blocks(self, file: BackupFile) -> Iterator[bytes]:
        """Return what a file holds, in clear.

        Raises:
            BackupDamaged: it is missing or is not what was written.
        """
        yield from self.sealer.open(file.path, self._checked(file))

    def settings(self) -> dict[str, Any]:
        """Return the settings that were kept for reference."""
        found: dict[str, Any] = json.loads(b"".join(self.blocks(self.manifest.settings)))
        return found

    def _checked(self, file: BackupFile) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        try:
            for block in self.place.read(file.path):
                digest.update(block)
                size += len(block)
                yield block
        except FileNotFoundError as problem:
            raise BackupDamaged(f"The file {file.path} of the backup is missing.") from problem
        if (size, digest.hexdigest()) != (file.bytes, file.sha256):
            raise BackupDamaged(f"The file {file.path} of the backup is not what was written.")


def check_backup(backup: OpenedBackup, progress: Progress = silent) -> list[str]:
    """Read a whole backup against its checksums; return what is wrong with single images.

    Raises:
        BackupDamaged: rows, lists or settings cannot be read.
    """
    _check_rows(backup, progress)
    return _objects(backup, None, progress)


def restore_backup(
    backup: OpenedBackup,
    database: Database,
    store: ImageStore,
    *,
    replace: bool = False,
    without_damaged: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Put a backup where nothing is; what is wrong with it is found before anything that is there goes.

    Args:
        replace: Drop the records that are there.
        without_damaged: Go on when single images are missing or damaged; their records are restored.

    Returns:
        What is wrong with single images.

    Raises:
        BackupDamaged, BackupTooNew: nothing was changed but for images put into the store, which the
            sweep removes.
        InstallationNotEmpty, InstallationInUse: nothing was changed.
    """
    _require_known(backup.manifest.revision)
    with database.transaction() as session:
        _require_unused(session)
        if not replace:
            _require_empty(session)
    _check_rows(backup, progress)
    faults = _objects(backup, store, progress)
    if faults and not without_damaged:
        raise BackupDamaged(_in_words(faults), faults=len(faults))
    with database.transaction() as session:
        empty_schema(Database.raw_connection(session))
    migrate(database.url, backup.manifest.revision)
    with database.transaction() as session:
        _load(Database.raw_connection(session), backup, progress)
        _require_chain(session, backup.manifest)
    migrate(database.url)
    with database.transaction() as session:
        details = {"backup_of": backup.manifest.created_at, "damaged": len(faults)}
        audit.append(session, None, "store.restore", "store", "backup", details=details)
        session.execute(text("ANALYZE"))
    return faults


def _require_known(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if revision not in known:
        raise BackupTooNew("A newer version wrote this backup: restore it with that version.")


def _require_unused(session: Session) -> None:
    if session.scalar(_OTHERS):
        raise InstallationInUse(
            "Processes of the service use this database: stop them all, restore, then start them."
        )


def _require_empty(session: Session) -> None:
    for table in _SIGNS_OF_USE:
        there = session.scalar(text("SELECT to_regclass(:name)"), {"name": f"public.{table}"})
        if there and session.scalar(text(f"SELECT EXISTS (SELECT 1 FROM public.{table})")):  # noqa: S608
            raise InstallationNotEmpty(
                "There are records here already. Restore into a new data directory or database, or say "
                "--replace: then everything that is here is dropped."
            )


def _check_rows(backup: OpenedBackup, progress: Progress) -> None:
    files = [table.file for table in backup.manifest.tables]
    for number, file in enumerate([*files, backup.manifest.settings], 1):
        for _ in backup.blocks(file):
            pass
        progress("checking", number, len(files) + 1)


def _objects(backup: OpenedBackup, store: ImageStore | None, progress: Progress) -> list[str]:
    found = backup.manifest.objects
    into = ObjectsIn(backup.place, store)
    into.copy(lines_of(backup.blocks(found.file)), found.count + found.lost, progress)
    return into.faults


def _in_words(faults: list[str]) -> str:
    named = "; ".join(faults[: BACKUP.named_at_most])
    more = f" and {len(faults) - BACKUP.named_at_most} more" if len(faults) > BACKUP.named_at_most else ""
    return (
        f"Images of the backup are missing or damaged: {named}{more}. Nothing was restored. Say "
        "--without-damaged to restore the rest."
    )


def _load(connection: Connection[Any], backup: OpenedBackup, progress: Progress) -> None:
    total, done = sum(table.rows for table in backup.manifest.tables), 0
    for table in backup.manifest.tables:
        count = write_rows(connection, Table(table.name, tuple(table.columns)), backup.blocks(table.file))
        if count != table.rows:
            raise BackupDamaged(f"The table {table.name} has {count} rows instead of {table.rows}.")
        done += count
        progress("rows", done, total)
    set_sequences(connection, backup.manifest.sequences)


def _require_chain(session: Session, manifest: Manifest) -> None:
    check = verify_chain(session, AuditAnchor(manifest.audit_number, manifest.audit_hash))
    if not check.intact:
        raise BackupDamaged(f"The audit of the backup does not hold from row {check.first_bad} on.")
