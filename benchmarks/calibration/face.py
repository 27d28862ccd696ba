"""What is a face score worth: fits false-match rates on pairs of different people, checks them on others.

Body: the measured share itself. Tail: a generalised Pareto distribution fitted by maximum likelihood
to the scores above the one-percent point (peaks over threshold; Pickands 1975, Coles 2001 chapter 4).
Its shape comes out near -0.1: the tail falls faster than exponentially, as it must for a bounded score.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import embed_all, read_photographs
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from matcher.calibration import Calibration

Scores = NDArray[np.float64]

TAIL_FROM = 1e-2
"""Rate from which on the tail model holds: halves of the people agree as well from 2 % as from 0.5 %."""

LABEL_ERROR_FROM = 0.65
"""Pairs of differently named people above are one person under two names: a gap of 0.2 lies below them."""

LAST_IMPOSTORS = 10
"""The table ends where this many impostors are left; beyond, the matcher continues its last slope."""

POINTS_PER_DECADE = 8
CHECKED_RATES = (1e-2, 1e-3, 1e-4, 1e-5)
SPLITS = 20


@dataclass(frozen=True)
class Impostors:
    """Scores of pairs of different people, and the two people of each pair."""

    scores: Scores
    first: NDArray[np.int64]
    second: NDArray[np.int64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--data", type=Path, required=True, nargs="+", help="one or more sets, no person in two"
    )
    parser.add_argument("--embedder", default="sface", help="name of the face model in the manifest")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")
    parser.add_argument("--out", type=Path, help="where the calibration goes (matcher/face/calibration.json)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Fit on everything, check by fitting on half of the people and observing the other half."""
    sets = [read_photographs(directory) for directory in arguments.data]
    photographs = [photograph for each in sets for photograph in each]
    embedded = embed_all(
        [each.path for each in photographs], arguments.embedder, progress, arguments.processes
    )
    usable = np.flatnonzero(embedded.usable)
    labels = [f"{number}/{each.person}" for number, one in enumerate(sets) for each in one]
    people = np.unique(labels, return_inverse=True)[1]
    impostors, label_errors = compare_all(embedded.vectors[usable], people[usable])
    described = " and ".join(
        f"{directory.name} ({len(each)})" for directory, each in zip(arguments.data, sets, strict=True)
    )
    protocol = (
        f"all pairs of photographs of different people in {described}; "
        f"tail: generalised Pareto from {TAIL_FROM}"
    )
    calibration, shape = fit(impostors.scores, embedded.producer, protocol)
    if arguments.out:
        arguments.out.write_text(calibration.to_json(), encoding="utf-8")
    checks, curve = check_on_other_people(impostors, int(people.max()) + 1, progress)
    return {
        "data": [
            describe_files(directory.name, directory, [photograph.path for photograph in each])
            for directory, each in zip(arguments.data, sets, strict=True)
        ],
        "protocol": f"{protocol}; checked on the other half of the people, {SPLITS} splits",
        "producer": embedded.producer,
        "models_used": ["yunet", arguments.embedder],
        "counts": {
            "people": int(people.max()) + 1,
            "photographs": len(photographs),
            "impostor": len(impostors.scores),
            "left_out_as_label_errors": label_errors,
        },
        "metrics": {
            "observed_over_stated": checks,
            "observed_over_stated_by_set": _by_set(calibration, impostors, labels, people, arguments.data),
            "tail_shape": shape,
            "measured_to": calibration.measured_to,
            "failures_to_extract": len(embedded.reasons),
        },
        "curves": {"calibration": curve},
    }


def compare_all(vectors: NDArray[np.float32], people: NDArray[np.int64]) -> tuple[Impostors, int]:
    """Return all pairs of different people, without those taken for label errors, and how many those are."""
    first, second = np.triu_indices(len(vectors), 1)
    scores = (vectors @ vectors.T).astype(np.float64)[first, second]
    different = people[first] != people[second]
    kept = different & (scores < LABEL_ERROR_FROM)
    return Impostors(scores[kept], people[first[kept]], people[second[kept]]), int((different & ~kept).sum())


def fit(scores: Scores, producer: str, protocol: str) -> tuple[Calibration, float]:
    """Return the calibration of impostor scores, and the shape of its tail."""
    # only a fit needs SciPy's statistics, which take longer to import than everything else here
    from scipy.stats import genpareto

    falling = np.sort(scores)[::-1]
    start = float(falling[int(TAIL_FROM * len(falling))])
    shape, _, scale = genpareto.fit(falling[falling > start] - start, floc=0)
    lowest = np.log10(LAST_IMPOSTORS / len(falling))
    body = np.arange(-1 / POINTS_PER_DECADE, np.log10(TAIL_FROM) + 1e-9, -1 / POINTS_PER_DECADE)
    tail = np.append(np.arange(body[-1] - 1 / POINTS_PER_DECADE, lowest, -1 / POINTS_PER_DECADE), lowest)
    points = [(float(falling[-1]), 0.0)]
    points += [(float(falling[int(10**log * len(falling))]), float(log)) for log in body]
    points += [
        (start + float(genpareto.isf(10**log / TAIL_FROM, shape, 0, scale)), float(log)) for log in tail
    ]
    return Calibration(producer, protocol, len(falling), tuple(points), float(lowest)), float(shape)


def check_on_other_people(
    impostors: Impostors, people: int, progress: ProgressLike
) -> tuple[dict[str, dict[str, float]], dict[str, list[float]]]:
    """Fit on pairs within one half of the people, observe pairs within the other.

    Returns:
        For each stated rate the observed one over it (mean, lowest, highest of the splits), and for
        the last split stated and observed rates over the score.
    """
    random = np.random.default_rng(7)
    ratios: dict[float, list[float]] = {rate: [] for rate in CHECKED_RATES}
    curve: dict[str, list[float]] = {}
    for _ in progress.track(range(SPLITS), SPLITS, "checking"):
        chosen = random.permutation(people) < people // 2
        fitted = chosen[impostors.first] & chosen[impostors.second]
        others = ~chosen[impostors.first] & ~chosen[impostors.second]
        calibration, _ = fit(impostors.scores[fitted], "", "")
        stated = calibration.false_match_rates(impostors.scores[others])
        for rate in CHECKED_RATES:
            ratios[rate].append(float(np.mean(stated <= rate)) / rate)
        curve = _curve(calibration, impostors.scores[others])
    summary = {
        f"{rate:.0e}": {
            "mean": round(float(np.mean(found)), 3),
            "lowest": round(min(found), 3),
            "highest": round(max(found), 3),
        }
        for rate, found in ratios.items()
    }
    return summary, curve


def _curve(calibration: Calibration, observed: Scores) -> dict[str, list[float]]:
    grid = np.linspace(0.0, float(observed.max()), 60)
    shares = [float(np.mean(observed >= score)) for score in grid]
    return {
        "score": [round(float(score), 4) for score in grid],
        "stated": [float(f"{rate:.4g}") for rate in calibration.false_match_rates(grid)],
        "observed": [float(f"{share:.4g}") for share in shares],
    }


def _by_set(
    calibration: Calibration,
    impostors: Impostors,
    labels: list[str],
    people: NDArray[np.int64],
    directories: list[Path],
) -> dict[str, dict[str, float]]:
    """Return, for the pairs inside each set, observed over stated rates: sets differ in who is in them."""
    set_of_person = np.zeros(int(people.max()) + 1, dtype=np.int64)
    set_of_person[people] = [int(label.partition("/")[0]) for label in labels]
    found = {}
    for number, directory in enumerate(directories):
        inside = (set_of_person[impostors.first] == number) & (set_of_person[impostors.second] == number)
        stated = calibration.false_match_rates(impostors.scores[inside])
        rates = [rate for rate in CHECKED_RATES if inside.sum() * rate >= 1]
        found[directory.name] = {
            f"{rate:.0e}": round(float(np.mean(stated <= rate)) / rate, 3) for rate in rates
        }
    return found
