"""The gallery of a cluster as those see it who search: each search goes through this machine's gateway."""

import threading
from collections.abc import Sequence

from biometrics.template import Template
from cluster.gateway_socket import GatewayCalls
from cluster.messages import ClusterStatus, SearchRequest
from cluster.parameters import CLUSTER
from core.errors import Unavailable
from core.settings import Settings
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import SearchResult
from matcher.filters import EVERYTHING, TagFilter
from records import gallery_feed
from records.active_calibrations import ActiveCalibrations
from records.database import Session
from records.loading import Loading


class ClusterGallery:
    """Searches all shards; `matcher.searching.Searchable`."""

    def __init__(self, calls: GatewayCalls, calibrations: CalibrationSource = calibration_for) -> None:
        self._calls = calls
        self._at_least = 0
        self._known: ClusterStatus | None = None
        self.calibrations = calibrations

    @property
    def position(self) -> int:
        """Number of the change that every shard had taken in when it was last asked."""
        return self._known.position if self._known else 0

    @property
    def references(self) -> int:
        """Number of references on the shards that answered when last asked."""
        return self._known.references if self._known else 0

    @property
    def face_recall(self) -> float:
        """The least share of face searches, on any shard, that find what comparing every face finds."""
        return self._known.face_recall if self._known else 1.0

    @property
    def searchable(self) -> bool:
        """Whether at least one shard answers; what is missing is said in each answer."""
        return self._known is not None and self._known.shards_ready > 0

    def identify(
        self,
        probe: Sequence[Template],
        tag_filter: TagFilter = EVERYTHING,
        max_candidates: int = 20,
        added_after: int = 0,
    ) -> SearchResult:
        """Search every shard as `matcher.search.identify` does, and merge what they answer."""
        request = SearchRequest(tuple(probe), tag_filter, max_candidates, added_after, self._at_least)
        found: SearchResult = self._calls.call("identify", request, patience_s=CLUSTER.gateway_patience_s)
        return found

    def look(self) -> None:
        """Ask the gateway how the shards are."""
        try:
            self._known = self._calls.call("status", longest_s=CLUSTER.status_s)
        except Unavailable:
            self._known = None
            raise

    def require(self, position: int) -> None:
        """Let every later search see the changes up to this one."""
        self._at_least = max(self._at_least, position)


class ClusterFollower:
    """Keeps in mind what searches must see, and how the shards are; they follow the records themselves."""

    def __init__(self, settings: Settings, calibrations: ActiveCalibrations) -> None:
        self._calls = GatewayCalls(settings.data_dir)
        self.gallery = ClusterGallery(self._calls, calibrations)
        self._calibrations = calibrations
        self.loading = Loading()
        self.failure: str | None = None
        """Why the cluster cannot be reached right now, None while it can."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="cluster-follower", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether a search can be answered."""
        return self.gallery.searchable

    def start(self) -> None:
        """Look how the shards are from now on."""
        self._calibrations.start()
        self.loading.begin("the shards")
        self._thread.start()

    def stop(self) -> None:
        """End looking."""
        self._stopped.set()
        self._calibrations.stop()
        if self._thread.is_alive():
            self._thread.join()
        self._calls.close()

    def catch_up(self, session: Session) -> int:
        """Let every later search of this process see all changes visible to ``session``."""
        position = gallery_feed.head(session)
        self.gallery.require(position)
        return position

    def _look(self) -> None:
        while not self._stopped.is_set():
            try:
                self.gallery.look()
                self.failure = None
                self.loading.done = self.gallery.references
            except Unavailable as problem:
                self.failure = problem.message
            self._stopped.wait(CLUSTER.look_s)
