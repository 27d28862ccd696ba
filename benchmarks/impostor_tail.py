"""Fits calibrations to impostors of test sets, and moves them to those of other photographs.

Photographs of another kind are taken for the same curve moved and stretched: by the mean and the spread
of their own impostor scores, which a few people give well, while their tail would take thousands.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.impostor_pairs import Impostors
from matcher.calibration import Calibration
from matcher.impostor_tail import Curve, Spread, curve_of, spread_of, stated_by

DRAWS = 200
"""Of people, with replacement, for the interval."""


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
    population: str = "",
) -> tuple[Calibration, Curve]:
    """Return the calibration with its interval, and the curve before it is moved.

    Args:
        impostors: Many people: they give the curve.
        alike: People of the kind whose rates are to be stated: they move it. None: it stays.
    """
    curve = curve_of(impostors.scores)
    best = curve.moved_to(spread_of_couples(alike)) if alike else curve
    drawn = drawn_curves(impostors, curve, draws, seed)
    counted = len(impostors.scores) + (len(alike.scores) if alike else 0)
    used = moved_with(drawn, alike, seed) if alike else drawn
    return stated_by(best, used, producer, protocol, counted, population), curve


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
