"""Decides when a gallery is written to files anew, and does so in a thread of its own."""

import threading
import time

from core.errors import Unavailable
from core.logging import get_logger
from matcher.gallery import Gallery
from records.database import Database
from records.gallery_snapshots import GallerySnapshots, Snapshot, continues
from records.parameters import SNAPSHOTS, SnapshotParameters

_LOG = get_logger(__name__)


class SnapshotKeeper:
    """Keeps the snapshot of a machine fresh; of its processes one writes, another takes over when it ends.

    Also gives back the room of wiped rows in this process's gallery.

    Args:
        snapshots: None to do that alone.
    """

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        snapshots: GallerySnapshots | None,
        parameters: SnapshotParameters = SNAPSHOTS,
    ) -> None:
        self._database = database
        self._gallery = gallery
        self._snapshots = snapshots
        self._parameters = parameters
        self._wipe_seen_at: float | None = None
        self._not_before = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="snapshot-keeper", daemon=True)

    def start(self) -> None:
        """Begin; the gallery must be loaded."""
        self._thread.start()

    def stop(self) -> None:
        """End; a snapshot that takes long to write is abandoned with the process, the one before stays."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(self._parameters.stop_s)

    def glance(self) -> bool:
        """Write a snapshot if one is due and this process may; whether one was written."""
        if self._snapshots is None or not self._gallery.position:
            return False
        with self._snapshots.writing() as allowed:
            if not allowed:
                return False
            self._snapshots.remove_older()
            newest = self._snapshots.newest()
            usable = newest if newest is not None and self._continues(newest) else None
            if not self._due(usable, self._snapshots.minutes):
                return False
            try:
                return self._write(self._snapshots)
            except OSError as problem:
                _LOG.error("snapshot_not_written", reason=problem.strerror or type(problem).__name__)
                self._not_before = time.monotonic() + self._parameters.retry_s
                if usable is None or self._holds_wiped(usable):
                    # Rather none, and a slow start, than one that holds what was erased.
                    self._snapshots.remove_all()
                return False

    def _write(self, snapshots: GallerySnapshots) -> bool:
        began = time.monotonic()
        written = snapshots.write(self._database, self._gallery)
        if written is None:
            return False
        seconds = round(time.monotonic() - began, 1)
        _LOG.info("snapshot_written", position=written.position, count=written.references, seconds=seconds)
        return True

    def _continues(self, newest: Snapshot) -> bool:
        with self._database.transaction() as session:
            return continues(session, newest)

    def _due(self, usable: Snapshot | None, minutes: float) -> bool:
        if usable is None:
            return time.monotonic() >= self._not_before
        if not self._holds_wiped(usable):
            self._wipe_seen_at = None
        elif self._wipe_seen_at is None:
            self._wipe_seen_at = time.monotonic()
        waited = 0.0 if self._wipe_seen_at is None else time.monotonic() - self._wipe_seen_at
        if self._wipe_seen_at is not None and waited >= self._parameters.collect_wipes_s:
            return True
        behind = self._gallery.position - usable.position
        wanted = behind >= self._parameters.changes or (behind > 0 and usable.age_s() >= 60 * minutes)
        return wanted and time.monotonic() >= self._not_before

    def _holds_wiped(self, snapshot: Snapshot) -> bool:
        return self._gallery.wiped_at > snapshot.position

    def _keep(self) -> None:
        while not self._stopped.wait(self._parameters.glance_s):
            try:
                self._gallery.compact()
                self.glance()
            except Unavailable:
                pass  # the database is away; the follower says so
            except OSError as problem:  # a folder that may not be written, say
                _LOG.error("snapshot_not_written", reason=problem.strerror or type(problem).__name__)
                self._stopped.wait(self._parameters.retry_s)
            except Exception:
                # A thread that ended here would leave erased templates in files.
                _LOG.exception("snapshot_keeping_failed")
