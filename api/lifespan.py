"""What one API process holds open from start to stop: database, image store, extractors, gallery."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import nan

from anyio import to_thread
from fastapi import FastAPI

from api.capacity import Capacity, Places
from api.metrics import (
    GALLERY_EXPECTED,
    GALLERY_FACE_RECALL,
    GALLERY_LOADED,
    GALLERY_POSITION,
    GALLERY_READY,
    GALLERY_REFERENCES,
    SNAPSHOT_AGE_SECONDS,
    SNAPSHOT_POSITION,
)
from cluster.opening import open_gallery
from core.errors import NishanError, Unavailable
from core.logging import get_logger
from core.settings import Settings
from enroll.engines import Engines, image_limits
from matcher.searching import Searchable
from records.active_models import ActiveModels
from records.database import Database
from records.gallery_snapshots import GallerySnapshots, Snapshot
from records.image_store import ImageStore
from records.video_space import VideoSpace

WAITING_REQUESTS = 16
"""Heavy requests that may wait for a processor."""

WAITING_SIGN_INS = 8
"""Passwords that may wait to be checked, each for some 100 ms and in 64 MiB of memory (argon2)."""

SIGN_INS_AT_ONCE = 4
"""Passwords checked at the same time, whatever the number of cores: 256 MiB."""

LIGHT_THREADS = 20
"""Threads for light requests beside those that heavy ones and sign-ins may hold, computing or waiting."""

UPLOADS_AT_ONCE = 32
"""Forms held in memory at the same time: bounds what clients can make a process hold."""

_RETRY_S = 2.0

log = get_logger(__name__)


class GalleryLoading(Unavailable):
    """The gallery of this process is not complete yet: an answer would lack candidates."""

    code = "gallery_loading"


class Parts:
    """The parts of one process. Nothing here is shared with other processes but the stores themselves."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url.get_secret_value(), settings.database_pool)
        self.active_models = ActiveModels(self.database)
        self.images = ImageStore.from_settings(settings)
        self.snapshots = None if settings.cluster_address else GallerySnapshots.of(settings)
        self.follower = open_gallery(settings, self.database)
        cores = max(1, (os.cpu_count() or 1) // settings.api_processes)
        self.capacity = Capacity(cores, WAITING_REQUESTS)
        self.sign_ins = Capacity(min(cores, SIGN_INS_AT_ONCE), WAITING_SIGN_INS)
        self.uploads = Places(UPLOADS_AT_ONCE)
        self.chain_checks = Places(1)
        self.group_reports = Places(1)
        self.image_limits = image_limits(settings)
        self.video_space = VideoSpace(settings.video_bytes_per_account, settings.video_bytes_per_state)
        self._engines: Engines | None = None
        self._opening = threading.Lock()
        self._stopping = threading.Event()
        self._report()

    @property
    def gallery(self) -> Searchable:
        """The gallery, wherever it is; it may still be filling (`ready_gallery`)."""
        return self.follower.gallery

    @property
    def engines(self) -> Engines:
        """The extractors, opened at the first call that finds their models.

        Raises:
            Unavailable: a model is missing; the message says how to fetch it.
        """
        with self._opening:
            if self._engines is None:
                self._engines = Engines.open(self.settings, self.active_models)
            return self._engines

    def ready_gallery(self) -> Searchable:
        """Return the gallery.

        Raises:
            GalleryLoading: it is still being filled.
        """
        if not self.follower.ready:
            raise GalleryLoading(
                f"The gallery is not complete yet ({self.follower.loading}). Send the request again shortly."
            )
        return self.gallery

    def start(self) -> None:
        """Fill the gallery and open the extractors; tried until it works, so the order of starts is free."""
        for step in (self._start_follower, self._warm_engines):
            threading.Thread(target=self._until_done, args=(step,), daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        self._stopping.set()
        self.follower.stop()
        self.database.dispose()

    def _report(self) -> None:
        """Let whoever reads the metrics see the gallery of this process."""
        GALLERY_POSITION.set_function(lambda: self.gallery.position)
        GALLERY_READY.set_function(lambda: float(self.follower.ready))
        GALLERY_FACE_RECALL.set_function(lambda: self.gallery.face_recall)
        GALLERY_LOADED.set_function(lambda: self.follower.loading.done)
        GALLERY_EXPECTED.set_function(lambda: self.follower.loading.expected)
        SNAPSHOT_POSITION.set_function(
            lambda: snapshot.position if (snapshot := self.newest_snapshot()) else nan
        )
        SNAPSHOT_AGE_SECONDS.set_function(
            lambda: snapshot.age_s() if (snapshot := self.newest_snapshot()) else nan
        )
        GALLERY_REFERENCES.set_function(lambda: self.gallery.references)

    def newest_snapshot(self) -> Snapshot | None:
        """Return what is known of the snapshot that a process on this machine would start from."""
        return self.snapshots.newest() if self.snapshots else None

    def _start_follower(self) -> None:
        self.follower.start()

    def _warm_engines(self) -> None:
        _ = self.engines

    def _until_done(self, step: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                step()
            except NishanError as problem:
                log.warning("part_not_ready", step=step.__name__, code=problem.code)
                self._stopping.wait(_RETRY_S)
            else:
                return


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the parts before the first request and close them after the last."""
    parts: Parts = app.state.parts
    threads = LIGHT_THREADS + parts.capacity.most + parts.sign_ins.most
    to_thread.current_default_thread_limiter().total_tokens = threads
    parts.start()
    yield
    await asyncio.to_thread(parts.stop)
