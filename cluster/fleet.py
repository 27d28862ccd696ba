"""The replicas of all shards as Ray actors: makes those that are missing, looks how each is, asks them."""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from typing import Any, cast

import ray
from ray.actor import ActorHandle
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from cluster.hosting import ReplicaName, host_for, next_move
from cluster.leftovers import Leftovers
from cluster.messages import ReplicaStatus, SearchRequest
from cluster.parameters import CLUSTER
from cluster.ray_connection import SLOT
from cluster.scattering import Ask
from cluster.shard import NodeShard
from cluster.silences import Silences
from core.logging import get_logger
from matcher.candidates import SearchResult
from records.gallery_feed import Ranges

_LOG = get_logger(__name__)

_GONE = (ray.exceptions.ActorDiedError, ray.exceptions.ActorUnschedulableError)
"""What Ray says of an actor that it does not start again."""


class Fleet:
    """What one gateway knows of the replicas.

    Several gateways look after the same actors: an actor has one name, and whoever makes it second
    gets the one that is there.
    """

    def __init__(self, replicas: int) -> None:
        self.replicas = replicas
        self._handles: dict[ReplicaName, ActorHandle[Any]] = {}
        self._hosts: dict[ReplicaName, str] = {}
        self._statuses: dict[ReplicaName, ReplicaStatus] = {}
        self._silences = Silences()
        self._changing = threading.Lock()
        self._turn = 0
        self._leftovers = Leftovers()
        self._settled_at = time.monotonic()
        self.nodes: dict[str, str] = {}
        """Name of each node alive that shards may live on, by its id."""

    @property
    def statuses(self) -> tuple[ReplicaStatus, ...]:
        """How every replica was at the last look."""
        return tuple(status for _, status in sorted(self._statuses.items()))

    def asks(self, shard: int, request: SearchRequest, ranges: frozenset[int]) -> Sequence[Ask[SearchResult]]:
        """Return how to ask the shard's replicas: the ready ones, another one first each time, then the rest.

        One that was too slow to say how it is may still answer; one that is gone fails at once.
        """
        with self._changing:
            known = [
                (status.ready, self._handles[name])
                for name, status in sorted(self._statuses.items())
                if name.shard == shard and name in self._handles
            ]
            self._turn += 1
        ready = [handle for well, handle in known if well]
        first = self._turn % len(ready) if ready else 0
        rest = [handle for well, handle in known if not well]
        return [partial(_ask, handle, request, ranges) for handle in (*ready[first:], *ready[:first], *rest)]

    def look(self) -> None:
        """Ask every replica how it is; those that are gone for good are forgotten, to be made anew."""
        asked = {name: _status(handle) for name, handle in list(self._handles.items())}
        wait(asked.values(), CLUSTER.status_s)
        for name, future in asked.items():
            self._note(name, future.exception() if future.done() else TimeoutError(), future)

    def keep(self, shards: Collection[int]) -> None:
        """Make one replica that is missing after the other, each on a node of its own; even them out.

        Args:
            shards: Each shard there should be.
        """
        self.nodes = {
            str(node["NodeID"]): str(node["NodeName"])
            for node in ray.nodes()  # type: ignore[no-untyped-call]
            if node["Alive"] and SLOT in node["Resources"]
        }
        self._give_up_lost_nodes()
        self._end_unwanted()
        for shard in shards:
            for replica in range(self.replicas):
                name = ReplicaName(shard, replica)
                if name not in self._handles:
                    self._find_or_make(name)
        every = len(shards) * min(self.replicas, len(self.nodes))
        settled = len(self._hosts) == every and all(each.ready for each in self._statuses.values())
        if settled and not self._even_out():
            self._settled_at = time.monotonic()
            self._clear_leftovers()
        elif time.monotonic() - self._settled_at > CLUSTER.leftovers_s:
            self._clear_leftovers()

    def find(self) -> None:
        """Take in all shards that are there, also such as no placement knows any more."""
        for actor in ray.util.list_named_actors():
            name = _replica_name(actor)
            if name not in self._handles:
                self._find(name)

    def propose(self, shards: Mapping[int, frozenset[int]]) -> None:
        """Let every replica hold what a placement that is about to come into force gives it."""
        for name, handle in list(self._handles.items()):
            if name.shard in shards:
                handle.propose.options(concurrency_group="status").remote(shards[name.shard])

    def _end_unwanted(self) -> None:
        """End shards that were taken away, or never came to be: they say so themselves."""
        for name, status in list(self._statuses.items()):
            if not status.wanted and name in self._handles:
                _LOG.info("shard ended", shard=name.shard, replica=name.replica)
                self._end(name, self._handles[name])

    def _note(self, name: ReplicaName, problem: BaseException | None, answer: Future[ReplicaStatus]) -> None:
        with self._changing:
            if problem is None:
                self._statuses[name] = answer.result()
                self._silences.heard(name)
            elif isinstance(problem, _GONE):
                self._forget(name)
            elif name in self._statuses:
                self._statuses[name] = _unwell(self._statuses[name], problem)
            if isinstance(problem, ray.exceptions.ActorUnavailableError):
                self._silences.restarting(name)
        if problem is not None and name in self._handles and self._silences.too_long(name):
            self._end(name, self._handles[name])

    def _give_up_lost_nodes(self) -> None:
        """End the actors of nodes that are gone: bound to them, they would wait for ever to be restarted."""
        for name, host in list(self._hosts.items()):
            if host not in self.nodes:
                _LOG.warning("machine lost", shard=name.shard, replica=name.replica)
                self._end(name, self._handles[name])

    def _find_or_make(self, name: ReplicaName) -> None:
        if self._find(name):
            return
        host = host_for(name, self._hosts, self.nodes)
        if host is not None:
            self._adopt(name, self._make(name, host), host)

    def _find(self, name: ReplicaName) -> bool:
        """Take in an actor that is there; whether there is one."""
        try:
            handle: ActorHandle[Any] = ray.get_actor(_actor_name(name))
        except ValueError:
            return False
        try:
            self._adopt(name, handle, self._host_of(handle))
        except Exception:
            # Made by another gateway, or by this one before, on a machine that may be lost.
            if self._silences.too_long(name):
                self._end(name, handle)
        return True

    def _adopt(self, name: ReplicaName, handle: ActorHandle[Any], host: str) -> None:
        with self._changing:
            self._handles[name], self._hosts[name] = handle, host

    def _make(self, name: ReplicaName, host: str) -> ActorHandle[Any]:
        _LOG.info("replica made", shard=name.shard, replica=name.replica, node=self.nodes[host])
        options: dict[str, Any] = {
            "name": _actor_name(name),
            "get_if_exists": True,
            "lifetime": "detached",
            "max_restarts": -1,
            "max_task_retries": 0,
            "num_cpus": 0,
            "max_concurrency": CLUSTER.searches_at_once,
            "scheduling_strategy": NodeAffinitySchedulingStrategy(host, soft=False),
        }
        made: Any = ray.remote(concurrency_groups={"status": 2})(NodeShard)  # type: ignore[call-overload]
        return cast("ActorHandle[Any]", made.options(**options).remote(name, self.nodes[host]))

    def _host_of(self, handle: ActorHandle[Any]) -> str:
        """Return the node of an actor that another gateway made, or this one before it started again."""
        status = _status(handle).result(CLUSTER.status_s)
        return next((key for key, name in self.nodes.items() if name == status.node), status.node)

    def _even_out(self) -> bool:
        move = next_move(self._hosts, self.nodes)
        if move is None:
            return False
        name, _ = move
        _LOG.info("replica moves to an emptier node", shard=name.shard, replica=name.replica)
        self._end(name, self._handles[name])
        return True

    def _clear_leftovers(self) -> None:
        parts: dict[str, set[Ranges]] = {node: set() for node in self.nodes}
        shards: dict[str, ActorHandle[Any]] = {}
        for name, status in self._statuses.items():
            host = self._hosts.get(name)
            if host in parts and status.ranges:
                parts[host].add(status.ranges)
                shards[host] = self._handles[name]
        self._leftovers.clear({node: frozenset(held) for node, held in parts.items()}, shards)

    def _end(self, name: ReplicaName, handle: ActorHandle[Any]) -> None:
        """End an actor for good; the next look finds it missing and makes it anew."""
        ray.kill(handle, no_restart=True)
        with self._changing:
            self._forget(name)

    def _forget(self, name: ReplicaName) -> None:
        self._handles.pop(name, None)
        self._hosts.pop(name, None)
        self._statuses.pop(name, None)
        self._silences.forget(name)


def _actor_name(name: ReplicaName) -> str:
    return f"shard-{name.shard}-replica-{name.replica}"


def _replica_name(actor: str) -> ReplicaName:
    _, shard, _, replica = actor.split("-")
    return ReplicaName(int(shard), int(replica))


def _ask(handle: ActorHandle[Any], request: SearchRequest, ranges: frozenset[int]) -> Future[SearchResult]:
    future: Future[SearchResult] = handle.identify.remote(request, ranges).future()
    return future


def _status(handle: ActorHandle[Any]) -> Future[ReplicaStatus]:
    future: Future[ReplicaStatus] = handle.status.options(concurrency_group="status").remote().future()
    return future


def _unwell(last: ReplicaStatus, problem: BaseException) -> ReplicaStatus:
    return ReplicaStatus(last.name, last.node, last.process, ready=False, failure=type(problem).__name__)
