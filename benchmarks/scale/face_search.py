"""How fast, how exact and how large is face search as the gallery grows, beside the bare FAISS call?"""

import argparse
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import datasets.synthetic
from benchmarks.invented_gallery import (
    SLOT,
    Filled,
    Invented,
    admitting,
    fill,
    invent,
    memory_in_use,
    probe_of,
)
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.template import FingerPosition, Template
from matcher.face.library import faiss
from matcher.filters import EVERYTHING
from matcher.search import identify

CANDIDATES, WARM_UP = 20, 5
SHARES = (0.5, 0.1, 0.01, 0.001)
BATCHES, BATCHED = (1, 2, 4, 8, 16, 32), 32
"""Searches taken together, and how many of them are timed."""
_EQUAL = 1e-5


class Taken(NamedTuple):
    """Milliseconds of one call; other work on the machine makes the wall's longer, not the processor's."""

    wall: float
    processor: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 100_000], help="references")
    parser.add_argument(
        "--searches", type=int, default=200, help="probes of enrolled people, and as many more"
    )
    parser.add_argument("--filtered", type=int, default=50, help="probes searched under each filter")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fill galleries of each size, and search each by turns through the service's search and bare."""
    faiss.omp_set_num_threads(1)
    metrics = {}
    for size in sorted(arguments.size):
        progress.say(f"{size:,} faces")
        metrics[str(size)] = _of_one_size(size, arguments.searches, arguments.filtered, progress)
    spread = Path(datasets.synthetic.__file__).parent
    return {
        "data": describe_files("spread of real templates", spread, [spread / "face_spread.npz"]),
        "protocol": (
            f"invented templates (datasets/synthetic/face_vectors.py), one a person; {arguments.searches} "
            f"probes of enrolled people and as many of strangers, {CANDIDATES} candidates, one thread; "
            "milliseconds of the wall clock, and the median of the processor's, from which the ratios are; "
            "by turns: identify over the gallery, the index alone, IndexFlatIP.search over the same vectors, "
            "and FAISS's own fast scan with refinement of 4,000 rows over the same vectors; "
            f"{arguments.filtered} probes under each filter beside IndexFlatIP with an IDSelectorBitmap"
        ),
        "models_used": [],
        "counts": {"sizes": sorted(arguments.size), "searches": 2 * arguments.searches},
        "metrics": metrics,
        "curves": {"latency": _curves(metrics)},
    }


def _of_one_size(size: int, searches: int, filtered: int, progress: ProgressLike) -> dict[str, Any]:
    invented = invent(size, searches)
    probes = np.concatenate([invented.mated, invented.strangers])
    filled = fill(invented)
    sealing = _while_sealing(filled, probes)
    memory = (memory_in_use() - filled.memory_before) / size
    flat = faiss.IndexFlatIP(invented.vectors.shape[1])
    flat.add(invented.vectors)
    ms = _by_turns(filled, flat, _fast_scan(invented), probes, progress)
    return {
        **{name: _spread(values) for name, values in ms.items()},
        "end_to_end_over_exact_call": _ratio(ms, "end_to_end_ms", "exact_call_ms"),
        "end_to_end_over_fast_scan_call": _ratio(ms, "end_to_end_ms", "fast_scan_call_ms"),
        "searches_per_core_second": round(_throughput(filled, probes), 1),
        "batched_exact_call_cpu_ms_a_search": _batched(flat, probes),
        "recall": _recall(filled, flat, invented),
        "filters": {
            f"{share:g}": _filtered(filled, flat, invented, probes[:filtered], share) for share in SHARES
        },
        "load_s": round(filled.load_s, 2),
        "memory_bytes_per_item": round(memory),
        **sealing,
    }


def _while_sealing(filled: Filled, probes: NDArray[np.float32]) -> dict[str, Any]:
    """Search until every full segment has its codes; no search waits for that."""
    settled = threading.Thread(target=filled.index.settle)
    start = time.perf_counter()
    settled.start()
    taken: list[Taken] = []
    while settled.is_alive():
        probe = probe_of(probes[len(taken) % len(probes)])
        taken.append(_timed(identify, filled.gallery, [probe], EVERYTHING, CANDIDATES)[0])
    return {
        "sealing": {
            "wall_s": round(time.perf_counter() - start, 2),
            "searches_meanwhile": len(taken),
            "search_ms": _spread(taken) if taken else None,
        }
    }


def _fast_scan(invented: Invented) -> Any:
    dimension = invented.vectors.shape[1]
    base = faiss.index_factory(dimension, f"IVF1,PQ{dimension // 4}x4fs", faiss.METRIC_INNER_PRODUCT)
    base.train(invented.vectors[:20_000])
    base.nprobe = 1
    base.add(invented.vectors)
    refined = faiss.IndexRefineFlat(base, faiss.swig_ptr(invented.vectors))
    refined.k_factor = 200
    return refined


def _by_turns(
    filled: Filled, flat: Any, fast_scan: Any, probes: NDArray[np.float32], progress: ProgressLike
) -> dict[str, list[Taken]]:
    ways = ("end_to_end_ms", "index_ms", "exact_call_ms", "fast_scan_call_ms")
    taken: dict[str, list[Taken]] = {way: [] for way in ways}
    for vector in progress.track(list(probes), len(probes), "searching"):
        probe = probe_of(vector)
        calls: tuple[tuple[Any, ...], ...] = (
            (identify, filled.gallery, [probe], EVERYTHING, CANDIDATES),
            (_rows, filled, probe),
            (flat.search, vector[None], CANDIDATES),
            (fast_scan.search, vector[None], CANDIDATES),
        )
        for way, call in zip(ways, calls, strict=True):
            taken[way].append(_timed(*call)[0])
    return {way: values[WARM_UP:] for way, values in taken.items()}


def _throughput(filled: Filled, probes: NDArray[np.float32]) -> float:
    templates = [probe_of(vector) for vector in probes]
    start = time.process_time()
    for template in templates:
        identify(filled.gallery, [template], EVERYTHING, CANDIDATES)
    return len(templates) / (time.process_time() - start)


def _batched(flat: Any, probes: NDArray[np.float32]) -> dict[str, float]:
    """Return what a search costs when several are given to FAISS at once."""
    costs = {}
    for together in BATCHES:
        start = time.process_time()
        for _ in range(BATCHED // together):
            flat.search(np.ascontiguousarray(probes[:together]), CANDIDATES)
        costs[str(together)] = round((time.process_time() - start) / BATCHED * 1e3, 3)
    return costs


def _recall(filled: Filled, flat: Any, invented: Invented) -> dict[str, Any]:
    """Return the shares of exact search's answers that the index gives, and how often the mate is first."""
    told: dict[str, Any] = {"stated": round(filled.index.recall(None), 5)}
    for kind, probes in (("enrolled", invented.mated), ("strangers", invented.strangers)):
        truth = flat.search(probes, CANDIDATES)[1]
        found = [_rows(filled, probe_of(vector)) for vector in probes]
        shared = [len(np.intersect1d(*pair)) for pair in zip(found, truth, strict=True)]
        told[kind] = {
            "rank1": round(float(np.mean([a[0] == b[0] for a, b in zip(found, truth, strict=True)])), 5),
            "of_the_first_20": round(float(np.mean(shared)) / truth.shape[1], 5),
        }
        if kind == "enrolled":
            told["mate_first"] = {
                "index": float(np.mean([rows[0] for rows in found] == invented.mates)),
                "exact": float(np.mean(truth[:, 0] == invented.mates)),
            }
    return told


def _filtered(
    filled: Filled, flat: Any, invented: Invented, probes: NDArray[np.float32], share: float
) -> dict[str, Any]:
    """Search under a filter beside exact search of the rows it admits."""
    tag_filter = admitting(share)
    admitted = invented.slots <= tag_filter.ranges[SLOT].highest
    bits = np.packbits(admitted, bitorder="little")
    selector = faiss.IDSelectorBitmap(bits)
    parameters = faiss.SearchParameters(sel=selector)
    wanted = min(CANDIDATES, int(admitted.sum()))
    taken: dict[str, list[Taken]] = {"ours": [], "bare": [], "unfiltered": []}
    first, all_equal = [], []
    for vector in probes:
        probe, query = [probe_of(vector)], vector[None]
        ours, found = _timed(identify, filled.gallery, probe, tag_filter, CANDIDATES)
        bare, exact = _timed(flat.search, query, CANDIDATES, params=parameters)
        unfiltered, _ = _timed(flat.search, query, CANDIDATES)
        for name, value in (("ours", ours), ("bare", bare), ("unfiltered", unfiltered)):
            taken[name].append(value)
        scores, truth = [item.evidence[0].score for item in found.candidates], exact[0][0][:wanted]
        first.append(len(scores) == wanted and abs(scores[0] - truth[0]) < _EQUAL)
        all_equal.append(len(scores) == wanted and bool(np.allclose(scores, truth, atol=_EQUAL)))
    return {
        "end_to_end_ms": _spread(taken["ours"]),
        "exact_filtered_call_ms": _spread(taken["bare"]),
        "over_unfiltered_exact_call": _ratio(taken, "ours", "unfiltered"),
        "best_is_exact": float(np.mean(first)),
        "all_twenty_are_exact": float(np.mean(all_equal)),
    }


def _rows(filled: Filled, probe: Template) -> NDArray[np.int64]:
    return filled.index.search(probe.payload, FingerPosition.UNKNOWN, None, CANDIDATES)[0]


def _timed(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Taken, Any]:
    wall, processor = time.perf_counter(), time.thread_time()
    answer = call(*arguments, **named)
    return Taken((time.perf_counter() - wall) * 1e3, (time.thread_time() - processor) * 1e3), answer


def _ratio(taken: dict[str, list[Taken]], one: str, other: str) -> float:
    ours, theirs = ([each.processor for each in taken[way]] for way in (one, other))
    return round(float(np.median(ours) / np.median(theirs)), 3)


def _spread(taken: list[Taken]) -> dict[str, float]:
    wall = {f"p{share}": np.percentile([each.wall for each in taken], share) for share in (50, 95, 99)}
    told = wall | {"processor": np.median([each.processor for each in taken])}
    return {name: round(float(value), 3) for name, value in told.items()}


def _curves(metrics: dict[str, Any]) -> dict[str, Any]:
    sizes = [int(size) for size in metrics]
    lines = {
        "search end to end, median": ("end_to_end_ms", "p50"),
        "search end to end, 99 %": ("end_to_end_ms", "p99"),
        "bare exact FAISS call, median": ("exact_call_ms", "p50"),
        "bare fast-scan FAISS call, median": ("fast_scan_call_ms", "p50"),
    }
    return {
        label: {"size": sizes, "ms": [metrics[str(size)][name][share] for size in sizes]}
        for label, (name, share) in lines.items()
    }
