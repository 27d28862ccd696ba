"""The false-match rate of a score as a curve: measured in the body, a generalised Pareto tail beyond.

Peaks over a threshold follow a generalised Pareto distribution (Pickands 1975; Coles 2001, chapter 4).
Photographs of another kind are taken for the same curve moved and stretched: by the mean and the spread
of their own impostor scores, which a few people give well, while their tail would take thousands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from benchmarks.impostor_pairs import Impostors
from matcher.calibration import Calibration

Scores = NDArray[np.float64]

TAIL_FROM = 1e-2
"""Rate from which on the tail model holds; results state how 5 %, 2 % and 0.5 % do instead."""

LAST_IMPOSTORS = 10
"""The table ends where this many impostors are left; beyond, the matcher continues its last slope."""

POINTS_PER_DECADE = 8
DRAWS = 200
"""Of people, with replacement, for the interval."""


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
    tail_from: float = TAIL_FROM,
    shape: float | None = None,
) -> Curve:
    """Fit a curve to impostor scores.

    Args:
        weights: How much each counts; all alike when left out.
        lowest: log10 of the last rate; where ``LAST_IMPOSTORS`` are left when left out.
        shape: Given instead of fitted; 0 is an exponential tail.
    """
    order = np.argsort(-scores)
    falling = scores[order]
    held = np.ones(len(scores)) if weights is None else weights[order]
    share = np.cumsum(held) / held.sum()
    end = np.log10(LAST_IMPOSTORS / len(falling)) if lowest is None else lowest
    begin = np.log10(tail_from)
    body = np.arange(0.0, begin - 1e-9, -1 / POINTS_PER_DECADE)[1:]
    tail = np.append(np.arange(body[-1], end, -1 / POINTS_PER_DECADE)[1:], end)
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
    ratio = float(minimize_scalar(cost, bounds=bounds, method="bounded").x)
    fitted = shape_at(ratio)
    return fitted, fitted / ratio


def pareto_score(shares: Scores, shape: float, scale: float) -> Scores:
    """Return the excess that a share of a generalised Pareto distribution reaches."""
    if abs(shape) < 1e-9:
        return np.asarray(-scale * np.log(shares))
    return np.asarray(scale / shape * (shares**-shape - 1.0))


def spread_of(scores: Scores, weights: Scores | None = None) -> Spread:
    """Return mean and standard deviation."""
    mean = float(np.average(scores, weights=weights))
    return Spread(mean, float(np.sqrt(np.average((scores - mean) ** 2, weights=weights))))


def spread_of_couples(impostors: Impostors, times: NDArray[np.int64] | None = None) -> Spread:
    """Return mean and spread with each two people counting once.

    Args:
        times: How often each person was drawn.
    """
    weights = impostors.one_per_couple()
    if times is not None:
        weights = weights * times[impostors.first] * times[impostors.second]
    return spread_of(impostors.scores, weights)


def calibration_of(
    impostors: Impostors,
    alike: Impostors | None,
    producer: str,
    protocol: str,
    draws: int = DRAWS,
    seed: int = 11,
) -> tuple[Calibration, Curve]:
    """Return the calibration with its interval, and the curve before it is moved.

    A stated rate is the mean of what the drawn sets of people say (the chance that a stranger reaches
    the score, all in all), not the rate of the one curve that fits best: few people leave it open by
    a factor, and a mean is never below the middle of that.

    Args:
        impostors: Many people: they give the curve.
        alike: People of the kind whose rates are to be stated: they move it. None: it stays.
    """
    curve = curve_of(impostors.scores)
    best = curve.moved_to(spread_of_couples(alike)) if alike else curve
    drawn = drawn_curves(impostors, curve, draws, seed)
    logs = np.stack(
        [each.logs_at(best.scores) for each in (moved_with(drawn, alike, seed) if alike else drawn)]
    )
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
    counted = len(impostors.scores) + (len(alike.scores) if alike else 0)
    calibration = Calibration(producer, protocol, counted, tuple(points), points[-1][1], tuple(enclosing))
    return calibration, curve


def drawn_curves(impostors: Impostors, fitted: Curve, draws: int, seed: int = 11) -> list[Curve]:
    """Return the curves of people drawn with replacement."""
    curves = []
    for draw in range(draws):
        times = draw_people(impostors, np.random.default_rng((seed, draw)))
        weights = (times[impostors.first] * times[impostors.second]).astype(np.float64)
        curves.append(curve_of(impostors.scores, weights, float(fitted.logs[-1])))
    return curves


def moved_with(curves: Sequence[Curve], alike: Impostors, seed: int = 11) -> list[Curve]:
    """Return each curve moved to the spread of other people, they too drawn with replacement."""
    return [
        curve.moved_to(spread_of_couples(alike, draw_people(alike, np.random.default_rng((seed, draw, 1)))))
        for draw, curve in enumerate(curves)
    ]


def draw_people(impostors: Impostors, random: np.random.Generator) -> NDArray[np.int64]:
    """Return how often each person was drawn, by the person's number."""
    people = np.unique(np.concatenate([impostors.first, impostors.second]))
    drawn = random.choice(people, len(people))
    return np.bincount(drawn, minlength=int(people.max()) + 1)
