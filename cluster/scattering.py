"""Asks every shard at once, another replica when one is slow or fails, and gathers what comes in time."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from cluster.parameters import CLUSTER

Answer = TypeVar("Answer")
Ask = Callable[[], Future[Answer]]


@dataclass(frozen=True)
class Gathered(Generic[Answer]):
    """What came of one search.

    Attributes:
        answers: By shard; a shard that is not here did not answer in time.
        failures: By shard, what its replicas failed with.
    """

    answers: dict[int, Answer] = field(default_factory=dict)
    failures: dict[int, list[Exception]] = field(default_factory=dict)


class Latencies:
    """How long shards took lately, and so how long to wait before another replica is asked too."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=CLUSTER.latencies_kept)

    def note(self, seconds: float) -> None:
        """Take in how long one answer took."""
        self._last.append(seconds)

    def hedge_after_s(self) -> float:
        """Return the seconds after which an answer is late."""
        known = list(self._last)
        if not known:
            return CLUSTER.hedge_s
        return max(CLUSTER.hedge_s, CLUSTER.hedge_times_p95 * float(np.percentile(known, 95)))


class _Scattered(Generic[Answer]):
    """One search under way."""

    def __init__(self, replicas: Mapping[int, Sequence[Ask[Answer]]]) -> None:
        self.gathered: Gathered[Answer] = Gathered()
        self.waiting: dict[Future[Answer], tuple[int, float]] = {}
        self._left = {shard: deque(asks) for shard, asks in replicas.items()}
        for shard in replicas:
            self.ask_next(shard)

    @property
    def awaited(self) -> list[int]:
        """The shards that are asked and have not answered."""
        return sorted({shard for shard, _ in self.waiting.values()} - self.gathered.answers.keys())

    def ask_next(self, shard: int) -> None:
        """Ask the shard's next replica; those that cannot even be asked are passed over."""
        while self._left[shard]:
            try:
                future = self._left[shard].popleft()()
            except Exception as problem:
                self.gathered.failures.setdefault(shard, []).append(problem)
                continue
            self.waiting[future] = (shard, time.monotonic())
            return

    def take(self, future: Future[Answer], latencies: Latencies) -> None:
        """Take an answer in; after a failure ask the next replica at once."""
        shard, asked_at = self.waiting.pop(future)
        if shard in self.gathered.answers:
            return
        problem = future.exception()
        if problem is None:
            self.gathered.answers[shard] = future.result()
            latencies.note(time.monotonic() - asked_at)
        elif isinstance(problem, Exception):
            self.gathered.failures.setdefault(shard, []).append(problem)
            self.ask_next(shard)
        else:
            raise problem


def scatter(
    replicas: Mapping[int, Sequence[Ask[Answer]]],
    latencies: Latencies,
    deadline_s: float = CLUSTER.deadline_s,
) -> Gathered[Answer]:
    """Return one answer for each shard that gave one in time.

    Args:
        replicas: For each shard how to ask its replicas, the one to ask first at the front.
    """
    ends = time.monotonic() + deadline_s
    patience = latencies.hedge_after_s()
    search = _Scattered(replicas)
    hedge_at = time.monotonic() + patience
    while search.awaited and time.monotonic() < ends:
        done, _ = wait(
            search.waiting, max(0.0, min(hedge_at, ends) - time.monotonic()), return_when=FIRST_COMPLETED
        )
        for future in done:
            search.take(future, latencies)
        if time.monotonic() >= hedge_at:
            for shard in search.awaited:
                search.ask_next(shard)
            hedge_at = time.monotonic() + patience
    return search.gathered
