"""One replica of one shard: a part of the gallery, kept in step with the records, searched by gateways."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

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
from records.active_calibrations import ActiveCalibrations
from records.cluster_placements import placement_in_force
from records.database import Database
from records.gallery_feed import Ranges
from records.gallery_follower import GalleryFollower
from records.loading import Loading
from records.parameters import SNAPSHOTS, SnapshotParameters
from records.part_snapshots import HeldPart, hold_part, remove_unheld

_LOG = get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    gallery: RangedGallery
    follower: GalleryFollower
    part: HeldPart | None


class Shard:
    """Reads its ranges from the placement in force, and follows when they change: the new content is
    built beside the old, which answers until then.

    Args:
        name: Which replica of which shard this is.
        node: The machine it is on, for those who ask.
        hold_part: Gives the snapshots of a part on this machine; None: there shall be none.
        snapshot_times: When they are written.
    """

    def __init__(
        self,
        name: ReplicaName,
        node: str,
        database_url: str,
        hold_part: Callable[[Ranges], HeldPart | None] = lambda _: None,
        snapshot_times: SnapshotParameters = SNAPSHOTS,
    ) -> None:
        self._name = name
        self._node = node
        self._proposed: frozenset[int] = frozenset()
        self._proposed_at = 0.0
        self._wanted = True
        self._database = Database(database_url, CLUSTER.searches_at_once)
        self._hold_part = hold_part
        self._snapshot_times = snapshot_times
        self._held: _Held | None = None
        self._loading = Loading()
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

    def propose(self, ranges: frozenset[int]) -> None:
        """Let it hold these ranges, too, for a placement that is about to come into force.

        To be said again and again until then.
        """
        self._proposed, self._proposed_at = ranges, time.monotonic()

    def status(self) -> ReplicaStatus:
        """Return how this replica is."""
        held = self._held
        if held is None:
            return ReplicaStatus(
                self._name,
                self._node,
                os.getpid(),
                ready=False,
                wanted=self._wanted,
                failure=self._failure,
                loading=str(self._loading),
            )
        return ReplicaStatus(
            self._name,
            self._node,
            os.getpid(),
            ready=True,
            ranges=held.gallery.ranges,
            wanted=self._wanted,
            position=held.gallery.position,
            references=held.gallery.references,
            face_recall=held.gallery.face_recall,
            failure=held.follower.failure or self._failure,
            started_from=held.follower.loading.source,
        )

    def stop(self) -> None:
        """End following and let go of the database."""
        self._stopped.set()
        self._thread.join()
        if self._held is not None:
            self._held.follower.stop()
            if self._held.part:
                self._held.part.release()
        self._database.dispose()

    def _keep(self) -> None:
        """Hold what the placement says, from the first moment to the last."""
        differs_since = time.monotonic()
        while not self._stopped.is_set():
            try:
                wanted = self._wanted_ranges()
                self._failure = None
                held = self._held.gallery.ranges if self._held is not None else frozenset()
                if wanted and wanted == held:
                    differs_since = time.monotonic()
                known = time.monotonic() - differs_since >= CLUSTER.divided_anew_s
                if wanted - held or (wanted and wanted != held and known):
                    self._hold(wanted)
                self._wanted = bool(wanted) or not known
            except NishanError as problem:
                self._failure = problem.message
            except Exception as problem:
                # A thread that ended here would leave a shard that never loads, or never lets go.
                self._failure = type(problem).__name__
                _LOG.exception("shard cannot hold its part", shard=self._name.shard)
            self._stopped.wait(CLUSTER.look_s)

    def _wanted_ranges(self) -> frozenset[int]:
        with self._database.transaction() as session:
            placement = placement_in_force(session)
        owners = placement.owners if placement else ()
        in_force = frozenset(place for place, owner in enumerate(owners) if owner == self._name.shard)
        lasts = time.monotonic() - self._proposed_at < CLUSTER.proposed_s
        return in_force | self._proposed if lasts else in_force

    def _hold(self, ranges: frozenset[int]) -> None:
        part = self._hold_part(ranges)
        calibrations = ActiveCalibrations(self._database)
        gallery = RangedGallery(ranges, calibrations)
        follower = GalleryFollower(
            self._database,
            gallery,
            ranges=ranges,
            snapshots=part.snapshots if part else None,
            snapshot_times=self._snapshot_times,
            calibrations=calibrations,
        )
        self._loading = follower.loading
        try:
            follower.start()
        except BaseException:
            if part:
                part.release()
            raise
        before, self._held = self._held, _Held(gallery, follower, part)
        _LOG.info("shard holds its part", shard=self._name.shard, references=gallery.references)
        if before is not None:
            before.follower.stop()
            if before.part:
                before.part.let_go()


class NodeShard(Shard):
    """A shard as it lives on a node: the node's own settings say where the records are."""

    def __init__(self, name: ReplicaName, node: str) -> None:
        logging.configure(settings().log_level)
        super().__init__(
            name, node, settings().database_url.get_secret_value(), partial(hold_part, settings())
        )

    def remove_unheld(self) -> frozenset[str]:
        """Remove what no shard of this machine holds, as `records.part_snapshots` says."""
        return remove_unheld(settings())
