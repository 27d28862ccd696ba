"""What is measured of searches in one gallery of fingers: time, crowds, hits, filters."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.finger_gallery import FingerProbe, filters_admitting, index_of, person_of, shelf_of
from benchmarks.finger_searches import UNKNOWN
from benchmarks.progress import ProgressLike
from matcher.array_file import read_arrays
from matcher.candidates import Candidate, SearchResult
from matcher.filters import EVERYTHING, TagFilter
from matcher.fingerprint.crew import crew
from matcher.fingerprint.parameters import SCAN
from matcher.fingerprint.sketch import BITS, sketch_of
from matcher.gallery import Gallery
from matcher.search import identify

CANDIDATES, NEAREST, FPIR = 20, 200, 1e-2
EXACT_UP_TO = 10_000
"""Fingers that one probe is compared with to know the exact answer: two seconds of a core."""
BARE_CALLS = 20
LISTS = (1, 1000)
CROWDS = (1, 2, 4)
CORES = len(os.sched_getaffinity(0))


class Taken(NamedTuple):
    """Milliseconds of one call, the processor's of all threads together."""

    wall: float
    processor: float


def by_turns(
    gallery: Gallery, snapshot: Path, probes: list[FingerProbe], progress: ProgressLike
) -> dict[str, Any]:
    """Time whole searches, the first stage alone and the bare FAISS call, all in turn.

    Args:
        snapshot: Where the gallery was stored: its codes are read from there.
    """
    index, flat = index_of(gallery), _flat(snapshot)
    taken: dict[str, list[Taken]] = {}

    def note(way: str, call: Callable[..., object], *arguments: object) -> None:
        taken.setdefault(way, []).append(_timed(call, *arguments)[0])

    threads = {"one_thread_ms": 1, "all_cores_ms": CORES}
    for number, probe in enumerate(progress.track(probes, len(probes), "searching")):
        for way, crew().most in threads.items():
            note(way, _found, gallery, probe)
        note("first_stage_ms", index.short_list, probe.template.payload, UNKNOWN, None, CANDIDATES)
        if number < BARE_CALLS:
            note("faiss_call_ms", flat.search, _codes(probe), NEAREST)
    one, bare = (_processor(taken[way]) for way in ("one_thread_ms", "faiss_call_ms"))
    return {
        **{way: _spread(values) for way, values in taken.items()},
        "one_thread_over_faiss_call": round(one / bare, 3),
        "searched_per_core_second": round(1e3 * gallery.references / one),
    }


def at_once(gallery: Gallery, probes: list[FingerProbe]) -> dict[str, Any]:
    """Let several threads search at the same time, as requests do."""
    told = {}
    for crowd in CROWDS:
        with ThreadPoolExecutor(crowd) as threads:
            start = time.perf_counter()
            wall = list(threads.map(lambda probe: _timed(_found, gallery, probe)[0].wall, probes))
            spent = time.perf_counter() - start
        told[str(crowd)] = {
            "searches_per_second": round(len(probes) / spent, 2),
            **{f"p{share}_ms": round(float(np.percentile(wall, share)), 1) for share in (50, 95)},
        }
    return told


def accuracy(gallery: Gallery, probes: list[FingerProbe], progress: ProgressLike) -> dict[str, float]:
    """Search every probe; say how often its mate is listed for comparison, and how often it is first."""
    ranks, mates, strangers, lists = [], [], [], []
    for probe in progress.track(probes, len(probes), "looking for mates"):
        found = {_person(each): each for each in _found(gallery, probe).candidates}
        mate = found.pop(probe.person, None)
        ranks.append(mate.rank if mate else 0)
        mates.append(mate.evidence[0].score if mate else -np.inf)
        strangers.append(max((each.evidence[0].score for each in found.values()), default=-np.inf))
        compared = mate is not None and mate.evidence[0].reference_id == probe.row + 1
        lists.append([compared or _listed(gallery, probe, length) for length in LISTS])
    rank, (usual, longer) = np.array(ranks), np.mean(lists, axis=0)
    missed = metrics.fnir_at_fpir(np.array(mates), rank, np.array(strangers), FPIR).fnmr
    return {
        "rank1": metrics.rank_k(rank, 1),
        "rank20": metrics.rank_k(rank, CANDIDATES),
        "first_stage_hit": float(usual),
        f"first_stage_hit_{LISTS[1]}": float(longer),
        "fnir_at_fpir_1e2": missed,
    }


def exhaustive(gallery: Gallery, probes: list[FingerProbe], progress: ProgressLike) -> dict[str, Any]:
    """Compare probes with everybody, and say whether the search proposes the same person first."""
    same, first, among_all, taken = [], [], [], []
    for probe in progress.track(probes, len(probes), "comparing with all"):
        best = _person(_found(gallery, probe).candidates[0])
        spent, exact = _timed(_exact, gallery, probe, EVERYTHING)
        taken.append(spent)
        same.append(best == exact[0])
        first.append(best == probe.person)
        among_all.append(exact[0] == probe.person)
    return {
        "searches": len(probes),
        "same_best": float(np.mean(same)),
        "mate_first": float(np.mean(first)),
        "mate_first_comparing_all": float(np.mean(among_all)),
        "comparing_all_ms": _spread(taken),
    }


def filtered(gallery: Gallery, probes: list[FingerProbe], progress: ProgressLike) -> dict[str, Any]:
    """Search under filters that leave the mate, beside the comparison of all that they leave."""
    return {f"{share:g}": _under(gallery, probes, share, progress) for share in filters_admitting(0)}


def _under(
    gallery: Gallery, probes: list[FingerProbe], share: float, progress: ProgressLike
) -> dict[str, Any]:
    taken: dict[str, list[Taken]] = {"filtered": [], "open": []}
    first, complete, best, shared, left = [], [], [], [], []
    for probe in progress.track(probes, len(probes), f"under a filter of {share:g}"):
        tag_filter = filters_admitting(probe.row)[share]
        spent, found = _timed(_found, gallery, probe, tag_filter)
        taken["filtered"].append(spent)
        taken["open"].append(_timed(_found, gallery, probe)[0])
        people = [_person(each) for each in found.candidates]
        left.append(found.references_searched)
        complete.append(len(people) == min(CANDIDATES, found.subjects_searched))
        first.append(people[0] == probe.person)
        if left[-1] <= EXACT_UP_TO:
            exact = _exact(gallery, probe, tag_filter)
            best.append(people[0] == exact[0])
            shared.append(len(set(people) & set(exact)) / len(exact))
    open_ms, own_ms = (np.median([each.wall for each in taken[way]]) for way in ("open", "filtered"))
    return {
        "admitted": round(float(np.mean(left))),
        "end_to_end_ms": _spread(taken["filtered"]),
        "over_unfiltered": round(float(own_ms / open_ms), 3),
        "complete": float(np.mean(complete)),
        "mate_first": float(np.mean(first)),
        "best_is_exact": float(np.mean(best)) if best else None,
        "of_the_first_20": round(float(np.mean(shared)), 3) if shared else None,
    }


def _found(gallery: Gallery, probe: FingerProbe, tag_filter: TagFilter = EVERYTHING) -> SearchResult:
    return identify(gallery, [probe.template], tag_filter, CANDIDATES)


def _person(candidate: Candidate) -> int:
    return candidate.subject.int - 1


def _exact(gallery: Gallery, probe: FingerProbe, tag_filter: TagFilter) -> list[int]:
    """Return the best people of a comparison with every finger that the filter leaves."""
    allowed = shelf_of(gallery).allowed(tag_filter, 0)
    rows = np.arange(gallery.references) if allowed is None else np.flatnonzero(allowed)
    scores = index_of(gallery).score_rows(probe.template.payload, UNKNOWN, rows)
    people = dict.fromkeys(person_of(int(row)) for row in rows[np.argsort(-scores, kind="stable")])
    return list(people)[:CANDIDATES]


def _listed(gallery: Gallery, probe: FingerProbe, length: int) -> bool:
    """Whether the mate is among so many fingers, or as many as are always compared."""
    rows = index_of(gallery).short_list(probe.template.payload, UNKNOWN, None, length)
    return bool((rows == probe.row).any())


def _flat(snapshot: Path) -> Any:
    """Return FAISS's index of the cylinders that the quick scan reads."""
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(BITS)
    for path in sorted(snapshot.rglob("segment-*")):
        arrays = read_arrays(path, mapped=True)
        starts = arrays["starts"]
        place = np.arange(len(arrays["bits"])) - np.repeat(starts[:-1], np.diff(starts))
        flat.add(arrays["bits"][place < SCAN.quick_cylinders].view(np.uint8))
    return flat


def _codes(probe: FingerProbe) -> NDArray[np.uint8]:
    bits = sketch_of(probe.template.payload).bits
    return np.ascontiguousarray(bits[: SCAN.quick_cylinders]).view(np.uint8)


def _timed(call: Callable[..., Any], *arguments: Any) -> tuple[Taken, Any]:
    wall, processor = time.perf_counter(), time.process_time()
    answer = call(*arguments)
    return Taken((time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3), answer


def _spread(taken: list[Taken]) -> dict[str, float]:
    wall = {f"p{share}": np.percentile([each.wall for each in taken], share) for share in (50, 95, 99)}
    told = wall | {"processor": _processor(taken)}
    return {name: round(float(value), 2) for name, value in told.items()}


def _processor(taken: list[Taken]) -> float:
    return float(np.median([each.processor for each in taken]))
