"""Keeps a gallery in step with the records: loads all references once, then applies every change in order."""

import threading

import psycopg
from sqlalchemy.orm import Session

from core.errors import NishanError, Unavailable
from core.logging import get_logger
from matcher.gallery import Gallery
from records import gallery_feed
from records.database import Database
from records.parameters import DATABASE, FEED

_log = get_logger(__name__)


class GalleryFollower:
    """Follows the feed in a thread of its own.

    Args:
        poll_s: Seconds after which the feed is read even without a notification.
    """

    def __init__(self, database: Database, gallery: Gallery, *, poll_s: float = 1.0) -> None:
        self.gallery = gallery
        self._database = database
        self._poll_s = poll_s
        self._applying = threading.Lock()
        self._stopped = threading.Event()
        self._loaded = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure: str | None = None
        """Why the gallery is not following right now, None while it is."""

    @property
    def ready(self) -> bool:
        """Whether the gallery is loaded, so that a search can be answered."""
        return self._loaded.is_set()

    def start(self) -> None:
        """Load all references, then follow in the background.

        Raises:
            DatabaseUnavailable: at start the database must answer.
        """
        self._load()
        self._thread = threading.Thread(target=self._follow, name="gallery-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End following; the gallery stays as it is."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def catch_up(self, session: Session) -> int:
        """Apply every change visible to ``session`` and return the position reached.

        A search that calls this first sees all that was committed before it began.
        """
        with self._applying:
            while True:
                changes = gallery_feed.changes_after(session, self.gallery.position, FEED.apply_rows)
                if changes:
                    self.gallery.apply(changes)
                if len(changes) < FEED.apply_rows:
                    return self.gallery.position

    def _load(self) -> None:
        with self._database.snapshot() as session, self._applying:
            position = gallery_feed.head(session)
            self.gallery.load(gallery_feed.references(session), position)
        self._loaded.set()
        _log.info("gallery_loaded", position=position)

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
                # Read before the head: another thread may bring the gallery further meanwhile.
                position = self.gallery.position
                with self._database.transaction() as session:
                    went_back = gallery_feed.head(session) < position
                    if not went_back:
                        self.catch_up(session)
                if went_back:  # the database was restored from a backup: numbers will be given again
                    _log.warning("gallery_ahead_of_records", position=position)
                    self._load()
                self.failure = None
                for _ in connection.notifies(timeout=self._poll_s, stop_after=1):
                    pass
