"""Do exact face searches gain when those that wait for a core are taken together, and does any lose?"""

import argparse
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import datasets.synthetic
from benchmarks.invented_gallery import Filled, Invented, fill, invent, probe_of
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import FingerPosition, Template
from matcher.cores import search_cores
from matcher.face.library import one_thread, products_of
from matcher.face.parameters import FACE_INDEX
from matcher.filters import EVERYTHING
from matcher.search import identify

CANDIDATES, ROWS = 20, 60
GROUPS = (1, 2, 4, 5, 6, 8, 16, 32)
PROBES = 64
TURNS = 4
"""Each way is measured so often, by turns, so that other work on the machine meets both."""
APART = 1_000_000
"""More searches at once than there ever are: none waits, and none is taken together with others."""

Search = Callable[[Template], object]


class Timed(NamedTuple):
    """Searches of one turn."""

    waits_ms: NDArray[np.float64]
    wall_s: float
    processor_s: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 60_000, 150_000], help="references")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2, 4, 8, 16], help="searching at once")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Search galleries of each size by threads that do nothing else, with and without taking together."""
    metrics: dict[str, Any] = {}
    for size in sorted(arguments.size):
        progress.say(f"{size:,} faces")
        invented = invent(size, PROBES)
        filled = fill(invented)
        filled.index.settle()
        metrics[str(size)] = {
            f"{threads}_threads": _by_turns(filled, invented, threads, arguments.seconds)
            for threads in progress.track(arguments.threads, len(arguments.threads), "searching")
        }
    metrics["product_ms_a_search"] = _products(invented)
    spread = Path(datasets.synthetic.__file__).parent
    return {
        "data": describe_files("spread of real templates", spread, [spread / "face_spread.npz"]),
        "protocol": (
            "invented templates (datasets/synthetic/face_vectors.py), one a person, segments sealed where"
            " they are full; threads that search one probe after another without a pause, for"
            f" {arguments.seconds} s a turn, {TURNS} turns of each way: taken together as the service does,"
            f" and all apart; searches of the index alone ({ROWS} rows) and end to end ({CANDIDATES}"
            " candidates); processor milliseconds a search, searches a second and percentiles of the wait;"
            f" {search_cores()} searches side by side; product_ms_a_search: processor time of one exact"
            " product of a full segment for so many probes, a probe"
        ),
        "models_used": [],
        "counts": {"sizes": sorted(arguments.size), "threads": arguments.threads},
        "metrics": metrics,
    }


def _by_turns(filled: Filled, invented: Invented, threads: int, seconds: float) -> dict[str, Any]:
    probes = [probe_of(vector) for vector in np.concatenate([invented.mated, invented.strangers])]
    searches: dict[str, Search] = {
        "index": lambda probe: filled.index.search(probe.payload, FingerPosition.UNKNOWN, None, ROWS),
        "end_to_end": lambda probe: identify(filled.gallery, [probe], EVERYTHING, CANDIDATES),
    }
    told: dict[str, Any] = {}
    for name, search in searches.items():
        taken: dict[str, list[Timed]] = {"together": [], "apart": []}
        for turn in range(2 * TURNS):
            way = ("together", "apart")[turn % 2]
            _let_run(filled, search_cores() if way == "together" else APART)
            taken[way].append(_search(search, probes, threads, seconds))
        told[name] = {way: _summary(turns) for way, turns in taken.items()}
        costs = [told[name][way]["processor_ms"] for way in ("together", "apart")]
        told[name]["processor_together_over_apart"] = round(costs[0] / costs[1], 3)
    return told


def _let_run(filled: Filled, at_once: int) -> None:
    for segment in filled.index._segments:
        segment.together.at_once = at_once


def _search(search: Search, probes: Sequence[Template], threads: int, seconds: float) -> Timed:
    ends = time.perf_counter() + seconds
    waits: list[list[float]] = [[] for _ in range(threads)]

    def work(own: list[float], place: int) -> None:
        while (begun := time.perf_counter()) < ends:
            search(probes[(place + 7 * len(own)) % len(probes)])
            own.append(time.perf_counter() - begun)

    wall, processor = time.perf_counter(), time.process_time()
    at_work = [threading.Thread(target=work, args=(own, place)) for place, own in enumerate(waits)]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Timed(1e3 * np.concatenate([np.asarray(own) for own in waits]), wall, processor)


def _summary(turns: Sequence[Timed]) -> dict[str, float]:
    waits = np.concatenate([turn.waits_ms for turn in turns])
    processor, wall = sum(turn.processor_s for turn in turns), sum(turn.wall_s for turn in turns)
    return {
        "processor_ms": round(1e3 * processor / len(waits), 3),
        "searches_per_second": round(len(waits) / wall, 1),
        "p50_ms": round(float(np.percentile(waits, 50)), 2),
        "p95_ms": round(float(np.percentile(waits, 95)), 2),
    }


def _products(invented: Invented) -> dict[str, float]:
    """Return what a full segment's exact product costs for so many probes at once, each."""
    full = FACE_INDEX.segment_values // invented.vectors.shape[1]
    vectors = np.resize(invented.vectors, (full, invented.vectors.shape[1]))
    probes = np.concatenate([invented.mated, invented.strangers])
    one_thread()
    costs = {}
    for together in GROUPS:
        taken = []
        for _ in range(TURNS):
            start = time.thread_time()
            products_of(np.ascontiguousarray(probes[:together]), vectors, ROWS)
            taken.append(time.thread_time() - start)
        costs[str(together)] = round(1e3 * min(taken) / together, 3)
    return costs
