"""A gallery on a real cluster: three machines on loopback addresses, lost and found one after the other."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cluster.errors import GatewayUnavailable, ShardsUnavailable
from cluster.gallery import ClusterFollower
from cluster.messages import ClusterStatus, ReplicaStatus
from cluster.opening import open_gallery
from cluster.placement import range_of
from core.settings import Settings
from matcher.candidates import SearchResult
from matcher.filters import EVERYTHING
from nishan.local_cluster import HEAD, LocalCluster
from records.database import Database
from records.following import Following
from records.part_snapshots import part_name
from tests.contract.recorded_feed import RecordedFeed
from tests.contract.searchable import CANDIDATES, FILTERS, assert_every_answer_true, probe_of

MACHINES = 3


@pytest.fixture(scope="module")
def feed(database: Database) -> RecordedFeed:
    written = RecordedFeed(database, seed=1, people=CANDIDATES)
    written.grow(200)
    return written


@pytest.fixture(scope="module")
def cluster(
    database_url: str, feed: RecordedFeed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalCluster]:
    running = LocalCluster(tmp_path_factory.mktemp("cluster"), database_url, MACHINES)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def opened(cluster: LocalCluster, database: Database, *, on_cluster: bool) -> Following:
    address = cluster.settings["NISHAN_CLUSTER_ADDRESS"] if on_cluster else ""
    chosen = Settings(data_dir=cluster.data_dir, cluster_address=address)
    following = open_gallery(chosen, database)
    following.start()
    deadline = time.monotonic() + 120
    while not following.ready:
        assert time.monotonic() < deadline, following.failure
        time.sleep(0.05)
    return following


@pytest.fixture(scope="module")
def own(cluster: LocalCluster, database: Database) -> Iterator[Following]:
    following = opened(cluster, database, on_cluster=False)
    yield following
    following.stop()


@pytest.fixture(scope="module")
def many(cluster: LocalCluster, database: Database) -> Iterator[Following]:
    following = opened(cluster, database, on_cluster=True)
    assert isinstance(following, ClusterFollower)
    yield following
    following.stop()


def nishan(cluster: LocalCluster, *command: str) -> dict[str, Any]:
    """Run a command as an operator on the gateway's machine does, and return its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "nishan.cli", "cluster", *command, "--json"],
        env={**os.environ, **cluster.settings, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class Searching:
    """Searches one after the other while something happens to the cluster."""

    def __init__(self, many: Following, feed: RecordedFeed) -> None:
        self.answers: list[SearchResult] = []
        self.problems: list[Exception] = []
        self.longest_s = 0.0
        self._probe = probe_of(feed.vector(near=feed.any_payload()))
        self._gallery = many.gallery
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Searching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            started = time.monotonic()
            try:
                self.answers.append(self._gallery.identify(self._probe, EVERYTHING, CANDIDATES))
            except Exception as problem:
                self.problems.append(problem)
            self.longest_s = max(self.longest_s, time.monotonic() - started)
            self._ended.wait(0.02)

    def assert_all_the_same_and_whole(self) -> None:
        assert self.problems == []
        assert len(self.answers) > 20
        assert {answer.complete for answer in self.answers} == {True}
        assert len({_people(answer) for answer in self.answers}) == 1


@pytest.mark.parametrize("kind", ["own", "many"])
def test_every_answer_is_that_of_brute_force(
    kind: str, request: pytest.FixtureRequest, database: Database, feed: RecordedFeed
) -> None:
    assert_every_answer_true(request.getfixturevalue(kind), database, feed, rounds=6)


def assert_equal(own: Following, many: Following, database: Database, feed: RecordedFeed) -> None:
    """The answers are equal, however the gallery is divided."""
    with database.transaction() as session:
        own.catch_up(session)
        many.catch_up(session)
    for _ in range(5):
        probe = probe_of(feed.vector(near=feed.any_payload()))
        for tag_filter in FILTERS:
            found = many.gallery.identify(probe, tag_filter, CANDIDATES)
            assert found.shards_searched == found.shards_total > 1
            expected = own.gallery.identify(probe, tag_filter, CANDIDATES)
            plain = {"candidates": (), "shards_searched": 1, "shards_total": 1}
            assert replace(found, **plain) == replace(expected, **plain)
            assert _people(found) == _people(expected)
            for one, other in zip(found.candidates, expected.candidates, strict=True):
                # How rows are blocked in an index decides the last digits of a product.
                assert one.expected_strangers == pytest.approx(other.expected_strangers, rel=1e-4)
                assert [item.reference_id for item in one.evidence] == [
                    item.reference_id for item in other.evidence
                ]


def test_the_answers_of_both_kinds_are_equal(
    cluster: LocalCluster, own: Following, many: Following, database: Database, feed: RecordedFeed
) -> None:
    assert_equal(own, many, database, feed)
    _await(cluster, lambda now: now.references == own.gallery.references)


def test_replicas_of_a_shard_are_on_different_machines(cluster: LocalCluster, many: Following) -> None:
    cluster.await_shards()
    status = nishan(cluster, "status")
    assert (status["shards"], status["shards_ready"], status["failure"]) == ([0, 1], 2, None)
    assert status["machines"] == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    for shard in status["shards"]:
        own_replicas = [each for each in status["replicas"] if each["shard"] == shard]
        assert len({each["machine"] for each in own_replicas}) == len(own_replicas) == 2
        assert {each["state"] for each in own_replicas} == {"answers"}


def test_ray_listens_on_loopback_alone(cluster: LocalCluster) -> None:
    """Addresses as /proc/net has them: four bytes backwards, also after the prefix of IPv4 in IPv6."""
    listening = {
        line.split()[9]: line.split()[1].partition(":")[0]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]
        if line.split()[3] == "0A"
    }
    held = [address for inode in _sockets(cluster) if (address := listening.get(inode))]
    assert len(held) > 10  # head, nodes with their agents, shards, gateway
    assert {address.removeprefix("0000000000000000FFFF0000") for address in held} == {"0100007F"}


def test_a_machine_lost_under_load_loses_no_search(
    cluster: LocalCluster, many: Following, feed: RecordedFeed
) -> None:
    before = cluster.await_shards()
    with Searching(many, feed) as searching:
        time.sleep(0.5)
        cluster.lose("node-1")
        status = _await(cluster, lambda now: _replicas_on(now, "127.0.0.2") == 0 and _all_ready(now))
    searching.assert_all_the_same_and_whole()
    assert {each.node for each in status.replicas} == {"127.0.0.1", "127.0.0.3"}
    assert {each.name for each in status.replicas} == {each.name for each in before.replicas}


def test_a_shard_wholly_lost_is_said_and_comes_back_by_itself(
    cluster: LocalCluster, many: Following, feed: RecordedFeed
) -> None:
    status = cluster.await_shards()
    _await(cluster, lambda now: all(_has_snapshot(cluster, each) for each in now.replicas))
    with Searching(many, feed) as searching:
        time.sleep(0.3)
        for each in status.replicas:
            if each.name.shard == 1:
                os.kill(each.process, signal.SIGKILL)
        _await(cluster, lambda _: any(not answer.complete for answer in searching.answers))
        _await(cluster, lambda _: searching.answers[-1].complete)
    assert searching.problems == []
    missing = [answer for answer in searching.answers if not answer.complete]
    assert missing
    assert {(answer.shards_searched, answer.shards_total) for answer in missing} == {(1, 2)}
    for answer in missing:
        assert all(range_of(item.subject) % 2 == 0 for item in answer.candidates)
    assert _people(searching.answers[0]) == _people(searching.answers[-1])
    assert searching.answers[-1].complete
    started = _await(cluster, _all_ready).replicas
    assert {each.started_from for each in started if each.name.shard == 1} == {"a snapshot"}


def test_the_head_killed_and_started_again_does_not_end_the_service(
    cluster: LocalCluster, own: Following, many: Following, database: Database, feed: RecordedFeed
) -> None:
    """The machine of the head is lost with its gateway; all three come back where they were."""
    cluster.lose("head")
    cluster.members.pop("gateway").wait_or_kill(0)
    cluster.add("head", HEAD, "cluster.node_process", "head")
    cluster.add("gateway", HEAD, "cluster.gateway_process")
    cluster.await_shards()
    assert_equal(own, many, database, feed)


@pytest.mark.parametrize(("command", "shards"), [("add-shard", 3), ("remove-shard", 2)])
def test_the_gallery_is_divided_anew_while_searches_go_on(
    cluster: LocalCluster,
    own: Following,
    many: Following,
    database: Database,
    feed: RecordedFeed,
    command: str,
    shards: int,
) -> None:
    before = cluster.await_shards()
    with Searching(many, feed) as searching:
        told = nishan(cluster, command, "--no-wait")
        assert told["adding" if command == "add-shard" else "removing"] == 2
        status = _await(cluster, lambda now: len(now.shards) == shards and _all_ready(now) and _divided(now))
    searching.assert_all_the_same_and_whole()
    assert status.version == before.version + 1
    _await(cluster, lambda now: _no_other_parts(cluster, now))
    _await(cluster, lambda now: all(_has_snapshot(cluster, each) for each in now.replicas))
    assert_equal(own, many, database, feed)
    assert_every_answer_true(many, database, feed, rounds=2)


def test_a_head_lost_with_its_disk_is_said_and_made_good_by_starting_it_anew(
    cluster: LocalCluster, own: Following, many: Following, database: Database, feed: RecordedFeed
) -> None:
    cluster.await_shards()
    with Searching(many, feed) as searching:
        _await(cluster, lambda _: len(searching.answers) > 1)
        cluster.lose("head")
        cluster.members.pop("gateway").wait_or_kill(0)
        shutil.rmtree(cluster.data_dir / "cluster" / "head")
        cluster.add("head", HEAD, "cluster.node_process", "head")
        cluster.add("gateway", HEAD, "cluster.gateway_process")
        cluster.await_shards(machines=2)
        _await(cluster, lambda _: searching.answers[-1].complete)
    assert {type(problem) for problem in searching.problems} <= {GatewayUnavailable, ShardsUnavailable}
    whole = [answer for answer in searching.answers if answer.complete]
    assert len({_people(answer) for answer in whole}) == 1
    assert_equal(own, many, database, feed)


def _sockets(cluster: LocalCluster) -> set[str]:
    """Return the inodes of all sockets that the processes of a cluster hold."""
    links = set()
    for process in cluster.processes():
        for entry in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                links.add(str(entry.readlink()))
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def _has_snapshot(cluster: LocalCluster, replica: ReplicaStatus) -> bool:
    return part_name(replica.ranges) in _parts_on_disk(cluster, replica.node)


def _no_other_parts(cluster: LocalCluster, status: ClusterStatus) -> bool:
    """Whether the machines have snapshots of what their shards hold alone."""
    held = {
        node: {part_name(each.ranges) for each in status.replicas if each.node == node}
        for node in status.nodes
    }
    return all(_parts_on_disk(cluster, node) <= parts for node, parts in held.items())


def _parts_on_disk(cluster: LocalCluster, node: str) -> set[str]:
    """Return the names of the parts that a machine has snapshots of."""
    place = cluster.data_dir / "cluster" / "snapshots" / node / "parts"
    return {manifest.parents[1].name for manifest in place.glob("*/*/manifest.json")}


def _people(answer: SearchResult) -> tuple[UUID, ...]:
    return tuple(item.subject for item in answer.candidates)


def _await(cluster: LocalCluster, come: Callable[[ClusterStatus], bool]) -> ClusterStatus:
    deadline = time.monotonic() + 300
    status = None
    while time.monotonic() < deadline:
        cluster.watch()
        status = cluster.status()
        if status is not None and come(status):
            return status
        time.sleep(0.1)
    raise AssertionError(f"what was awaited did not come: {status}")


def _all_ready(status: ClusterStatus) -> bool:
    ready = [each for each in status.replicas if each.ready]
    return len(ready) == len(status.replicas) == len(status.shards) * status.replicas_wanted


def _replicas_on(status: ClusterStatus, node: str) -> int:
    return sum(each.node == node for each in status.replicas)


def _divided(status: ClusterStatus) -> bool:
    """Whether no range is held by two shards any more."""
    held = {each.name.shard: each.ranges for each in status.replicas}
    return sum(map(len, held.values())) == 64
