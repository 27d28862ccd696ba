"""Computes docs/capacity.md from measured prices: python -m benchmarks.capacity (--check: only compare)."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import computed_part
from benchmarks.computed_part import with_part, write_or_check
from benchmarks.item_prices import Prices, prices

DOCUMENT = Path(__file__).parents[1] / "docs" / "capacity.md"
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "capacity.png"
BEGIN, END = "<!-- computed: python -m benchmarks.capacity -->", computed_part.END

PEOPLE = (1_000_000, 10_000_000, 50_000_000)
NAFIS = 10_600_000
"""Ten-print records of India's National Automated Fingerprint Identification System."""


@dataclass(frozen=True)
class Machine:
    """A machine of the plan, and how it is used: assumptions, not measurements."""

    cores: int = 32
    memory_bytes: float = 256 * 2**30
    for_galleries: float = 0.75  # of the memory; the rest is for the system, PostgreSQL's cache, extraction
    copies: int = 2  # of every gallery, on different machines
    database_streams: int = 16  # references read from PostgreSQL at the same time
    disk_bytes_per_second: float = 1e9  # reading snapshots
    thumbnail_bytes: float = 8_000
    trace_bytes: float = 10_000  # enrolment, audit and searches about one person
    busy: float = 0.5  # of the processors, on average


MACHINE = Machine()


@dataclass(frozen=True)
class Plan:
    """What so many people take; bytes and seconds."""

    people: int
    memory: float
    rows: float
    images: float
    machines: int
    face_s: float
    finger_s: float
    face_p95_s: float
    finger_p95_s: float
    faces_a_minute: float
    fingers_a_minute: float
    restart_s: float
    rebuild_s: float
    enrolment_days: float
    backup_s: float
    restore_s: float


def plan(people: int, cost: Prices, machine: Machine = MACHINE) -> Plan:
    """Plan for people with two faces and ten fingers each."""
    faces, fingers = 2 * people, 10 * people
    memory = faces * cost.face_bytes + fingers * cost.finger_bytes
    one_copy = math.ceil(memory / (machine.memory_bytes * machine.for_galleries))
    cores = one_copy * machine.cores
    face_core_s, finger_core_s = faces / cost.faces_per_second, fingers / cost.fingers_per_second
    streams = min(cores, machine.database_streams)
    restored = (faces / cost.faces_restored + fingers / cost.fingers_restored) / cores
    extraction_s = (faces * cost.face_ms + fingers * cost.finger_ms) / 1e3
    machines = one_copy * machine.copies
    return Plan(
        people=people,
        memory=memory,
        rows=people * (cost.person_row_bytes + machine.trace_bytes),
        images=people * (2 * cost.portrait_bytes + 10 * cost.print_bytes + 12 * machine.thumbnail_bytes),
        machines=machines,
        face_s=face_core_s / cores + cost.face_ms / 1e3,
        finger_s=finger_core_s / cores + cost.finger_ms / 1e3,
        face_p95_s=sojourn_p95(machine.busy) * face_core_s / cores + cost.face_ms / 1e3,
        finger_p95_s=sojourn_p95(machine.busy) * finger_core_s / cores + cost.finger_ms / 1e3,
        faces_a_minute=_a_minute(face_core_s + cost.face_ms / 1e3, machines, machine),
        fingers_a_minute=_a_minute(finger_core_s + cost.finger_ms / 1e3, machines, machine),
        restart_s=max(restored, memory / one_copy / machine.disk_bytes_per_second),
        rebuild_s=(faces / cost.faces_rebuilt + fingers / cost.fingers_rebuilt) / streams,
        enrolment_days=extraction_s / (machines * machine.cores) / 86_400,
        backup_s=people / cost.people_backed_up,
        restore_s=people / cost.people_brought_back,
    )


def _a_minute(core_s: float, machines: int, machine: Machine) -> float:
    return 60 * machines * machine.cores * machine.busy / core_s


@cache
def sojourn_p95(busy: float, searches: int = 200_000) -> float:
    """Return how many search times 95 of 100 searches take at most, waiting included.

    Simulated: searches arrive by chance, each takes all shards of a copy for the same time, and waits until
    they are done with those before it (Lindley's recursion).
    """
    gaps = np.random.default_rng(1).exponential(1 / busy, searches)
    waited, seen = 0.0, np.empty(searches)
    for number, gap in enumerate(gaps):
        waited = max(0.0, waited + 1 - gap)
        seen[number] = waited + 1
    return float(np.percentile(seen, 95))


def computed() -> str:
    """Return the part of the document that is computed."""
    cost = prices()
    files = ", ".join(f"`benchmarks/results/{name}`" for name in cost.sources)
    return "\n\n".join(
        [
            BEGIN,
            f"Prices of one item, one core, from {files}:",
            _price_table(cost),
            f"Assumed: {_assumptions(MACHINE)}",
            _table([plan(people, cost) for people in (*PEOPLE, NAFIS)]),
            END,
        ]
    )


def _price_table(cost: Prices) -> str:
    lines = [
        ("a face in memory", _size(cost.face_bytes)),
        ("a finger in memory", _size(cost.finger_bytes)),
        ("all rows of a person (two faces, ten fingers), indexes included", _size(cost.person_row_bytes)),
        ("a portrait, a print, as captured", f"{_size(cost.portrait_bytes)}, {_size(cost.print_bytes)}"),
        ("faces compared a second", _count(cost.faces_per_second)),
        ("fingers compared a second", _count(cost.fingers_per_second)),
        ("extraction of a face, of a finger", f"{cost.face_ms:.0f} ms, {cost.finger_ms:.0f} ms"),
        (
            "faces, fingers a second from the database into a gallery",
            f"{_count(cost.faces_rebuilt)}, {_count(cost.fingers_rebuilt)}",
        ),
        (
            "faces, fingers a second from a snapshot",
            f"{_count(cost.faces_restored)}, {_count(cost.fingers_restored)}",
        ),
    ]
    return "\n".join(["| item | price |", "|---|---|", *(f"| {name} | {value} |" for name, value in lines)])


def _assumptions(machine: Machine) -> str:
    return (
        f"machines of {machine.cores} such cores and {_size(machine.memory_bytes)}, of which "
        f"{machine.for_galleries:.0%} hold galleries; {machine.copies} copies of every gallery on different "
        f"machines; one shard per core; {machine.database_streams} shards read from PostgreSQL at a time; "
        f"{_size(machine.disk_bytes_per_second)} a second from disk; {_size(machine.thumbnail_bytes)} a "
        f"thumbnail; {_size(machine.trace_bytes)} of audit, enrolment and searches a person; processors "
        f"{machine.busy:.0%} busy."
    )


_LINES: tuple[tuple[str, Callable[[Plan], str]], ...] = (
    ("faces, fingers", lambda p: f"{_count(2 * p.people)}, {_count(10 * p.people)}"),
    ("memory for one copy of the galleries", lambda p: _size(p.memory)),
    ("PostgreSQL on disk", lambda p: _size(p.rows)),
    ("images in the object store", lambda p: _size(p.images)),
    ("machines for two copies", lambda p: f"{p.machines}"),
    ("one face search, alone", lambda p: _time(p.face_s)),
    ("search of one finger, alone", lambda p: _time(p.finger_s)),
    (
        f"the same at {MACHINE.busy:.0%} load, 95 %: face, finger",
        lambda p: f"{_time(p.face_p95_s)}, {_time(p.finger_p95_s)}",
    ),
    ("face searches a minute", lambda p: _count(p.faces_a_minute)),
    ("searches of one finger a minute", lambda p: _count(p.fingers_a_minute)),
    ("start from snapshots", lambda p: _time(p.restart_s)),
    ("rebuild from PostgreSQL", lambda p: _time(p.rebuild_s)),
    ("extraction of everything once, on all machines", lambda p: _time(p.enrolment_days * 86_400)),
    (
        "`nishan backup`, `nishan restore` of everything",
        lambda p: f"{_time(p.backup_s)}, {_time(p.restore_s)}",
    ),
)


def _table(plans: Sequence[Plan]) -> str:
    names = [f"{p.people / 1e6:g} million" for p in plans[:-1]] + [
        f"NAFIS, {plans[-1].people / 1e6:g} million"
    ]
    rows = [f"| {title} | " + " | ".join(value(p) for p in plans) + " |" for title, value in _LINES]
    return "\n".join([f"| people | {' | '.join(names)} |", "|---|" + "---|" * len(plans), *rows])


def _two_digits(value: float) -> str:
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.0f}" if digits <= 0 else f"{rounded:.{digits}f}".rstrip("0").rstrip(".")


def _scaled(value: float, units: Sequence[tuple[float, str]]) -> str:
    factor, name = next(((f, n) for f, n in units if value >= f), units[-1])
    return f"{_two_digits(value / factor)} {name}".rstrip()


def _size(value: float) -> str:
    return _scaled(value, ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1, "bytes")))


def _count(value: float) -> str:
    return _scaled(value, ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1, "")))


def _time(seconds: float) -> str:
    return _scaled(seconds, ((86_400, "days"), (3_600, "h"), (60, "min"), (1, "s"), (1e-3, "ms")))


def replaced(document: str) -> str:
    """Return the document with its computed part made anew."""
    return with_part(document, BEGIN, computed())


def draw(path: Path) -> None:
    """Draw what grows with the number of people."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    cost = prices()
    people = [10**5 * 10 ** (step / 8) for step in range(25)]
    plans = [plan(round(each), cost) for each in people]
    figure, axes = plt.subplots(figsize=(6.4, 4.6))
    for label, values in (
        ("images", [each.images for each in plans]),
        ("PostgreSQL", [each.rows for each in plans]),
        ("memory, one copy", [each.memory for each in plans]),
    ):
        axes.plot(people, [value / 1e9 for value in values], label=label)
    axes.axvline(NAFIS, color="grey", linestyle=":", label="NAFIS")
    axes.set(xscale="log", yscale="log", xlabel="people", ylabel="GB")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document and its picture, or say whether the document is what would be written."""
    compared = write_or_check("benchmarks.capacity", __doc__, DOCUMENT, replaced, arguments)
    if compared is None:
        draw(PICTURE)
    return compared or 0


if __name__ == "__main__":
    sys.exit(main())
