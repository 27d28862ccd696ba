"""Ridges in step raise a score, ridges out of step do not, and prints without them are still compared."""

from dataclasses import replace

import numpy as np

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.ridge_phase import NO_PHASE
from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.comparison import compare
from tests.unit.fingerprint.test_ridge_phase import rings
from tests.unit.fingerprint.test_template import random_minutiae


def finger() -> FingerprintTemplate:
    found = random_minutiae(40, 3)
    inside = replace(found, x=60 + found.x * 0.5, y=90 + found.y * 0.45)
    return FingerprintTemplate.from_minutiae(400, 400, inside, PARAMETERS, rings())


def other_ridges(template: FingerprintTemplate) -> FingerprintTemplate:
    random = np.random.default_rng(4)
    waves = template.phase.waves.copy()
    waves[:, 0] = random.integers(0, 256, len(waves))
    return replace(template, phase=replace(template.phase, waves=waves))


def moved(template: FingerprintTemplate, x: int, y: int) -> FingerprintTemplate:
    minutiae = template.minutiae.shifted(x, y)
    phase = replace(template.phase, left=template.phase.left + x, top=template.phase.top + y)
    return FingerprintTemplate.from_minutiae(600, 600, minutiae, PARAMETERS, phase)


def score(a: FingerprintTemplate, b: FingerprintTemplate) -> float:
    forth, back = compare(a.to_bytes(), b.to_bytes()), compare(b.to_bytes(), a.to_bytes())
    assert forth.score == back.score
    return forth.score


def test_ridges_decide_between_prints_of_equal_minutiae() -> None:
    one, shifted = finger(), moved(finger(), 31, 47)
    without = replace(shifted, phase=NO_PHASE)
    assert score(one, shifted) > score(one, other_ridges(shifted)) + 3
    assert score(one, shifted) > score(one, without) + 3


def test_a_small_error_of_place_is_made_good() -> None:
    one, shifted = finger(), moved(finger(), 31, 47)
    off = replace(shifted, phase=replace(shifted.phase, left=shifted.phase.left + 2))
    assert score(one, off) > score(one, shifted) - 0.5


def test_a_missing_half_is_no_disagreement() -> None:
    one = finger()
    shown = one.phase.shown.copy()
    shown[: len(shown) // 2] = False
    kept = one.phase.waves[-int(shown.sum()) :]
    half = replace(one, phase=replace(one.phase, shown=shown, waves=kept))
    assert score(one, half) > score(one, replace(one, phase=NO_PHASE))
