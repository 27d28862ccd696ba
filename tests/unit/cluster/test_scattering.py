"""Slow and failing replicas: another one is asked, and what is missing is known to be missing."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from cluster.parameters import CLUSTER
from cluster.scattering import Ask, Latencies, scatter


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


class Replicas:
    """Replicas that answer, fail, or keep silent until the test ends; each call is remembered."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.asked: list[str] = []
        self.ended = threading.Event()

    def answers(self, name: str) -> Ask[str]:
        return self._ask(name, lambda: name)

    def fails(self, name: str) -> Ask[str]:
        return self._ask(name, self._fail)

    def silent(self, name: str) -> Ask[str]:
        return self._ask(name, lambda: f"{name} late" if self.ended.wait(30) else "never")

    def unreachable(self, name: str) -> Ask[str]:
        def ask() -> "Future[str]":
            self.asked.append(name)
            raise ConnectionError(name)

        return ask

    def _ask(self, name: str, work: object) -> Ask[str]:
        def ask() -> "Future[str]":
            self.asked.append(name)
            return self._pool.submit(work)  # type: ignore[arg-type]

        return ask

    @staticmethod
    def _fail() -> str:
        raise ConnectionError("gone")


@pytest.fixture
def replicas(pool: ThreadPoolExecutor) -> Iterator[Replicas]:
    made = Replicas(pool)
    yield made
    made.ended.set()


def test_each_shard_is_asked_once_when_all_is_well(replicas: Replicas) -> None:
    found = scatter(
        {shard: [replicas.answers(f"{shard}a"), replicas.answers(f"{shard}b")] for shard in range(3)},
        Latencies(),
    )
    assert found.answers == {0: "0a", 1: "1a", 2: "2a"}
    assert replicas.asked == ["0a", "1a", "2a"]


def test_a_failure_is_made_good_by_the_next_replica(replicas: Replicas) -> None:
    found = scatter({0: [replicas.fails("a"), replicas.unreachable("b"), replicas.answers("c")]}, Latencies())
    assert found.answers == {0: "c"}
    assert [type(problem) for problem in found.failures[0]] == [ConnectionError, ConnectionError]


def test_a_silent_replica_is_hedged_and_not_waited_for(replicas: Replicas) -> None:
    found = scatter(
        {0: [replicas.silent("a"), replicas.answers("b")], 1: [replicas.answers("c")]}, Latencies()
    )
    assert found.answers == {0: "b", 1: "c"}


def test_a_late_answer_still_counts_when_the_other_replica_fails(replicas: Replicas) -> None:
    threading.Timer(0.4, replicas.ended.set).start()
    found = scatter({0: [replicas.silent("a"), replicas.fails("b")]}, Latencies())
    assert found.answers == {0: "a late"}


def test_a_lost_shard_is_left_out_and_known(replicas: Replicas) -> None:
    found = scatter(
        {0: [replicas.fails("a"), replicas.fails("b")], 1: [replicas.answers("c")], 2: []}, Latencies()
    )
    assert found.answers == {1: "c"}
    assert len(found.failures[0]) == 2


def test_a_search_ends_at_its_deadline(replicas: Replicas) -> None:
    found = scatter({0: [replicas.silent("a")], 1: [replicas.answers("c")]}, Latencies(), deadline_s=0.3)
    assert found.answers == {1: "c"}


def test_slow_galleries_are_given_time_before_they_are_asked_twice() -> None:
    latencies = Latencies()
    assert latencies.hedge_after_s() == CLUSTER.hedge_s
    for _ in range(50):
        latencies.note(0.01)
    assert latencies.hedge_after_s() == CLUSTER.hedge_s
    for _ in range(CLUSTER.latencies_kept):
        latencies.note(1.0)
    assert latencies.hedge_after_s() == pytest.approx(CLUSTER.hedge_times_p95)
