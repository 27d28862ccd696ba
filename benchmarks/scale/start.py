"""How long does a process take to its first answer, from a snapshot and from the records?"""

import argparse
import time
from pathlib import Path
from typing import Any

import datasets.synthetic
from benchmarks.filled_records import fill_records, records_in, temporary_place
from benchmarks.gallery_child import GalleryChild
from benchmarks.invented_gallery import PRODUCER, Invented, fill, invent
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import Modality
from matcher.candidates import Change, ChangeKind
from matcher.compaction import Compaction
from matcher.face.index import FaceIndex


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 100_000], help="references")
    parser.add_argument("--starts", type=int, default=3, help="starts from each source; the median counts")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill a PostgreSQL with each number of references and start processes on it."""
    metrics = {}
    for size in sorted(arguments.size):
        progress.say(f"{size:,} faces")
        metrics[str(size)] = _of_one_size(size, arguments.starts, progress)
    spread = Path(datasets.synthetic.__file__).parent
    return {
        "data": describe_files("spread of real templates", spread, [spread / "face_spread.npz"]),
        "protocol": (
            "invented templates (datasets/synthetic/face_vectors.py), one a person, in a real PostgreSQL on "
            f"the same machine; {arguments.starts} processes started from the records, then one writes a "
            f"snapshot and {arguments.starts} are started from it; from the start of the process, its "
            "imports and the digests of all files included, to its first answer; the files were written "
            "shortly before, so the disk itself is not measured; compaction: in one process, a tenth wiped"
        ),
        "models_used": [],
        "counts": {"sizes": sorted(arguments.size), "starts": arguments.starts},
        "metrics": metrics,
        "curves": {"start": _curves(metrics)},
    }


def _of_one_size(size: int, starts: int, progress: ProgressLike) -> dict[str, Any]:
    invented = invent(size, 10)
    with temporary_place() as place, records_in(place) as url:
        fill_records(url, invented, progress)
        records = [_start(url, place / f"none-{number}") for number in range(starts)]
        with GalleryChild(url, place / "snapshots") as child:
            child.tell("snapshot")
            written = child.answer()
        snapshot = [_start(url, place / "snapshots") for _ in range(starts)]
    return {
        "from_records": _median(records),
        "from_snapshot": _median(snapshot),
        "snapshot": {**written, "bytes_per_reference": round(written["bytes"] / size)},
        "compaction": _compaction(invented),
    }


def _start(url: str, snapshots: Path) -> dict[str, Any]:
    with GalleryChild(url, snapshots) as child:
        return child.started


def _median(starts: list[dict[str, Any]]) -> dict[str, Any]:
    return sorted(starts, key=lambda start: float(start["first_answer_s"]))[len(starts) // 2]


def _compaction(invented: Invented) -> dict[str, float]:
    """Wipe a tenth of the rows and make the shelf anew."""
    gallery = fill(invented).gallery
    removed = range(1, len(invented.vectors) + 1, 10)
    gallery.apply([Change(number + 1, ChangeKind.REMOVE, number) for number in removed])
    shelf = gallery.shelves[Modality.FACE, PRODUCER]
    start = time.perf_counter()
    compaction = Compaction(shelf, FaceIndex())
    for _ in compaction.steps():
        pass
    copied = time.perf_counter()
    compaction.finished()
    ended = time.perf_counter()
    return {
        "copying_s": round(copied - start, 2),
        "exchange_ms": round(1e3 * (ended - copied), 1),
    }


def _curves(metrics: dict[str, Any]) -> dict[str, Any]:
    sizes = [int(size) for size in metrics]
    return {
        label: {"size": sizes, "s": [metrics[str(size)][name]["first_answer_s"] for size in sizes]}
        for label, name in (("from the records", "from_records"), ("from a snapshot", "from_snapshot"))
    }
