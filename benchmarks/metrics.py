"""Error rates of verification and identification from scores; every rate is a fraction.

Scores are similarities. A sample that gave no template takes part with the score -inf: a genuine
one then counts as not matched, an impostor one as not matched too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold (a comparison matches when score >= threshold) and the two error rates there."""

    threshold: float
    fmr: float
    fnmr: float


def fmr_at(impostors: Scores, threshold: float) -> float:
    """Return the share of impostor comparisons that match."""
    return float(np.mean(impostors >= threshold))


def fnmr_at(genuines: Scores, threshold: float) -> float:
    """Return the share of genuine comparisons that do not match."""
    return float(np.mean(genuines < threshold))


def threshold_at_fmr(impostors: Scores, fmr: float) -> float:
    """Return the lowest threshold whose false-match rate is at most ``fmr``."""
    falling = np.sort(impostors)[::-1]
    admitted = int(np.floor(fmr * len(falling) + 1e-9))
    if admitted >= len(falling):
        return -np.inf
    # just above the first impostor that must not match
    return float(np.nextafter(falling[admitted], np.inf))


def fnmr_at_fmr(genuines: Scores, impostors: Scores, fmr: float) -> OperatingPoint:
    """Return the operating point with the least FNMR whose FMR is at most ``fmr``."""
    threshold = threshold_at_fmr(impostors, fmr)
    return OperatingPoint(threshold, fmr_at(impostors, threshold), fnmr_at(genuines, threshold))


def det(genuines: Scores, impostors: Scores) -> tuple[Scores, Scores, Scores]:
    """Return thresholds (rising), FMR and FNMR at every score that occurs, and one above all."""
    finite = np.concatenate([genuines, impostors])
    thresholds = np.unique(finite[np.isfinite(finite)])
    thresholds = np.append(thresholds, np.nextafter(thresholds[-1], np.inf) if len(thresholds) else 0.0)
    low_genuines = np.searchsorted(np.sort(genuines), thresholds, side="left")
    low_impostors = np.searchsorted(np.sort(impostors), thresholds, side="left")
    return thresholds, 1 - low_impostors / len(impostors), low_genuines / len(genuines)


def eer(genuines: Scores, impostors: Scores) -> float:
    """Return the equal error rate as the FVC defines it (Maio et al., "FVC2000", 2002, section 4).

    t1 is the greatest threshold at which FNMR <= FMR, t2 the least at which FNMR >= FMR; of the two
    the one with the smaller sum is taken, and its two rates averaged.
    """
    _, fmr, fnmr = det(genuines, impostors)
    before, after = np.flatnonzero(fnmr <= fmr), np.flatnonzero(fnmr >= fmr)
    if not len(before):  # even the lowest threshold rejects more genuines than it admits impostors
        return float((fmr[0] + fnmr[0]) / 2)
    first, second = before[-1], after[0]
    best = first if fmr[first] + fnmr[first] <= fmr[second] + fnmr[second] else second
    return float((fmr[best] + fnmr[best]) / 2)


def rank_k(ranks: NDArray[np.int64], k: int) -> float:
    """Return the share of mated probes whose mate is among the first k; rank 0 means not found."""
    return float(np.mean((ranks >= 1) & (ranks <= k)))


def fnir_at_fpir(
    mated: Scores, mated_ranks: NDArray[np.int64], non_mated: Scores, fpir: float
) -> OperatingPoint:
    """Return the operating point of open-set search; its ``fmr`` is the FPIR, its ``fnmr`` the FNIR.

    Args:
        mated: Score of the mate for each mated probe.
        mated_ranks: The mate's rank; a mated probe counts as found at rank 1 only.
        non_mated: Best score of each probe that has no mate in the gallery.
    """
    threshold = threshold_at_fmr(non_mated, fpir)
    missed = (mated < threshold) | (mated_ranks != 1)
    return OperatingPoint(threshold, fmr_at(non_mated, threshold), float(np.mean(missed)))


def interval(
    statistic: Callable[[NDArray[np.int64]], float],
    subjects: int,
    repeats: int = 200,
    seed: int = 20_240_101,
) -> tuple[float, float]:
    """Return a 95 % bootstrap interval by resampling subjects, the units that are independent.

    Args:
        statistic: Given how often each subject was drawn (length ``subjects``), the metric; weight
            each comparison by the product of its two subjects' counts (or one subject's count).
    """
    random = np.random.default_rng(seed)
    values = []
    for _ in range(repeats):
        drawn = np.bincount(random.integers(0, subjects, subjects), minlength=subjects)
        value = statistic(drawn)
        if np.isfinite(value):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5]) if values else (np.nan, np.nan)
    return float(low), float(high)


def weighted_fnmr_at_fmr(
    genuines: Scores, genuine_weights: Scores, impostors: Scores, impostor_weights: Scores, fmr: float
) -> float:
    """Return FNMR at an FMR for weighted comparisons, NaN without any; used inside ``interval``."""
    if not genuine_weights.sum() or not impostor_weights.sum():
        return float("nan")
    order = np.argsort(-impostors, kind="stable")
    share = np.cumsum(impostor_weights[order]) / impostor_weights.sum()
    beyond = int(np.searchsorted(share, fmr, side="right"))
    threshold = impostors[order[min(beyond, len(order) - 1)]]
    missed = genuines <= threshold
    return float(genuine_weights[missed].sum() / genuine_weights.sum())
