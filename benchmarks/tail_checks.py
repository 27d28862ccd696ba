"""Holds stated false-match rates against how often other people's strangers reach them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from benchmarks.impostor_pairs import Impostors
from matcher.calibration import Calibration
from matcher.impostor_tail import curve_of

Scores = NDArray[np.float64]
Stated = Callable[[Scores], Scores]
"""From scores to log10 of the stated rate."""

RATES = (1e-2, 1e-3, 1e-4, 1e-5)
TARGETS = (10, 20, 30)
"""FPIR of 0.1, 0.01 and 0.001, as -10 log10."""

ONCE = 4.0
"""Half of the people make a quarter of the pairs: over many splits each pair counts as if seen once."""


def ways(scores: Scores) -> dict[str, Stated]:
    """Fit the tails there are to choose from."""
    table = Calibration.from_scores("", "", scores)
    return {
        "pareto_from_5e-2": curve_of(scores, tail_from=5e-2).logs_at,
        "pareto_from_2e-2": curve_of(scores, tail_from=2e-2).logs_at,
        "pareto_from_1e-2": curve_of(scores).logs_at,
        "pareto_from_5e-3": curve_of(scores, tail_from=5e-3).logs_at,
        "exponential_from_1e-2": curve_of(scores, shape=0.0).logs_at,
        "logistic": _logistic(scores),
        "table_without_a_model": lambda new: np.asarray(np.log10(table.false_match_rates(new))),
    }


def _logistic(scores: Scores) -> Stated:
    """Return the survival of a logistic distribution with the mean and the spread of the scores."""
    centre, width = float(scores.mean()), float(scores.std() * np.sqrt(3.0) / np.pi)
    return lambda new: np.asarray(-np.logaddexp(0.0, (new - centre) / width) / np.log(10.0))


def logs_of(calibration: Calibration) -> Stated:
    """Return what a calibration states."""
    return lambda scores: np.asarray(np.log10(calibration.false_match_rates(scores)))


def ratios(stated: Stated, observed: Scores) -> list[float]:
    """Return observed over stated for each rate."""
    logs = stated(observed)
    return [float(np.mean(logs <= np.log10(rate) + 1e-9)) / rate for rate in RATES]


def summary(found: Sequence[Sequence[float]], pairs: float, once: float = ONCE) -> dict[str, Any]:
    """Return mean, lowest and highest ratio per rate, and the interval that so few pairs leave.

    Args:
        found: Ratios per split, in the order of ``RATES``.
        pairs: Pairs observed per split, on average.
        once: How many splits' worth of pairs there are in all.
    """
    answer = {}
    for place, rate in enumerate(RATES):
        each = [split[place] for split in found]
        mean = float(np.mean(each))
        low, high = poisson_interval(once * mean * rate * pairs)
        expected = once * rate * pairs
        answer[f"{rate:.0e}"] = {
            "mean": round(mean, 3),
            "lowest_split": round(min(each), 3),
            "highest_split": round(max(each), 3),
            "poisson_95": [round(low / expected, 3), round(high / expected, 3)],
            "expected_pairs": round(expected, 2),
        }
    return answer


def poisson_interval(count: float) -> tuple[float, float]:
    """Return the 95 % interval of a Poisson mean of which ``count`` were seen (Garwood 1936)."""
    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count > 0 else 0.0
    return low, float(chi2.ppf(0.975, 2 * count + 2)) / 2


def false_positives(
    stated: Stated, scores: Scores, different: NDArray[np.bool_], gallery: int
) -> dict[int, list[bool]]:
    """Return for each target FPIR which searches of strangers its threshold lets a candidate through.

    Args:
        scores: Searches by gallery photographs.
        different: Where the two are of different people; the others are left out of the search.
        gallery: People searched.
    """
    best = np.where(different, scores, -np.inf).max(axis=1)
    rate = 10.0 ** stated(best)
    fpir = -np.expm1(-rate * gallery)
    return {target: (fpir <= 10 ** (-target / 10)).tolist() for target in TARGETS}


def curve_points(stated: Stated, impostors: Impostors) -> dict[str, list[float]]:
    """Return stated and observed rates over the score."""
    grid = np.linspace(0.0, float(impostors.scores.max()), 60)
    shares = [float(np.mean(impostors.scores >= score)) for score in grid]
    return {
        "score": [round(float(score), 4) for score in grid],
        "stated": [float(f"{10**log:.4g}") for log in stated(grid)],
        "observed": [float(f"{share:.4g}") for share in shares],
    }


def within(calibration: Calibration, observed: Scores) -> list[bool]:
    """Return for each rate whether the observed share lies in the interval that is stated there."""
    found = []
    for rate in RATES:
        score = score_at(calibration, rate)
        low, high = calibration.interval(score) or (rate, rate)
        found.append(bool(low <= float(np.mean(observed >= score)) <= high))
    return found


def score_at(calibration: Calibration, rate: float) -> float:
    """Return the lowest score whose stated rate is not above ``rate``."""
    scores = np.linspace(-1.0, 1.0, 20_001)
    return float(scores[np.argmax(calibration.false_match_rates(scores) <= rate)])
