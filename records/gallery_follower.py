"""Keeps a gallery in step with the records: fills it once, then applies every change in order."""

import threading

import psycopg
from sqlalchemy.orm import Session

from core.errors import NishanError, Unavailable
from core.logging import get_logger
from matcher.gallery import Gallery
from records import gallery_feed
from records.active_calibrations import ActiveCalibrations
from records.database import Database
from records.gallery_snapshots import GallerySnapshots
from records.loading import Loading
from records.parameters import DATABASE, FEED, SNAPSHOTS, SnapshotParameters
from records.snapshot_keeper import SnapshotKeeper

_log = get_logger(__name__)


class GalleryFollower:
    """Follows the feed in a thread of its own.

    Args:
        poll_s: Seconds after which the feed is read even without a notification.
        snapshots: Where the gallery is started from and written to; None to load it from the records alone.
        snapshot_times: When snapshots are written.
        calibrations: Kept up to date as well, from before the gallery is searchable.
        ranges: Follow only subjects in these ranges (`gallery_feed.SUBJECT_RANGES`).
    """

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        *,
        poll_s: float = 1.0,
        snapshots: GallerySnapshots | None = None,
        ranges: gallery_feed.Ranges | None = None,
        snapshot_times: SnapshotParameters = SNAPSHOTS,
        calibrations: ActiveCalibrations | None = None,
    ) -> None:
        self.gallery = gallery
        self.snapshots = snapshots
        self.loading = Loading()
        self._database = database
        self._poll_s = poll_s
        self._ranges = ranges
        self._applying = threading.Lock()
        self._stopped = threading.Event()
        self._loaded = threading.Event()
        self._thread: threading.Thread | None = None
        self._keeper = SnapshotKeeper(database, gallery, snapshots, snapshot_times)
        self._calibrations = calibrations
        self._last: tuple[int, str | None] = (0, None)
        self.failure: str | None = None
        """Why the gallery is not following right now, None while it is."""

    @property
    def ready(self) -> bool:
        """Whether the gallery is loaded, so that a search can be answered."""
        return self._loaded.is_set()

    def start(self) -> None:
        """Fill the gallery, from a snapshot and the changes since or else from all references; then follow.

        Raises:
            DatabaseUnavailable: at start the database must answer.
        """
        if self._calibrations is not None:
            self._calibrations.start()
        if not self._restored():
            self._load()
        self._loaded.set()
        _log.info("gallery_loaded", position=self.gallery.position, source=self.loading.source)
        self._thread = threading.Thread(target=self._follow, name="gallery-follower", daemon=True)
        self._thread.start()
        self._keeper.start()

    def stop(self) -> None:
        """End following; the gallery stays as it is."""
        self._stopped.set()
        if self._calibrations is not None:
            self._calibrations.stop()
        self._keeper.stop()
        if self._thread is not None:
            self._thread.join()

    def catch_up(self, session: Session) -> int:
        """Apply every change visible to ``session`` and return the position reached.

        A search that calls this first sees all that was committed before it began.
        """
        with self._applying:
            before = self.gallery.position
            while True:
                changes = gallery_feed.changes_after(
                    session, self.gallery.position, FEED.apply_rows, self._ranges
                )
                if changes:
                    self.gallery.apply(changes)
                if len(changes) < FEED.apply_rows:
                    break
            if self.gallery.position != before:
                self._remember(session)
            return self.gallery.position

    def _restored(self) -> bool:
        if self.snapshots is None:
            return False
        self.loading.begin("a snapshot")
        with self._database.transaction() as session:
            if not self.snapshots.restore(session, self.gallery):
                return False
            self.catch_up(session)
            self._remember(session)
        return True

    def _load(self) -> None:
        with self._database.snapshot() as session, self._applying:
            self.loading.begin("the records", gallery_feed.reference_count(session, self._ranges))
            position = gallery_feed.head(session)
            references = gallery_feed.references(session, self._ranges)
            self.gallery.load(references, position, self.loading.reached)
            self._remember(session)

    def _remember(self, session: Session) -> None:
        self._last = (self.gallery.position, gallery_feed.mark(session, self.gallery.position))

    def _went_back(self, session: Session) -> bool:
        """Whether the database was restored to a moment before the gallery's: numbers are given again."""
        position, mark = self._last
        return gallery_feed.mark(session, position) != mark

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (psycopg.Error, Unavailable) as problem:
                self._note_failure(problem)
                self._stopped.wait(FEED.reconnect_s)
            except Exception as problem:
                # A thread that ended here would leave a gallery that silently grows old.
                self._note_failure(problem)
                _log.exception("gallery_follow_failed")
                self._stopped.wait(self._poll_s)

    def _note_failure(self, problem: Exception) -> None:
        self.failure = problem.message if isinstance(problem, NishanError) else type(problem).__name__
        _log.warning("gallery_not_following", reason=self.failure)

    def _listen(self) -> None:
        """Listen first, then read: a change committed in between is read, a later one is notified."""
        with psycopg.connect(
            self._database.url,
            autocommit=True,
            connect_timeout=DATABASE.connect_timeout_s,
            application_name="nishan gallery",
        ) as connection:
            connection.execute(f"LISTEN {gallery_feed.NISHAN_GALLERY}")
            while not self._stopped.is_set():
                with self._database.transaction() as session:
                    went_back = self._went_back(session)
                    if not went_back:
                        self.catch_up(session)
                if went_back:
                    _log.warning("gallery_ahead_of_records", position=self.gallery.position)
                    self._loaded.clear()
                    self._load()
                    self._loaded.set()
                self.failure = None
                for _ in connection.notifies(timeout=self._poll_s, stop_after=1):
                    pass
