"""Which first stage finds the mate, and how fast? Ours, FAISS's binary indexes and one vector per finger."""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.cylinder_votes import (
    CODE_BYTES,
    FLIPPED,
    LENGTH,
    NEIGHBOURS,
    PROBED,
    TABLE_BITS,
    TABLES,
    Aggregated,
    Kind,
    Votes,
)
from benchmarks.distractor_file import distractor_payloads
from benchmarks.finger_samples import extract_all, read_prints
from benchmarks.finger_searches import UNKNOWN, Templates
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.parameters import SCAN
from matcher.fingerprint.scan import in_lanes
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.sketch import Sketch, sketch_of

SEED = 20_240_101
SHARES = (0.001, 0.01, 0.02, 0.03, 0.05)
Search = Callable[[bytes, Sketch], NDArray[np.float32]]
"""A probe's template and its sketch to one score per finger."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--distractors", type=int, default=9960, help="invented fingers added to the gallery")
    parser.add_argument("--kept", type=Path, help="folder that keeps the invented fingers for the next run")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Search every probe by every way, in turn, so that all meet the same noise."""
    faiss.omp_set_num_threads(1)
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    templates = Templates.of(prints, extracted)
    made = distractor_payloads(
        templates.payloads, arguments.distractors, SEED, arguments.kept, progress, arguments.processes
    )
    enrolled = [templates.payloads[place] for place in np.flatnonzero(templates.first)] + made
    rows = {int(finger): row for row, finger in enumerate(templates.finger[templates.first])}
    probes = [place for place in templates.probes if int(templates.finger[place]) in rows]
    progress.say("building the other indexes")
    ways, raw = _ways(enrolled)
    ranks: dict[str, list[int]] = {name: [] for name in ways}
    spent: dict[str, list[float]] = {name: [] for name in [*ways, "faiss_binary_flat_call_alone"]}
    for probe in progress.track(probes, len(probes), "searching"):
        payload, mate = templates.payloads[probe], rows[int(templates.finger[probe])]
        sketch = sketch_of(payload)
        for name, search in ways.items():
            start = time.process_time()
            scores = search(payload, sketch)
            spent[name].append(time.process_time() - start)
            ranks[name].append(_rank(scores, mate))
        start = time.process_time()
        raw.raw(sketch)
        spent["faiss_binary_flat_call_alone"].append(time.process_time() - start)
    alone = float(np.median(spent["faiss_binary_flat_call_alone"]))
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "gallery: first impression of each finger of all databases, and distractors made from the"
            f" minutiae of the set (seed {SEED}); probes: all other impressions; hit_100: the mate is among"
            " the 100 best fingers, hit_<share>: among that share of the gallery; shipped: on the list"
            " handed to full comparison, whatever its length; the same cylinders (256 bits, direction) for"
            f" all ways; votes: each probe cylinder's {NEIGHBOURS} nearest, the best for each finger, within"
            f" the same turn; inverted lists: {PROBED} probed; hash: {TABLES} tables of {TABLE_BITS} bits, "
            f"{FLIPPED} flipped; aggregated: VLAD of {LENGTH} bytes, coded: of {CODE_BYTES}; processor time"
            " of all threads, median over the probes; time_ratio: to the bare call of IndexBinaryFlat"
            " over the same bits"
        ),
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {
            "gallery": len(enrolled),
            "cylinders": int(raw.index.ntotal),
            "probes": len(probes),
        },
        "metrics": {
            name: _metrics(np.array(ranks[name]), float(np.median(spent[name])), alone, len(enrolled))
            for name in ways
        }
        | {"faiss_binary_flat_call_alone": {"cpu_ms": round(1e3 * alone, 2)}},
    }


def _ways(enrolled: list[bytes]) -> tuple[dict[str, Search], Votes]:
    sketches = [sketch_of(payload) for payload in enrolled]
    index, segment = FingerprintIndex(), Segment(fingers=len(enrolled))
    index.add(enrolled, [UNKNOWN] * len(enrolled))
    segment.add(enrolled, [UNKNOWN] * len(enrolled))
    everyone = np.ones(len(enrolled), np.bool_)
    votes = {kind: Votes(sketches, kind) for kind in Kind}
    aggregated = Aggregated(sketches)

    def shipped(payload: bytes, sketch: Sketch) -> NDArray[np.float32]:  # noqa: ARG001
        scores = np.zeros(len(enrolled), np.float32)
        scores[index.short_list(payload, UNKNOWN, None, SCAN.compared)] = 1.0
        return scores

    ways: dict[str, Search] = {
        "shipped": shipped,
        "quick_scan_of_all": lambda _, sketch: segment.scan(in_lanes(sketch), everyone, closely=False),
        "close_scan_of_all": lambda _, sketch: segment.scan(in_lanes(sketch), everyone, closely=True),
        **{f"faiss_binary_{kind}_votes": partial(_voted, votes[kind]) for kind in Kind},
        "aggregated_vector": lambda _, sketch: aggregated.scores(sketch),
        "aggregated_vector_coded": lambda _, sketch: aggregated.scores(sketch, coded=True),
    }
    for search in ways.values():  # compiles what is not compiled yet
        search(enrolled[0], sketches[0])
    return ways, votes[Kind.FLAT]


def _voted(votes: Votes, _: bytes, sketch: Sketch) -> NDArray[np.float32]:
    return votes.scores(sketch)


def _rank(scores: NDArray[np.float32], mate: int) -> int:
    """The mate's place; last where it has the lowest score, as all do that were not looked at."""
    if scores[mate] <= scores.min():
        return len(scores)
    return int((scores > scores[mate]).sum()) + 1


def _metrics(ranks: NDArray[np.int64], cpu_s: float, alone_s: float, fingers: int) -> dict[str, float]:
    return {
        "hit_100": float(np.mean(ranks <= SCAN.compared)),
        **{f"hit_{share:g}": float(np.mean(ranks <= share * fingers)) for share in SHARES},
        "cpu_ms": round(1e3 * cpu_s, 2),
        "fingers_per_core_second": round(fingers / cpu_s),
        "time_ratio": round(cpu_s / alone_s, 3),
    }
