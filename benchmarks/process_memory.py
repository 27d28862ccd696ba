"""Memory of every part of a running service over time: a process that leaks shows as a line that climbs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nishan.running_service import RunningService

_SHORTEST_MINUTES = 4
_PARTS = ("api", "worker", "postgres", "object_store")


@dataclass
class MemoryOverTime:
    """Megabytes of each part, all its processes together, at each time.

    Attributes:
        minutes: Since the beginning.
        parts: Proportional set size (memory shared by several processes counts once).
    """

    minutes: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in _PARTS})

    def growth(self) -> dict[str, float]:
        """Return megabytes an hour by which each part grew in the second half: its least-squares slope.

        Of a short watch nothing is said: what a process takes on at first would be taken for a leak.
        """
        half = len(self.minutes) // 2
        if not self.minutes or self.minutes[-1] < _SHORTEST_MINUTES:
            return {}
        hours = np.array(self.minutes[half:]) / 60
        return {
            part: round(float(np.polyfit(hours, values[half:], 1)[0]), 1)
            for part, values in self.parts.items()
        }


@contextmanager
def memory_watched(service: RunningService, every_s: float = 5.0) -> Iterator[MemoryOverTime]:
    """Look at the memory of a service again and again until the block ends."""
    seen, ended, started = MemoryOverTime(), threading.Event(), time.monotonic()

    def watch() -> None:
        while not ended.is_set():
            _look(service, seen, started)
            ended.wait(every_s)
        _look(service, seen, started)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        ended.set()
        watching.join()


def _look(service: RunningService, seen: MemoryOverTime, started: float) -> None:
    children = _children()
    seen.minutes.append(round((time.monotonic() - started) / 60, 3))
    for part in _PARTS:
        kilobytes = sum(_kilobytes(pid, children) for pid in service.pids(part))
        seen.parts[part].append(round(kilobytes / 1024, 1))


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(
                (place / "stat").read_text(encoding="ascii", errors="replace").rsplit(")")[1].split()[1]
            )
        except (OSError, IndexError, ValueError):
            continue
        found.setdefault(parent, []).append(int(place.name))
    return found


def _kilobytes(pid: int, children: dict[int, list[int]]) -> int:
    below = sum(_kilobytes(child, children) for child in children.get(pid, []))
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return below  # it has ended
    return below + next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
