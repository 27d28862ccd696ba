"""Is the right finger first among many? 1:N search of single prints, the gallery filled with distractors."""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics
from benchmarks.finger_samples import Extracted, PrintSet, extract_all, read_prints
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from datasets.synthetic.minutiae_distractors import distractors
from matcher.fingerprint.index import FingerprintIndex

CANDIDATES = 100
FPIR = 1e-2
SEED = 20_240_101


@dataclass(frozen=True)
class Searched:
    """What came of each probe.

    Attributes:
        ranks: Rank of the mate, 0 where it is not among the candidates.
        mates: Score of the mate, -inf where it was not found.
        strangers: Best score of another finger.
        listed: Whether the first stage handed the mate to full comparison.
    """

    ranks: NDArray[np.int64]
    mates: NDArray[np.float64]
    strangers: NDArray[np.float64]
    listed: NDArray[np.bool_]
    search_cpu_s: float
    first_stage_cpu_s: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--distractors", type=int, default=0, help="invented fingers added to the gallery")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Enrol the first impression of each finger and the distractors, search all other impressions."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    index, rows = _enrol(prints, extracted, arguments.distractors, progress)
    probes = np.flatnonzero(~prints.first)
    searched = _search_all(prints, extracted, index, rows, probes, progress)
    point = metrics.fnir_at_fpir(searched.mates, searched.ranks, searched.strangers, FPIR)
    tried = sum(extracted.payloads[probe] is not None for probe in probes)
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "gallery: first impression of each finger of all databases, and distractors made from the"
            f" minutiae of the set (seed {SEED}); probes: all other impressions, single, position unknown;"
            " false positives: the best other finger; a probe counts as found when its mate is first and at"
            " or above the threshold"
        ),
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {"gallery": len(index), "mated": int(prints.first.sum()), "probes": len(probes)},
        "metrics": {
            **{f"rank{k}": metrics.rank_k(searched.ranks, k) for k in (1, 10, 100)},
            "first_stage_hit": float(searched.listed.mean()),
            "fnir_at_fpir_1e2": point.fnmr,
            "fingers": len(index),
            "searched_per_core_second": round(len(index) * tried / searched.search_cpu_s),
            "first_stage_per_core_second": round(len(index) * tried / searched.first_stage_cpu_s),
            "search_cpu_ms": round(1e3 * searched.search_cpu_s / tried, 2),
            "failures_to_extract": len(extracted.reasons),
        },
        "curves": {"cmc": [metrics.rank_k(searched.ranks, k) for k in range(1, CANDIDATES + 1)]},
    }


def _enrol(
    prints: PrintSet, extracted: Extracted, wanted: int, progress: ProgressLike
) -> tuple[FingerprintIndex, dict[int, int]]:
    """Return the filled index and the row of each finger that could be enrolled."""
    index = FingerprintIndex()
    rows: dict[int, int] = {}
    for place in np.flatnonzero(prints.first):
        payload = extracted.payloads[place]
        if payload is not None:
            rows[int(prints.finger[place])] = len(index)
            index.add([payload], [FingerPosition.UNKNOWN])
    sources = [
        FingerprintTemplate.from_bytes(payload) for payload in extracted.payloads if payload is not None
    ]
    for made in progress.track(distractors(sources, wanted, SEED), wanted, "inventing fingers"):
        index.add([made.to_bytes()], [FingerPosition.UNKNOWN])
    return index, rows


def _search_all(
    prints: PrintSet,
    extracted: Extracted,
    index: FingerprintIndex,
    rows: dict[int, int],
    probes: NDArray[np.int64],
    progress: ProgressLike,
) -> Searched:
    found: list[tuple[int, float, float, bool]] = []
    search_s = first_s = 0.0
    usable = [payload for payload in extracted.payloads if payload is not None]
    index.search(usable[0], FingerPosition.UNKNOWN, None, CANDIDATES)  # compiles what is not compiled yet
    for probe in progress.track(probes, len(probes), "searching"):
        payload, mate = extracted.payloads[probe], rows.get(int(prints.finger[probe]))
        if payload is None:
            found.append((0, -np.inf, -np.inf, False))
            continue
        start = time.process_time()
        listed = index.short_list(payload, FingerPosition.UNKNOWN, None, CANDIDATES)
        first_s += time.process_time() - start
        start = time.process_time()
        candidates, scores = index.search(payload, FingerPosition.UNKNOWN, None, CANDIDATES)
        search_s += time.process_time() - start
        found.append((*_outcome(candidates, scores, mate), bool(mate is not None and mate in listed)))
    ranks, mates, strangers, listed_mates = zip(*found, strict=True)
    return Searched(
        np.array(ranks), np.array(mates), np.array(strangers), np.array(listed_mates), search_s, first_s
    )


def _outcome(
    candidates: NDArray[np.int64], scores: NDArray[np.float64], mate: int | None
) -> tuple[int, float, float]:
    """Rank and score of the mate, and the best score of anybody else."""
    is_mate = candidates == (-1 if mate is None else mate)
    stranger = float(scores[~is_mate].max()) if (~is_mate).any() else -np.inf
    if not is_mate.any():
        return 0, -np.inf, stranger
    place = int(np.argmax(is_mate))
    return place + 1, float(scores[place]), stranger
