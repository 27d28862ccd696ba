"""Which finger is which: the likeliest way to lay the fingertips of one hand over those that were found."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.slaps.fingertips import Fingertip
from biometrics.fingerprint.slaps.geometry import axes
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR, ArrangementParameters
from biometrics.template import FingerPosition

Floats = NDArray[np.float64]

MILLIMETRE = 500 / 25.4
"""In pixels at 500 dpi."""


class Hand(StrEnum):
    """Which hand."""

    RIGHT = "right"
    LEFT = "left"

    def other(self) -> "Hand":
        """Return the other hand."""
        return Hand.LEFT if self is Hand.RIGHT else Hand.RIGHT


@dataclass(frozen=True, eq=False)
class Arrangement:
    """One way to name the fingertips.

    Attributes:
        fingers: Position and fingertip, as they lie in the image from left to right.
        likelihood: Natural logarithm, comparable between arrangements of one image.
    """

    hand: Hand
    fingers: tuple[tuple[FingerPosition, Fingertip], ...]
    likelihood: float


def arrange(
    tips: Sequence[Fingertip],
    hand: Hand,
    missing: frozenset[FingerPosition],
    parameters: ArrangementParameters,
) -> Arrangement | None:
    """Return the likeliest naming of the tips as fingers of ``hand``, None if there is nothing to name.

    Tips may be left out (dirt, another print) and fingers may stay without a tip; either costs likelihood.
    """
    names = RIGHT_FOUR if hand is Hand.RIGHT else LEFT_FOUR
    expected = len(set(names) - missing)
    largest = sorted(tips, key=lambda tip: -tip.region.area_px * tip.region.ridged)
    best: Arrangement | None = None
    for chosen, numbers in _namings(largest[: parameters.most_regions], hand, missing):
        likelihood = _likelihood(chosen, hand, numbers, parameters)
        likelihood -= parameters.absent * (expected - len(chosen))
        if best is None or likelihood > best.likelihood:
            named = tuple((names[n], tip) for n, tip in zip(numbers, chosen, strict=True))
            best = Arrangement(hand, named, likelihood)
    return best


def confidence(right: Arrangement, left: Arrangement, hand: Hand, parameters: ArrangementParameters) -> float:
    """Return how sure it is that the fingers are those of ``hand``, 0 to 1."""
    ratio = parameters.certainty * (right.likelihood - left.likelihood)
    sure = 1 / (1 + math.exp(-max(min(ratio if hand is Hand.RIGHT else -ratio, 50.0), -50.0)))
    return round(sure, 4)


def _namings(
    tips: Sequence[Fingertip], hand: Hand, missing: frozenset[FingerPosition]
) -> Iterator[tuple[list[Fingertip], tuple[int, ...]]]:
    """Yield choices of tips from left to right, each with the numbers (index 0, little 3) they would have."""
    names = RIGHT_FOUR if hand is Hand.RIGHT else LEFT_FOUR
    present = [number for number in range(len(names)) if names[number] not in missing]
    if hand is Hand.LEFT:
        present.reverse()
    for count in range(1, min(len(tips), len(present)) + 1):
        for some in combinations(tips, count):
            chosen = sorted(some, key=lambda tip: float(axes(tip.lean_rad)[0] @ _middle(tip)))
            for numbers in combinations(present, count):
                yield chosen, numbers


def _middle(tip: Fingertip) -> Floats:
    return np.array([tip.box.center_x, tip.box.center_y])


def _likelihood(
    tips: Sequence[Fingertip], hand: Hand, numbers: Sequence[int], parameters: ArrangementParameters
) -> float:
    """How well places and widths fit, how much print they explain."""
    place = _place_losses(tips, hand, numbers, parameters)
    width = np.log([tip.box.width for tip in tips])
    usual = np.log([parameters.widths[number] for number in numbers])
    odd = ((width - width.mean()) - (usual - usual.mean())) / parameters.width_spread
    area = np.array([tip.region.area_px * tip.region.ridged for tip in tips])
    evidence = parameters.found + 2 * np.clip(np.log(area / parameters.usual_area_px), -3, 0.5)
    losses = np.minimum(place + odd**2 / 2, parameters.worst)
    return float((evidence - losses).sum())


def _place_losses(
    tips: Sequence[Fingertip], hand: Hand, numbers: Sequence[int], parameters: ArrangementParameters
) -> Floats:
    """Return each tip's loss under the turn and size of the hand that suit all of them best."""
    frame = axes(tips[0].lean_rad)
    seen = np.array([tip.box.corners()[:2].mean(0) for tip in tips]) @ frame.T / MILLIMETRE
    model = np.array([parameters.tips_mm[number] for number in numbers])
    if hand is Hand.LEFT:
        model = model * (-1, 1)
    turns = np.linspace(-3, 3, parameters.turns)
    scales = np.linspace(-2.5, 2.5, parameters.scales)
    turn, scale = (each.ravel() for each in np.meshgrid(turns, scales))
    cosine, sine = (f(turn * parameters.turn_spread_rad) for f in (np.cos, np.sin))
    size = np.exp(scale * parameters.scale_spread)
    x = size[:, None] * (cosine[:, None] * model[:, 0] - sine[:, None] * model[:, 1])
    y = size[:, None] * (sine[:, None] * model[:, 0] + cosine[:, None] * model[:, 1])
    off_x = seen[:, 0] - x
    off_y = seen[:, 1] - y
    off_x -= off_x.mean(1, keepdims=True)
    off_y -= off_y.mean(1, keepdims=True)
    loss = (off_x / parameters.spread_x_mm) ** 2 / 2 + (off_y / parameters.spread_y_mm) ** 2 / 2
    loss += ((turn**2 + scale**2) / 2 / len(tips))[:, None]
    best = int(np.minimum(loss, parameters.worst).sum(1).argmin())
    return np.asarray(loss[best], np.float64)
