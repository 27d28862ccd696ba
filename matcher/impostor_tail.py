"""The false-match rate of a score as a curve: measured in the body, a generalised Pareto tail beyond.

Peaks over a threshold follow a generalised Pareto distribution (Pickands 1975; Coles 2001, chapter 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.calibration import Calibration
from matcher.parameters import MATCHER, TAIL

Scores = NDArray[np.float64]

_GOLDEN = (5.0**0.5 - 1.0) / 2.0


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of impostor scores."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Curve:
    """Scores at which given rates are reached.

    Attributes:
        scores: Rising, one for each of ``logs``.
        logs: log10 of the rates, falling from 0.
        shape: Of the Pareto tail; below 0 it falls faster than exponentially.
    """

    scores: Scores
    logs: Scores
    spread: Spread
    shape: float
    scale: float

    def moved_to(self, spread: Spread) -> "Curve":
        """Return the curve of impostors with another mean and spread."""
        stretch = spread.deviation / self.spread.deviation
        scores = spread.mean + stretch * (self.scores - self.spread.mean)
        return Curve(scores, self.logs, spread, self.shape, self.scale * stretch)

    def logs_at(self, scores: Scores) -> Scores:
        """Return log10 of the rate at other scores, continued beyond the ends by the last slope."""
        found = np.interp(scores, self.scores, self.logs, left=0.0)
        slope = (self.logs[-1] - self.logs[-3]) / (self.scores[-1] - self.scores[-3])
        beyond = scores > self.scores[-1]
        found[beyond] = self.logs[-1] + slope * (scores[beyond] - self.scores[-1])
        return np.asarray(found)


def curve_of(
    scores: Scores,
    weights: Scores | None = None,
    lowest: float | None = None,
    tail_from: float = TAIL.begins_at,
    shape: float | None = None,
) -> Curve:
    """Fit a curve to impostor scores.

    Args:
        weights: How much each counts; all alike when left out.
        lowest: log10 of the last rate; where ``TAIL.last_impostors`` are left when left out.
        shape: Given instead of fitted; 0 is an exponential tail.
    """
    order = np.argsort(-scores)
    falling = scores[order]
    held = np.ones(len(scores)) if weights is None else weights[order]
    share = np.cumsum(held) / held.sum()
    end = np.log10(TAIL.last_impostors / len(falling)) if lowest is None else lowest
    begin = np.log10(tail_from)
    body = np.arange(0.0, begin - 1e-9, -1 / MATCHER.points_per_decade)[1:]
    tail = np.append(np.arange(body[-1], end, -1 / MATCHER.points_per_decade)[1:], end)
    start = float(falling[int(np.searchsorted(share, tail_from))])
    above = falling > start
    fitted, scale = fit_pareto(falling[above] - start, held[above], shape)
    measured = falling[np.minimum(np.searchsorted(share, 10**body), len(falling) - 1)]
    modelled = start + pareto_score(10 ** (tail - begin), fitted, scale)
    return Curve(
        scores=np.concatenate([[falling[held > 0][-1]], measured, modelled]),
        logs=np.concatenate([[0.0], body, tail]),
        spread=spread_of(scores, weights),
        shape=fitted,
        scale=scale,
    )


def fit_pareto(excesses: Scores, weights: Scores, shape: float | None = None) -> tuple[float, float]:
    """Return shape and scale of largest likelihood; one search along shape / scale (Grimshaw 1993)."""
    total = weights.sum()
    if shape == 0.0:
        return 0.0, float(weights @ excesses / total)

    def shape_at(ratio: float) -> float:
        return float(weights @ np.log1p(ratio * excesses) / total)

    def cost(ratio: float) -> float:
        if abs(ratio) < 1e-9:
            return float(np.log(weights @ excesses / total)) + 1.0
        found = shape_at(ratio)
        return float(np.log(found / ratio)) + found + 1.0

    bounds = (-0.99 / float(excesses.max()), 5.0 / float(excesses.mean()))
    ratio = _least(cost, *bounds)
    fitted = shape_at(ratio)
    return fitted, fitted / ratio


def _least(cost: Callable[[float], float], low: float, high: float) -> float:
    """Return where a cost with one valley is least, by golden section."""
    inner, outer = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_inner, at_outer = cost(inner), cost(outer)
    close = TAIL.search_tolerance * (high - low)
    while high - low > close:
        if at_inner < at_outer:
            high, outer, at_outer = outer, inner, at_inner
            inner = high - _GOLDEN * (high - low)
            at_inner = cost(inner)
        else:
            low, inner, at_inner = inner, outer, at_outer
            outer = low + _GOLDEN * (high - low)
            at_outer = cost(outer)
    return (low + high) / 2.0


def pareto_score(shares: Scores, shape: float, scale: float) -> Scores:
    """Return the excess that a share of a generalised Pareto distribution reaches."""
    if abs(shape) < 1e-9:
        return np.asarray(-scale * np.log(shares))
    return np.asarray(scale / shape * (shares**-shape - 1.0))


def spread_of(scores: Scores, weights: Scores | None = None) -> Spread:
    """Return mean and standard deviation."""
    mean = float(np.average(scores, weights=weights))
    return Spread(mean, float(np.sqrt(np.average((scores - mean) ** 2, weights=weights))))


def stated_by(
    best: Curve, drawn: Sequence[Curve], producer: str, protocol: str, comparisons: int, population: str = ""
) -> Calibration:
    """Return the calibration that curves of drawn sets of people give at the scores of the best one.

    A stated rate is the mean of what the drawn sets of people say (the chance that a stranger reaches
    the score, all in all), not the rate of the one curve that fits best: few people leave it open by
    a factor, and a mean is never below the middle of that. The interval holds 95 % of the draws.
    """
    logs = np.stack([each.logs_at(best.scores) for each in drawn])
    stated = np.log10(np.mean(10.0**logs, axis=0))
    stated[0] = 0.0
    falling = np.append(True, stated[1:] < np.minimum.accumulate(stated)[:-1])
    low, high = np.percentile(logs, [2.5, 97.5], axis=0)
    bounds = np.stack([np.minimum(low, stated), np.clip(high, stated, 0.0)], axis=1)
    bounds[0] = 0.0
    points = [
        (float(score), float(log)) for score, log in zip(best.scores[falling], stated[falling], strict=True)
    ]
    enclosing = [(float(below), float(above)) for below, above in bounds[falling]]
    return Calibration(
        producer, protocol, comparisons, tuple(points), points[-1][1], tuple(enclosing), population
    )
