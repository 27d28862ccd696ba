"""The backup that a place holds already: which of its images an update need not copy, what it leaves over."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from records.backup.errors import BackupIncomplete, BackupKeyMissing, BackupPlaceTaken
from records.backup.manifest import NAME, read_manifest
from records.backup.objects import lines_of, path_of
from records.backup.places import BackupPlace
from records.backup.restoring import OpenedBackup

_OURS = re.compile(
    r"(since/[0-9a-f]{16}/)?(tables/[^/]+|[.]?(objects|settings)[.]sealed([.]part)?)|objects/.+"
)
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE files (path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, named INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE images (key TEXT PRIMARY KEY, line TEXT NOT NULL) WITHOUT ROWID;
"""


class EarlierBackup:
    """What lies in a place, beside what its list of images says of it; safe for many threads.

    Held in a temporary file, since there may be hundreds of millions: keys, lengths and checksums only.
    """

    def __init__(self, table: sqlite3.Connection) -> None:
        self._table = table
        self._lock = threading.Lock()

    def image(self, key: str) -> dict[str, Any] | None:
        """Return the list's line of an image whose file has the length of then, None when it must be copied.

        Either way the image's file belongs to the new backup and is not left over.
        """
        path = path_of(key)
        with self._lock:
            self._table.execute("UPDATE files SET named = 1 WHERE path = ?", (path,))
            found = self._table.execute(
                "SELECT images.line, files.bytes FROM images JOIN files ON files.path = ? WHERE key = ?",
                (path, key),
            ).fetchone()
        if found is None:
            return None
        line: dict[str, Any] = json.loads(found[0])
        return line if line.get("bytes") == found[1] else None

    def left_over(self) -> Iterator[str]:
        """Yield files of earlier backups that are no part of the new one; ask for every image before.

        What somebody else has put there is not among them.
        """
        for (path,) in self._table.execute("SELECT path FROM files WHERE named = 0"):
            if _OURS.fullmatch(path):
                yield str(path)


@contextmanager
def nothing_earlier() -> Iterator[EarlierBackup]:
    """Hold nothing, for an empty place."""
    with _empty_table() as table:
        yield EarlierBackup(table)


@contextmanager
def earlier_backup(place: BackupPlace, image_keys: str) -> Iterator[EarlierBackup]:
    """Read which images a place holds.

    Args:
        image_keys: Of the installation.

    Raises:
        BackupPlaceTaken: what is there is no complete backup of this installation.
        BackupDamaged, BackupTooNew: it cannot be brought up to date.
    """
    try:
        manifest, sealer, _ = read_manifest(place, image_keys, "")
    except (BackupIncomplete, BackupKeyMissing) as problem:
        raise BackupPlaceTaken(
            "What is there is no complete backup of this installation and cannot be brought up to date. "
            "Name a new or empty place."
        ) from problem
    listed = lines_of(OpenedBackup(place, manifest, sealer).blocks(manifest.objects.file))
    with _empty_table() as table:
        table.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
            ((path, size, path == NAME) for path, size in place.files()),
        )
        table.executemany(
            "INSERT OR REPLACE INTO images VALUES (?, ?)",
            ((json.loads(line)["key"], line.decode()) for line in listed),
        )
        yield EarlierBackup(table)


@contextmanager
def _empty_table() -> Iterator[sqlite3.Connection]:
    with TemporaryDirectory(prefix="nishan-backup-") as folder:
        table = sqlite3.connect(Path(folder) / "earlier", check_same_thread=False)
        try:
            table.executescript(_SCHEMA)
            yield table
        finally:
            table.close()
