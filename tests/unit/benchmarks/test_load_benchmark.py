"""Memory that climbs is told from memory that is only taken on; a batch is told apart by its time."""

import os

from benchmarks.investigators import Work
from benchmarks.process_memory import MemoryOverTime, _children, _kilobytes
from benchmarks.scale.load import _beside_the_batch


def watched(minutes: int, mb_of_minute: float, taken_on_mb: float = 0.0) -> MemoryOverTime:
    times = [float(minute) for minute in range(minutes + 1)]
    values = [100 + mb_of_minute * time + min(time, 2) * taken_on_mb for time in times]
    return MemoryOverTime(times, {"api": values})


def test_only_what_goes_on_climbing_is_growth() -> None:
    assert watched(10, 1.0).growth() == {"api": 60.0}
    assert watched(10, 0.0, taken_on_mb=80).growth() == {"api": 0.0}
    assert watched(2, 1.0).growth() == {}


def test_memory_of_a_process_holds_what_it_holds() -> None:
    before = _kilobytes(os.getpid(), _children())
    held = bytearray(os.urandom(1 << 20)) * 50
    assert _kilobytes(os.getpid(), _children()) - before > len(held) / 1024 / 2


def test_searches_beside_a_batch_are_told_apart() -> None:
    work = Work(searches=[(1.0, 100.0, 100.0), (5.0, 300.0, 300.0), (9.0, 900.0, 900.0)])
    told = _beside_the_batch(work, {"begun_s": 4.0, "ended_s": 6.0, "failed": 1.0, "probes": 7})
    assert (told["probes"], told["failed"], told["took_s"], told["searches_meanwhile"]) == (7, 1, 2.0, 1)
    assert told["search_ms_before"]["p50"] == 100.0
    assert told["search_ms_meanwhile"]["p50"] == 300.0
