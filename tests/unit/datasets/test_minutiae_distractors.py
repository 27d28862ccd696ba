"""Invented minutiae: repeatable in parts, nobody's finger, and pointing as real ones do."""

from dataclasses import replace

import numpy as np
import pytest

from biometrics.fingerprint.template import FingerprintTemplate
from datasets.synthetic.minutiae_distractors import PARAMETERS, _directions, distractors
from matcher.fingerprint.comparison import compare
from tests.unit.matcher_fingerprint.conftest import seed_finger


@pytest.fixture(scope="module")
def source() -> FingerprintTemplate:
    return seed_finger()


def test_parts_of_a_sequence_are_the_sequence(source: FingerprintTemplate) -> None:
    whole = [made.to_bytes() for made in distractors([source], 6, seed=3)]
    parts = [made.to_bytes() for k in (0, 2, 4) for made in distractors([source], 2, seed=3, begin=k)]
    assert parts == whole
    assert len(set(whole)) == 6


def test_none_is_the_source_or_another(source: FingerprintTemplate) -> None:
    made = [source.to_bytes(), *(each.to_bytes() for each in distractors([source], 12, seed=4))]
    assert max(compare(a, b).score for k, a in enumerate(made) for b in made[:k]) < 0


def test_minutiae_point_as_those_around_there_in_the_source(source: FingerprintTemplate) -> None:
    old = source.minutiae
    places = np.stack([old.x, old.y], 1).astype(np.float64)
    free = replace(PARAMETERS, opposed=0.0)
    directions = _directions(old, places, np.random.default_rng(5), free)
    assert np.mean(np.cos(directions - old.angle_rad) > 0.8) > 0.6


def test_very_near_ones_are_mostly_opposed(source: FingerprintTemplate) -> None:
    same, opposed = 0, 0
    for made in distractors([source], 80, seed=6):
        x, y, angle = made.minutiae.x, made.minutiae.y, made.minutiae.angle_rad
        i, j = np.triu_indices(len(x), 1)
        near = np.hypot(x[i] - x[j], y[i] - y[j]) < PARAMETERS.opposed_px
        alike = np.cos(angle[i] - angle[j])[near]
        same, opposed = same + int((alike > 0.5).sum()), opposed + int((alike < -0.5).sum())
    assert opposed > same
