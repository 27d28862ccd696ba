"""Images and videos between the object store and a backup, as they are stored: encrypted, byte for byte."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from psycopg import Connection

from core.errors import Unavailable
from core.ids import sha256_hex
from core.logging import get_logger
from records.backup.errors import BackupDamaged
from records.backup.places import BackupPlace
from records.backup.progress import Progress
from records.image_store import ImageMissing, ImageStore, ImageTampered
from records.parameters import BACKUP
from records.video_store import part_keys

_log = get_logger(__name__)
_T = TypeVar("_T")
_KEY = re.compile(r"[a-z]+(/[A-Za-z0-9_-]+)+")
_BATCH = 512
_PAUSES_S = (1.0, 2.0, 4.0, 8.0)

_NAMED = """
SELECT object_key FROM samples
UNION ALL SELECT thumbnail_key FROM samples WHERE thumbnail_key IS NOT NULL
"""


def named_objects(connection: Connection[Any]) -> Iterator[str]:
    """Return the keys of all objects that rows name."""
    with connection.cursor("named_objects") as cursor:
        cursor.itersize = 5000
        for (key,) in cursor.execute(_NAMED):
            yield str(key)
    for video, parts in connection.execute("SELECT id, part_count FROM videos").fetchall():
        yield from part_keys(video, parts)


@dataclass
class ObjectsOut:
    """Copies objects into a backup and counts them; ``lost`` were damaged or not there.

    Attributes:
        kept: Returns the line of an object that the place holds already, None for one to be copied.
        copied, copied_bytes: Of those counted, what was not there already.
    """

    store: ImageStore
    place: BackupPlace
    kept: Callable[[str], dict[str, Any] | None]
    count: int = 0
    size: int = 0
    copied: int = 0
    copied_bytes: int = 0
    lost: list[str] = field(default_factory=list)

    def copy(self, keys: Iterable[str], total: int, progress: Progress) -> Iterator[bytes]:
        """Copy, and return one line per object for the list that the backup keeps."""
        for found, copied in _together(self._copy_one, keys):
            if "lost" in found:
                self.lost.append(str(found["key"]))
            else:
                self.count += 1
                self.size += int(found["bytes"])
            if copied:
                self.copied += 1
                self.copied_bytes += int(found["bytes"])
            progress("images", self.count + len(self.lost), total)
            yield json.dumps(found, separators=(",", ":")).encode() + b"\n"

    def _copy_one(self, key: str) -> tuple[dict[str, Any], bool]:
        """Return the object's line, and whether it was copied."""
        if (kept := self.kept(key)) is not None:
            return kept, False
        try:
            sealed = _patiently(lambda: self.store.get_sealed(key))
            self.store.unseal(key, sealed)  # a damaged image is noticed while there may be a good copy
        except (ImageMissing, ImageTampered) as problem:
            _log.error("object_lost", key=key, code=problem.code)
            return {"key": key, "lost": problem.code}, False
        _patiently(lambda: self.place.write(path_of(key), [sealed]))
        return {"key": key, "bytes": len(sealed), "sha256": sha256_hex(sealed)}, True


@dataclass
class ObjectsIn:
    """Reads the objects of a backup against their checksums, and puts them into a store if there is one."""

    place: BackupPlace
    store: ImageStore | None
    count: int = 0
    faults: list[str] = field(default_factory=list)

    def copy(self, lines: Iterable[bytes], total: int, progress: Progress) -> None:
        """Copy what the list names; what is wrong with single objects is kept in ``faults``."""
        for fault in _together(self._copy_one, (json.loads(line) for line in lines)):
            if fault:
                self.faults.append(fault)
            self.count += 1
            progress("images", self.count, total)

    def _copy_one(self, found: dict[str, Any]) -> str:
        key = str(found["key"])
        if "lost" in found:
            return ""
        if not _KEY.fullmatch(key):
            raise BackupDamaged("The list of images names something that is no image.")
        try:
            sealed = _patiently(lambda: b"".join(self.place.read(path_of(key))))
        except FileNotFoundError:
            return f"{path_of(key)} is missing"
        except OSError as problem:
            return f"{path_of(key)} cannot be read ({problem.strerror})"
        if len(sealed) != found["bytes"] or sha256_hex(sealed) != found["sha256"]:
            return f"{path_of(key)} was altered"
        if self.store is not None:
            store = self.store
            _patiently(lambda: store.put_sealed(key, sealed))
        return ""


def lines_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut blocks of text into its lines."""
    pending = b""
    for block in blocks:
        *whole, pending = (pending + block).split(b"\n")
        yield from whole
    if pending:
        yield pending


def path_of(key: str) -> str:
    """Return where an object lies in a backup: spread over folders, since there may be millions."""
    return f"objects/{key[-2:]}/{key}"


def _together(work: Callable[[Any], _T], items: Iterable[Any]) -> Iterator[_T]:
    """Do work on many items at the same time and return what comes of it in order."""
    waiting = iter(items)
    with ThreadPoolExecutor(BACKUP.senders, thread_name_prefix="backup") as senders:
        while batch := list(islice(waiting, _BATCH)):
            yield from senders.map(work, batch)


def _patiently(work: Callable[[], _T]) -> _T:
    """Do something again when a store is away for a moment: a backup takes hours, a restart seconds."""
    for pause_s in _PAUSES_S:
        try:
            return work()
        except Unavailable:
            time.sleep(pause_s)
    return work()
