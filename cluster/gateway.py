"""Searches all shards for the processes of one machine, and sees to it that none is missing for long."""

import threading
from collections.abc import Callable, Mapping, Sequence

from cluster.errors import LastShard, NoFurtherShard, ShardsBeingChanged, ShardsUnavailable
from cluster.fleet import Fleet
from cluster.merging import merge
from cluster.messages import ClusterStatus, ReplicaStatus, SearchRequest
from cluster.parameters import CLUSTER
from cluster.placement import Placement, even, grown, shrunk
from cluster.scattering import Gathered, Latencies, scatter
from core.errors import NishanError, Unavailable
from core.logging import get_logger
from core.settings import Settings
from matcher.candidates import SearchResult
from records.cluster_placements import placement_in_force, replace_placement
from records.database import Database

_LOG = get_logger(__name__)


class Gateway:
    """Searches all shards, and sees to it that there are as many as there should be."""

    def __init__(self, database: Database, chosen: Settings) -> None:
        self._database = database
        self._fleet = Fleet(chosen.cluster_replicas)
        self._latencies = Latencies()
        self._placement = self._placed(chosen.cluster_shards)
        self._proposed: Placement | None = None
        self._changing = threading.Lock()
        self._failures: dict[str, str] = {}
        self._stopped = threading.Event()

    def start(self) -> None:
        """Find the shards that are there, then look after them from now on."""
        for step in (self._keep, self._fleet.find, self._look):
            self._take(step)
        for step in (self._look, self._keep):
            threading.Thread(target=self._again_and_again, args=(step,), daemon=True).start()

    def stop(self) -> None:
        """End looking after the shards; they go on."""
        self._stopped.set()

    def identify(self, request: SearchRequest) -> SearchResult:
        """Return the merged answer of all shards that answered.

        Raises:
            ShardsUnavailable: none did.
        """
        placement = self._placement
        gathered = self._scatter(request, placement)
        if len(gathered.answers) < len(placement.shards) and self._knows_older(placement):
            placement = self._placement
            gathered = self._scatter(request, placement)
        for problem in _causes(gathered):
            if isinstance(problem, NishanError) and not isinstance(problem, Unavailable):
                raise problem
        if not gathered.answers:
            raise ShardsUnavailable("No part of the gallery answers. Send the same request again shortly.")
        return merge(list(gathered.answers.values()), len(placement.shards), request.max_candidates)

    def status(self) -> ClusterStatus:
        """Return how the cluster was at the last look."""
        placement, proposed = self._placement, self._proposed
        return ClusterStatus(
            version=placement.version,
            shards=placement.shards,
            replicas_wanted=self._fleet.replicas,
            replicas=self._fleet.statuses,
            nodes=tuple(sorted(self._fleet.nodes.values())),
            adding=_surplus(proposed, placement),
            removing=_surplus(placement, proposed),
            failure="; ".join(self._failures.values()) or None,
        )

    def add_shard(self) -> ClusterStatus:
        """Begin to build one shard more beside the others; it is given its ranges in one step.

        Raises:
            ShardsBeingChanged: shards are being changed right now.
            NoFurtherShard: there are as many as there are ranges.
        """
        return self._change(_with_one_more)

    def remove_shard(self) -> ClusterStatus:
        """Begin to build the last shard's part in the others; they are given it in one step.

        Raises:
            ShardsBeingChanged: shards are being changed right now.
            LastShard: there is no other.
        """
        return self._change(_with_one_less)

    def _change(self, changed: Callable[[Placement], Placement]) -> ClusterStatus:
        if not self._changing.acquire(blocking=False):
            raise ShardsBeingChanged(
                "A shard is being added or removed already: see `nishan cluster status`."
            )
        try:
            self._proposed = changed(self._read_placement())
        except NishanError:
            self._changing.release()
            raise
        threading.Thread(target=self._put_into_force, args=(self._proposed,), daemon=True).start()
        return self.status()

    def _put_into_force(self, proposed: Placement) -> None:
        """Let the replicas of all shards read what they shall hold, then change the placement."""
        wanted = {shard: proposed.ranges_of(shard) for shard in proposed.shards}
        try:
            while not self._stopped.wait(CLUSTER.look_s):
                self._fleet.propose(wanted)
                if _all_hold(self._fleet.statuses, wanted):
                    with self._database.transaction() as session:
                        replace_placement(session, proposed.version, proposed.owners)
                    self._read_placement()
                    return
        except NishanError as problem:
            _LOG.error("shards not changed", shards=len(wanted), reason=problem.message)
        finally:
            self._fleet.propose(dict.fromkeys(wanted, frozenset()))
            self._proposed = None
            self._changing.release()

    def _scatter(self, request: SearchRequest, placement: Placement) -> Gathered[SearchResult]:
        asks = {
            shard: self._fleet.asks(shard, request, placement.ranges_of(shard)) for shard in placement.shards
        }
        return scatter(asks, self._latencies)

    def _placed(self, shards: int) -> Placement:
        """Return the placement in force; the first gateway of an installation makes the first one."""
        with self._database.transaction() as session:
            stored = placement_in_force(session)
            if stored is None:
                first = even(shards)
                stored = replace_placement(session, first.version, first.owners)
        return Placement(stored.version, stored.owners)

    def _read_placement(self) -> Placement:
        with self._database.transaction() as session:
            stored = placement_in_force(session)
        if stored is not None:
            self._placement = Placement(stored.version, stored.owners)
        return self._placement

    def _knows_older(self, placement: Placement) -> bool:
        """Whether another placement is in force: a shard that was asked in vain may be there no more."""
        try:
            return self._read_placement().version != placement.version
        except Unavailable:
            return False  # without the database no placement comes into force

    def _look(self) -> None:
        self._fleet.look()

    def _keep(self) -> None:
        in_force = self._read_placement()
        proposed = self._proposed or in_force
        self._fleet.keep(sorted({*in_force.shards, *proposed.shards}))

    def _again_and_again(self, step: Callable[[], None]) -> None:
        while not self._stopped.is_set():
            self._take(step)
            self._stopped.wait(CLUSTER.look_s)

    def _take(self, step: Callable[[], None]) -> None:
        try:
            step()
            self._failures.pop(step.__name__, None)
        except NishanError as problem:
            self._failures[step.__name__] = problem.message
        except Exception as problem:
            # A thread that ended here would leave lost shards lost.
            self._failures[step.__name__] = type(problem).__name__
            _LOG.exception("cluster not looked after", step=step.__name__)


def _with_one_more(placement: Placement) -> Placement:
    if len(placement.shards) == CLUSTER.ranges:
        raise NoFurtherShard(f"There are {CLUSTER.ranges} shards, one for each range.")
    return grown(placement)


def _with_one_less(placement: Placement) -> Placement:
    if len(placement.shards) == 1:
        raise LastShard("There is one shard only; it holds everybody.")
    return shrunk(placement)


def _surplus(one: Placement | None, other: Placement | None) -> int | None:
    """Return the shard that one placement has and the other lacks."""
    if one is None or other is None:
        return None
    return max(set(one.shards) - set(other.shards), default=None)


def _all_hold(replicas: Sequence[ReplicaStatus], wanted: Mapping[int, frozenset[int]]) -> bool:
    """Whether every replica of every shard is ready and holds (at least) what it shall."""
    concerned = [each for each in replicas if each.name.shard in wanted]
    return {each.name.shard for each in concerned} == set(wanted) and all(
        each.ready and each.ranges >= wanted[each.name.shard] for each in concerned
    )


def _causes(gathered: Gathered[SearchResult]) -> list[Exception]:
    """Return what replicas failed with, as they raised it."""
    return [
        getattr(problem, "cause", None) or problem
        for problems in gathered.failures.values()
        for problem in problems
    ]
