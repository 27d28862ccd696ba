"""Snapshots of a gallery on disk: written whole, used only where they continue this database's history."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.clock import now
from core.logging import get_logger
from core.settings import Settings
from matcher.errors import StoredIndexUnusable
from matcher.file_set import FileSet, remove_all_but
from matcher.gallery import Gallery
from records import gallery_feed
from records.database import Database

_LOG = get_logger(__name__)
_LOCK = "writer.lock"


@dataclass(frozen=True)
class Snapshot:
    """What is known of the newest snapshot without opening it."""

    position: int
    references: int
    written_at: datetime
    mark: str

    def age_s(self) -> float:
        """Return the seconds since it was written."""
        return (now() - self.written_at).total_seconds()


class GallerySnapshots:
    """The snapshots in one folder, shared by all processes of a machine that hold the same gallery.

    Args:
        folder: Made when the first snapshot is written.
        minutes: Age at which one with changes after it is due for replacement.
        content: Which references the gallery holds; snapshots of another content are not used.
    """

    def __init__(self, folder: Path, minutes: float = 15, content: str = "all") -> None:
        self.folder = folder
        self.minutes = minutes
        self._content = content

    @classmethod
    def of(cls, settings: Settings) -> "GallerySnapshots | None":
        """Return the snapshots that the settings name; when they want none, remove those of before."""
        folder = snapshot_folder(settings)
        if settings.snapshot_minutes:
            return cls(folder, settings.snapshot_minutes)
        remove_whole(settings)
        return None

    def newest(self) -> Snapshot | None:
        """Return the newest snapshot, None when there is none that can be read."""
        found = self._newest_set()
        try:
            return None if found is None else _snapshot(found.facts)
        except StoredIndexUnusable:
            return None

    def restore(self, session: Session, gallery: Gallery) -> bool:
        """Fill the gallery from the newest snapshot; whether there was one to be trusted.

        It is used only if its files are undamaged, and the change it ends with is the one that bears this
        number in the database: else it is another database's, or this one was restored since.
        """
        tried = None
        while (
            found := self._newest_set()
        ) is not None and found != tried:  # another may replace it meanwhile
            tried = found
            try:
                self._check(session, found)
                gallery.restore(found.folder)
            except StoredIndexUnusable as problem:
                _LOG.warning("snapshot_unusable", reason=problem.message)
            else:
                return True
        return False

    def write(self, database: Database, gallery: Gallery) -> Snapshot | None:
        """Write a snapshot and remove all others; None when there is no change to write up to.

        Call inside ``writing``.

        Raises:
            OSError: the disk is full or may not be written; the snapshots are as before.
        """
        captured = gallery.capture()
        with database.transaction() as session:
            mark = gallery_feed.mark(session, captured.position)
        if mark is None:
            return None
        told = Snapshot(captured.position, captured.references, now(), mark)

        def content(folder: Path) -> Mapping[str, Any]:
            captured.store(folder)
            return {
                "content": self._content,
                "position": told.position,
                "references": told.references,
                "written_at": told.written_at.isoformat(),
                "mark": mark,
            }

        written = FileSet.write(self.folder, content)
        remove_all_but(self.folder, written)
        return told

    def remove_all(self) -> None:
        """Remove every snapshot. Call inside ``writing``."""
        remove_all_but(self.folder, None)

    def remove_older(self) -> None:
        """Remove what a process left that ended while it wrote. Call inside ``writing``."""
        remove_all_but(self.folder, self._newest_set())

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """Hold the right to write, or yield False: another process has it, until it ends in any way."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def _newest_set(self) -> FileSet | None:
        try:
            return FileSet.newest(self.folder)
        except StoredIndexUnusable as problem:
            _LOG.warning("snapshot_unusable", reason=problem.message)
            return None

    def _check(self, session: Session, found: FileSet) -> None:
        if found.facts.get("content") != self._content:
            raise StoredIndexUnusable("The snapshot holds another part of the gallery.")
        if not continues(session, _snapshot(found.facts)):
            raise StoredIndexUnusable("The snapshot is not of this database's history.")
        found.verify()


def snapshot_folder(settings: Settings) -> Path:
    """Return where this machine keeps snapshots."""
    return Path(settings.snapshot_dir) if settings.snapshot_dir else settings.data_dir / "snapshots"


def remove_whole(settings: Settings) -> None:
    """Remove the snapshots of the whole gallery from a machine whose processes do not hold it any more."""
    if remove_all_but(snapshot_folder(settings), None):
        _LOG.info("snapshots_removed")


def continues(session: Session, told: Snapshot) -> bool:
    """Return whether the database's history has the snapshot's last change."""
    return gallery_feed.mark(session, told.position) == told.mark


def _snapshot(facts: Mapping[str, Any]) -> Snapshot:
    try:
        written_at = datetime.fromisoformat(facts["written_at"])
        return Snapshot(int(facts["position"]), int(facts["references"]), written_at, str(facts["mark"]))
    except (KeyError, ValueError, TypeError) as problem:
        raise StoredIndexUnusable("The manifest of a snapshot lacks what it must say.") from problem
