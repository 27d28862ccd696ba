"""Takes a backup while the service runs: one snapshot of the rows, then all objects that it names."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from psycopg import Connection

from core.clock import now
from records import audit
from records.backup.earlier import earlier_backup, nothing_earlier
from records.backup.errors import BackupPlaceTaken
from records.backup.manifest import (
    BackedUpObjects,
    BackedUpTable,
    BackupFile,
    Manifest,
    ids_of,
    is_complete,
    new_salt,
    write_manifest,
)
from records.backup.objects import ObjectsOut, named_objects
from records.backup.places import BackupPlace
from records.backup.progress import Progress, silent
from records.backup.sealing import Sealer, wrap_keys
from records.backup.tables import Table, estimated_rows, read_rows, read_sequences, tables_in_order
from records.database import Database
from records.image_store import ImageStore, read_keys
from records.removal_pause import removal_paused

TAKEN = "store.backup"
"""What the audit calls a backup that is complete."""

_AUDIT_HEAD = "SELECT number, encode(hash, 'hex') FROM audit ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True)
class BackupReport:
    """What was backed up.

    Attributes:
        lost: Keys of objects that the store no longer has whole.
        copied, copied_bytes: Objects that were not in the place already.
    """

    manifest: Manifest
    lost: list[str]
    copied: int
    copied_bytes: int


@dataclass
class _Writer:
    """Writes sealed files, beside those of an earlier backup, and remembers their checksums."""

    place: BackupPlace
    sealer: Sealer
    progress: Progress
    folder: str
    total_rows: int = 0
    rows: int = field(default=0, init=False)

    def write(self, path: str, blocks: Iterable[bytes]) -> BackupFile:
        path = self.folder + path
        digest, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for block in self.sealer.seal(path, blocks):
                digest.update(block)
                size += len(block)
                yield block

        self.place.write(path, counted())
        return BackupFile(path, size, digest.hexdigest())

    def table(self, connection: Connection[Any], number: int, table: Table) -> BackedUpTable:
        before = self.rows
        file = self.write(
            f"tables/{number:02d}_{table.name}.sealed", self._told(read_rows(connection, table))
        )
        return BackedUpTable(table.name, list(table.columns), self.rows - before, file)

    def _told(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.rows += block.count(b"\n")  # in COPY's text form a line is a row: breaks within are escaped
            self.progress("rows", self.rows, max(self.total_rows, self.rows))
            yield block


@dataclass(frozen=True)
class _Rows:
    """What came out of the snapshot."""

    tables: list[BackedUpTable]
    sequences: dict[str, int]
    revision: str
    audit_head: tuple[int, str]


def take_backup(
    database: Database,
    store: ImageStore,
    image_keys: str,
    place: BackupPlace,
    settings: Mapping[str, Any],
    passphrase: str = "",
    progress: Progress = silent,
    *,
    update: bool = False,
) -> BackupReport:
    """Write a backup to an empty place, or bring one up to date; it is complete when this returns.

    Until then an empty place counts as holding none, and one that is brought up to date holds the earlier
    one: its rows stay, and no image is written over but one whose length is not that of its list.

    Args:
        update: A complete backup of this installation may be in the place; its images are not copied again.
        settings: What is kept for reference of the operator's settings, no secrets.
        passphrase: Under which the image keys are put into the backup; "" leaves them out, and then nobody
            reads the backup who has not kept them elsewhere.

    Raises:
        BackupPlaceTaken: something is there already, or something else than may be updated.
        Unavailable: a part is down; nothing of what was written counts as a backup.
    """
    empty = place.is_empty()
    if not empty and not update:
        raise BackupPlaceTaken(_what_is_there(place))
    salt, key = new_salt(), next(iter(read_keys(image_keys).values()))
    folder = "" if empty else f"since/{salt[:16]}/"
    writer = _Writer(place, Sealer(key, bytes.fromhex(salt)), progress, folder)
    with (
        removal_paused(database) as require_paused,
        TemporaryFile() as keys,
        nothing_earlier() if empty else earlier_backup(place, image_keys) as earlier,
    ):
        rows = _write_rows(database, writer, keys)
        out = ObjectsOut(store, place, earlier.image)
        lines = out.copy(_keys(keys), _count(keys), progress)
        objects = writer.write("objects.sealed", lines)
        kept = writer.write("settings.sealed", [json.dumps(settings, default=str).encode()])
        manifest = Manifest(
            created_at=now().isoformat(timespec="seconds"),
            revision=rows.revision,
            salt=salt,
            sealed_with=ids_of(image_keys)[0],
            image_keys=ids_of(image_keys),
            wrapped_keys=wrap_keys(image_keys, passphrase) if passphrase else {},
            tables=rows.tables,
            sequences=rows.sequences,
            objects=BackedUpObjects(out.count, out.size, len(out.lost), objects),
            settings=kept,
            audit_number=rows.audit_head[0],
            audit_hash=rows.audit_head[1],
        )
        require_paused()
        write_manifest(place, manifest, writer.sealer)
        for path in earlier.left_over():
            place.delete(path)
    _note(database, manifest)
    return BackupReport(manifest, out.lost, out.copied, out.copied_bytes)


def _what_is_there(place: BackupPlace) -> str:
    needed = "Name a new or empty place: what is there is never overwritten."
    if is_complete(place):
        return f"There is a complete backup here already. {needed} Or say --update to bring it up to date."
    return f"There is something here that is no complete backup, perhaps one that was cut short. {needed}"


def _write_rows(database: Database, writer: _Writer, keys: IO[bytes]) -> _Rows:
    """Write every table from one moment, and note the keys of the objects named at that moment."""
    with database.snapshot() as session:
        connection = Database.raw_connection(session)
        tables = tables_in_order(connection)
        writer.total_rows = estimated_rows(connection, tables)
        written = [writer.table(connection, number, table) for number, table in enumerate(tables, 1)]
        for key in named_objects(connection):
            keys.write(key.encode() + b"\n")
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        head = connection.execute(_AUDIT_HEAD).fetchone() or (0, "")
        return _Rows(written, read_sequences(connection), str(revision), (int(head[0]), str(head[1])))


def _keys(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    for line in file:
        yield line.decode().rstrip("\n")


def _count(file: IO[bytes]) -> int:
    return sum(1 for _ in _keys(file))


def _note(database: Database, manifest: Manifest) -> None:
    details = {
        "objects": manifest.objects.count,
        "lost": manifest.objects.lost,
        "key": bool(manifest.wrapped_keys),
    }
    with database.transaction() as session:
        audit.append(session, None, TAKEN, "store", "backup", details=details)
