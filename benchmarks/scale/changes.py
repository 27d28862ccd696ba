"""How soon does another process see a change, while changes and searches come at a given rate?"""

import argparse
import json
import time
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

import datasets.synthetic
from benchmarks.filled_records import TAGS, fill_records, records_in, temporary_place
from benchmarks.gallery_child import GalleryChild
from benchmarks.invented_gallery import PRODUCER, Invented, invent
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from core.clock import now
from core.ids import new_id
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.database import Database, Session

_KINDS = ("enrol", "enrol", "retag", "erase")
"""One in four re-tags (moves between partitions), one in four erases; the gallery grows slowly."""

_SETTLE_S = 3.0
_WRITERS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, default=100_000, help="references at the start")
    parser.add_argument("--rate", type=float, default=100.0, help="changes per second")
    parser.add_argument("--searches", type=float, default=50.0, help="searches per second")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Write changes here while another process follows and searches."""
    invented = invent(arguments.size, 10)
    with temporary_place() as place, records_in(place) as url:
        fill_records(url, invented, progress)
        options = ("--searches", str(arguments.searches), "--keep")
        with GalleryChild(url, place / "snapshots", *options) as child:
            progress.say("the other process follows")
            child.tell("follow")
            committed = _write_changes(url, invented, arguments.rate, arguments.seconds)
            time.sleep(_SETTLE_S)
            child.tell("end")
            seen = child.answer()
    delays, unseen = _delays(committed, seen["reached"])
    span = committed[-1][1] - committed[0][1]
    spread = Path(datasets.synthetic.__file__).parent
    return {
        "data": describe_files("spread of real templates", spread, [spread / "face_spread.npz"]),
        "protocol": (
            f"{arguments.size} invented templates in a real PostgreSQL; four connections commit changes, "
            f"{arguments.rate:g} a second (half enrolments, a quarter moves between states, a quarter "
            f"erasures), another process follows the feed and searches {arguments.searches:g} times a "
            "second; a change is visible when the other process has taken it in; from the return of its "
            "commit; it also writes snapshots whenever one is due; all on one machine, PostgreSQL included"
        ),
        "models_used": [],
        "counts": {
            "references": arguments.size,
            "changes": len(committed),
            "searches": len(seen["search_ms"]),
        },
        "metrics": {
            "visible_after_ms": _spread(delays),
            "never_seen": unseen,
            "changes_per_second": round(len(committed) / span, 1),
            "searches_per_second": round(len(seen["search_ms"]) / (span + _SETTLE_S), 1),
            "search_ms": _spread(seen["search_ms"]),
        },
    }


def _write_changes(url: str, invented: Invented, rate: float, seconds: float) -> list[tuple[int, float]]:
    """Commit changes at a steady rate; return each one's number and the time its commit had returned.

    Numbers are in the order of commits, so the n-th return is taken for that of the n-th number: writers
    that return at about the same time may be taken for one another, a matter of a millisecond.
    """
    database = Database(url, _WRITERS)
    victims = np.random.default_rng(5).integers(1, len(invented.vectors), int(rate * seconds)).tolist()
    begin = time.monotonic()

    def write(step: int) -> float:
        time.sleep(max(0.0, begin + step / rate - time.monotonic()))
        with database.transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            _change(session, _KINDS[step % len(_KINDS)], victims[step], invented, step)
        return time.monotonic()

    with ThreadPoolExecutor(_WRITERS) as writers:
        committed = sorted(writers.map(write, range(len(victims))))
    with database.transaction() as session:
        last = text("SELECT number FROM gallery_changes ORDER BY number DESC LIMIT :last")
        numbers = sorted(session.execute(last, {"last": len(committed)}).scalars())
    database.dispose()
    return list(zip(numbers, committed, strict=True))


def _change(session: Session, kind: str, victim: int, invented: Invented, step: int) -> None:
    if kind == "enrol":
        victim = session.execute(text(_ENROL), _row(invented, step)).scalar_one()
    elif kind == "retag":
        tags = json.dumps({**TAGS, "state": 1 + step % 36})
        session.execute(
            text("UPDATE templates SET tags = CAST(:tags AS jsonb) WHERE id = :id"),
            {"tags": tags, "id": victim},
        )
    else:
        session.execute(text("DELETE FROM templates WHERE id = :id"), {"id": victim})
    announced = ChangeKind.REMOVE if kind == "erase" else ChangeKind.ADD
    gallery_feed.append(session, announced, [victim])


_ENROL = (
    "INSERT INTO templates (sample_id, person_id, encounter_id, modality, producer, position, payload, "
    "quality, quality_reasons, tags, created_at) VALUES (:person, :person, :person, 'face', :producer, 0, "
    ":payload, 0.9, '[]', CAST(:tags AS jsonb), :at) RETURNING id"
)


def _row(invented: Invented, step: int) -> dict[str, Any]:
    payload = invented.vectors[step % len(invented.vectors)][::-1].tobytes()  # nobody's of the gallery
    return {
        "person": new_id(),
        "producer": PRODUCER,
        "payload": payload,
        "tags": json.dumps(TAGS),
        "at": now(),
    }


def _delays(committed: list[tuple[int, float]], reached: list[list[float]]) -> tuple[list[float], int]:
    """Return milliseconds from commit to visibility, and how many changes were never seen."""
    positions = [position for position, _ in reached]
    delays, unseen = [], 0
    for number, at in committed:
        place = bisect_left(positions, number)
        if place == len(positions):
            unseen += 1
        else:
            delays.append(max(0.0, 1e3 * (reached[place][1] - at)))
    return delays, unseen


def _spread(values: list[float]) -> dict[str, float]:
    shares = {f"p{share}": float(np.percentile(values, share)) for share in (50, 95, 99)}
    return {name: round(value, 2) for name, value in {**shares, "max": max(values)}.items()}
