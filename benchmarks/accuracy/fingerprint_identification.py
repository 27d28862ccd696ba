"""Is the right finger first among many? 1:N search of single prints, the gallery filled with distractors."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics, search_curves
from benchmarks.distractor_realism import realism
from benchmarks.finger_samples import extract_all, invent_all, read_prints
from benchmarks.finger_searches import CANDIDATES, Searched, Templates, search_all
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files

FPIR = 1e-2
SEED = 20_240_101
SET_BESIDE = 2_000
"""Distractors whose scores are set beside those of real strangers."""


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
    templates = Templates.of(prints, extracted)
    made = invent_all(templates.payloads, arguments.distractors, SEED, progress, arguments.processes)
    searched = search_all(templates, made, progress)
    unreadable = int((~prints.first).sum()) - len(searched.ranks)
    found = searched.with_failures(unreadable)
    progress.say("comparing distractors with real strangers")
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "gallery: first impression of each finger of all databases, and distractors made from the"
            f" minutiae of the set (seed {SEED}); probes: all other impressions, single, position unknown;"
            " false positives: the best other finger of the gallery or, harder, of the gallery and of every"
            " real impression of another finger (with_real_strangers); a probe counts as found when its mate"
            " is first in the gallery and at or above the threshold; times are processor time of all threads,"
            " median over the probes"
        ),
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {
            "gallery": searched.fingers,
            "mated": int(templates.first.sum()),
            "probes": len(found.ranks),
            "real_impressions": len(templates.payloads),
        },
        "metrics": {
            **_rates(found),
            **_speed(searched),
            "distractors": realism(templates, made[:SET_BESIDE]) if made else {},
            "failures_to_extract": len(extracted.reasons),
        },
        "intervals": _intervals(searched),
        "curves": {
            "cmc": search_curves.cmc(found.ranks, CANDIDATES),
            "fnir_fpir": search_curves.open_set(found.mates, found.ranks, found.strangers),
        },
        "scores": {
            "ranks": found.ranks.tolist(),
            "mates": np.round(found.mates, 3).tolist(),
            "strangers": np.round(found.strangers, 3).tolist(),
            "real_strangers": np.round(found.real_strangers, 3).tolist(),
        },
    }


def _rates(found: Searched) -> dict[str, Any]:
    everybody = np.maximum(found.strangers, found.real_strangers)
    return {
        **{f"rank{k}": metrics.rank_k(found.ranks, k) for k in (1, 10, 100)},
        "first_stage_hit": float(found.listed.mean()),
        "fnir_at_fpir_1e2": metrics.fnir_at_fpir(found.mates, found.ranks, found.strangers, FPIR).fnmr,
        "with_real_strangers": {
            "fnir_at_fpir_1e2": metrics.fnir_at_fpir(found.mates, found.ranks, everybody, FPIR).fnmr
        },
    }


def _speed(searched: Searched) -> dict[str, Any]:
    first_s, search_s = float(np.median(searched.first_stage_s)), float(np.median(searched.search_s))
    return {
        "fingers": searched.fingers,
        "searched_per_core_second": round(searched.fingers / search_s),
        "first_stage_per_core_second": round(searched.fingers / first_s),
        "search_cpu_ms": round(1e3 * search_s, 2),
        "first_stage_cpu_ms": round(1e3 * first_s, 2),
    }


def _intervals(searched: Searched) -> dict[str, list[float]]:
    """Resample the fingers: the impressions of one finger fail together."""

    def rank1(drawn: NDArray[np.int64]) -> float:
        weights = drawn[searched.finger]
        return float(weights[searched.ranks == 1].sum() / weights.sum()) if weights.sum() else np.nan

    return {"rank1": list(metrics.interval(rank1, int(searched.finger.max()) + 1))}
