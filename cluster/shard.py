"""One replica of one shard: a part of the gallery, kept in step with the records, searched by gateways."""

import os
import threading
import time
from dataclasses import dataclass

from cluster.errors import RangesNotHeld, ShardLoading
from cluster.hosting import ReplicaName
from cluster.messages import ReplicaStatus, SearchRequest
from cluster.parameters import CLUSTER
from cluster.ranged_gallery import RangedGallery
from core import logging
from core.errors import NishanError
from core.logging import get_logger
from core.settings import settings
from matcher.candidates import SearchResult
from records.cluster_placements import placement_in_force
from records.database import Database
from records.gallery_follower import GalleryFollower

_LOG = get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    gallery: RangedGallery
    follower: GalleryFollower


class Shard:
    """Reads its ranges from the placement in force, and follows when they change: the new content is
    built beside the old, which answers until then.

    Args:
        name: Which replica of which shard this is.
        node: The machine it is on, for those who ask.
        proposed: The ranges it holds while the placement in force does not know this shard.
    """

    def __init__(
        self, name: ReplicaName, node: str, database_url: str, proposed: frozenset[int] = frozenset()
    ) -> None:
        self._name = name
        self._node = node
        self._proposed = proposed
        self._database = Database(database_url, CLUSTER.searches_at_once)
        self._held: _Held | None = None
        self._failure: str | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="shard", daemon=True)
        self._thread.start()

    def identify(self, request: SearchRequest, ranges: frozenset[int]) -> SearchResult:
        """Search the people of the given ranges.

        Raises:
            ShardLoading: nothing is held yet.
            RangesNotHeld: some of the ranges are not here (any more).
        """
        held = self._held
        if held is None:
            raise ShardLoading("This part of the gallery is still being read.")
        if not ranges <= held.gallery.ranges:
            raise RangesNotHeld("The parts of the gallery were divided anew.")
        if request.at_least > held.gallery.position:
            with self._database.transaction() as session:
                held.follower.catch_up(session)
        return held.gallery.identify(
            request.probe,
            held.gallery.only(ranges, request.tag_filter),
            request.max_candidates,
            request.added_after,
        )

    def status(self) -> ReplicaStatus:
        """Return how this replica is."""
        held = self._held
        if held is None:
            return ReplicaStatus(self._name, self._node, os.getpid(), ready=False, failure=self._failure)
        return ReplicaStatus(
            self._name,
            self._node,
            os.getpid(),
            ready=True,
            ranges=held.gallery.ranges,
            position=held.gallery.position,
            references=held.gallery.references,
            face_recall=held.gallery.face_recall,
            failure=held.follower.failure or self._failure,
        )

    def stop(self) -> None:
        """End following and let go of the database."""
        self._stopped.set()
        self._thread.join()
        if self._held is not None:
            self._held.follower.stop()
        self._database.dispose()

    def _keep(self) -> None:
        """Hold what the placement says, from the first moment to the last."""
        differs_since = time.monotonic()
        while not self._stopped.is_set():
            try:
                wanted = self._wanted()
                self._failure = None
                if self._held is not None and wanted == self._held.gallery.ranges:
                    differs_since = time.monotonic()
                elif self._held is None or time.monotonic() - differs_since >= CLUSTER.divided_anew_s:
                    self._hold(wanted)
            except NishanError as problem:
                self._failure = problem.message
            except Exception as problem:
                # A thread that ended here would leave a shard that never loads, or never lets go.
                self._failure = type(problem).__name__
                _LOG.exception("shard cannot hold its part", shard=self._name.shard)
            self._stopped.wait(CLUSTER.look_s)

    def _wanted(self) -> frozenset[int]:
        with self._database.transaction() as session:
            placement = placement_in_force(session)
        owners = placement.owners if placement else ()
        return frozenset(place for place, owner in enumerate(owners) if owner == self._name.shard) or (
            self._proposed
        )

    def _hold(self, ranges: frozenset[int]) -> None:
        gallery = RangedGallery(ranges)
        follower = GalleryFollower(self._database, gallery, ranges=ranges)
        follower.start()
        before, self._held = self._held, _Held(gallery, follower)
        _LOG.info("shard holds its part", shard=self._name.shard, references=gallery.references)
        if before is not None:
            before.follower.stop()


class NodeShard(Shard):
    """A shard as it lives on a node: the node's own settings say where the records are."""

    def __init__(self, name: ReplicaName, node: str, proposed: frozenset[int]) -> None:
        logging.configure(settings().log_level)
        super().__init__(name, node, settings().database_url.get_secret_value(), proposed)
