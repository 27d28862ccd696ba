"""Whole persons are found by plain prints of rolled ones: some missing, exchanged, repeated, other hand."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Candidate, Reference
from matcher.gallery import Gallery
from matcher.search import identify
from matcher.swaps import misplaced, of_other_hand
from tests.unit.matcher_fingerprint.conftest import Impression

LINE = Calibration("made", "made up", 10**6, ((-9.0, 0.0), (-4.0, -1.0), (0.0, -4.0), (10.0, -9.0)), -9.0)
PERSON = UUID(int=2)
PLAIN_WIDTH = 0.7
"""Share of a rolled print's width that a plain one shows."""


def calibrations(modality: Modality, producer: str) -> Calibration:
    return LINE


@pytest.fixture(scope="module")
def gallery(fingers: list[FingerprintTemplate]) -> Gallery:
    """Six people, rolled: every minutia of their fingers."""
    filled = Gallery(calibrations=calibrations)
    filled.load(
        [
            Reference(
                number,
                UUID(int=number // 10 + 1),
                Modality.FINGER,
                "made",
                FingerPosition(number % 10 + 1),
                each.to_bytes(),
            )
            for number, each in enumerate(fingers)
        ],
        1,
    )
    return filled


@pytest.fixture(scope="module")
def plain(fingers: list[FingerprintTemplate], impression: Impression) -> list[Template]:
    """Plain prints of the second person: the middle of each finger, turned and displaced."""
    return [
        Template(
            Modality.FINGER,
            "made",
            impression(pressed(fingers[9 + position]), position).to_bytes(),
            Quality(0.9),
            FingerPosition(position),
        )
        for position in range(1, 11)
    ]


def pressed(rolled: FingerprintTemplate) -> FingerprintTemplate:
    middle = np.abs(rolled.minutiae.x - rolled.width / 2) < PLAIN_WIDTH * rolled.width / 2
    kept = rolled.minutiae.take(np.flatnonzero(middle))
    return FingerprintTemplate.from_minutiae(rolled.width, rolled.height, kept)


def best(gallery: Gallery, probe: list[Template]) -> Candidate:
    first = identify(gallery, probe).candidates[0]
    assert first.subject == PERSON
    return first


def test_plain_prints_find_the_rolled_person_and_every_finger_adds(
    gallery: Gallery, plain: list[Template]
) -> None:
    rates = [best(gallery, plain[:count]).false_match_rate for count in (1, 2, 5, 10)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-12 * rates[0]


def test_a_missing_finger_costs_its_own_evidence_only(gallery: Gallery, plain: list[Template]) -> None:
    whole, without = best(gallery, plain), best(gallery, plain[:4] + plain[5:])
    assert whole.false_match_rate < without.false_match_rate < 1e-20


def test_two_fingers_exchanged_are_told(gallery: Gallery, plain: list[Template]) -> None:
    probe = list(plain)
    probe[1] = replace(plain[2], position=plain[1].position)
    probe[2] = replace(plain[1], position=plain[2].position)
    told = misplaced(probe, best(gallery, probe).evidence)
    assert [(int(item.stated), int(item.found)) for item in told] == [(2, 3), (3, 2)]


def test_one_finger_given_for_two_counts_once(
    gallery: Gallery, plain: list[Template], fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    second = replace(plain[1], payload=impression(fingers[11], 77).to_bytes(), position=FingerPosition(3))
    found = identify(gallery, [plain[1], second])
    assert found.repeated == ((0, 1),)
    alone = best(gallery, plain[1:2]).false_match_rate
    assert found.candidates[0].false_match_rate >= alone


@pytest.mark.parametrize("taken", [range(5), range(5, 10), range(10)])
def test_the_other_hand_is_told(gallery: Gallery, plain: list[Template], taken: range) -> None:
    probe = [replace(plain[place], position=FingerPosition((place + 5) % 10 + 1)) for place in taken]
    assert of_other_hand(probe, best(gallery, probe).evidence)
    assert not of_other_hand(plain, best(gallery, plain).evidence)
