"""Finds templates of one probe that show the same finger, so that no finger counts as two.

Two prints are one finger when they are stated to be (plain and rolled of one position) or when they
match each other, whatever is stated. Several photographs in one probe are one face.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from biometrics.template import Modality, Template
from matcher.calibration import CalibrationSource
from matcher.comparability import calibrated_as, comparable, needs_thoroughness
from matcher.indexes import IndexFactory
from matcher.parameters import MATCHER

PairRates = Mapping[tuple[int, int], float]
"""False-match rate of two templates of one probe by their places, the lower one first."""


@dataclass(frozen=True)
class ProbeFingers:
    """Which templates of a probe are of one finger.

    Attributes:
        numbers: For each template the place of the first one of the same finger (or face).
        repeated: Places of prints that match each other without being stated as one finger.
    """

    numbers: tuple[int, ...]
    repeated: tuple[tuple[int, ...], ...]


def fingers_of(
    probe: Sequence[Template], new_index: IndexFactory, calibrations: CalibrationSource
) -> ProbeFingers:
    """Compare the prints of a probe with each other and group them by finger."""
    return group(probe, rates_among(probe, new_index, calibrations))


def rates_among(
    probe: Sequence[Template], new_index: IndexFactory, calibrations: CalibrationSource
) -> dict[tuple[int, int], float]:
    """Return how alike the prints of one probe are, each with each."""
    places = [place for place, item in enumerate(probe) if item.modality is Modality.FINGER]
    if len(places) < 2:
        return {}
    index = new_index(Modality.FINGER)
    index.add([probe[place].payload for place in places], [probe[place].position for place in places])
    rates: dict[tuple[int, int], float] = {}
    for row, place in enumerate(places):
        own = probe[place]
        for other in range(row + 1, len(places)):
            theirs = probe[places[other]].producer
            if comparable(Modality.FINGER, own.producer, theirs):
                (score,) = index.score_rows(
                    own.payload,
                    own.position,
                    np.asarray([other], dtype=np.int64),
                    thorough=needs_thoroughness(Modality.FINGER, own.producer, theirs),
                )
                measured = calibrated_as(Modality.FINGER, own.producer, theirs)
                rate = calibrations(Modality.FINGER, measured).false_match_rate(float(score))
                rates[place, places[other]] = rate
    return rates


def group(probe: Sequence[Template], rates: PairRates) -> ProbeFingers:
    """Say which templates are one finger, given how alike they are."""
    numbers = list(range(len(probe)))
    matching: list[tuple[int, int]] = []
    for pair in combinations(range(len(probe)), 2):
        stated = _stated_as_one(probe[pair[0]], probe[pair[1]])
        alike = rates.get(pair, 1.0) <= MATCHER.same_finger_rate
        if alike and not stated:
            matching.append(pair)
        if alike or stated:
            first, second = sorted((numbers[pair[0]], numbers[pair[1]]))
            numbers = [first if number == second else number for number in numbers]
    found = dict.fromkeys(numbers[first] for first, _ in matching)
    return ProbeFingers(
        tuple(numbers),
        tuple(tuple(place for place, held in enumerate(numbers) if held == number) for number in found),
    )


def _stated_as_one(a: Template, b: Template) -> bool:
    if a.modality is not b.modality:
        return False
    return a.modality is Modality.FACE or (bool(a.position) and a.position is b.position)
