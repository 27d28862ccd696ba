"""Cylinders do not change when the finger is shifted or turned, and say where they have nothing to say."""

import math
from dataclasses import replace

import numpy as np

from biometrics.fingerprint.cylinders import build_cylinders, near_hull
from biometrics.fingerprint.parameters import PARAMETERS
from tests.unit.fingerprint.test_template import random_minutiae


def test_turning_the_finger_changes_few_bits() -> None:
    still = random_minutiae(40, 2)
    turn = 0.7
    cosine, sine = math.cos(turn), math.sin(turn)
    turned = replace(
        still,
        x=(cosine * still.x + sine * still.y + 300).astype(np.float32),
        y=(-sine * still.x + cosine * still.y + 300).astype(np.float32),
        angle_rad=np.mod(still.angle_rad + turn, 2 * math.pi).astype(np.float32),
    )
    before = build_cylinders(still, PARAMETERS.cylinders)
    after = build_cylinders(turned, PARAMETERS.cylinders)
    assert (before.valid == after.valid).mean() > 0.95
    both = before.valid & after.valid
    assert both.sum() > 10
    assert (before.bits[both] != after.bits[both]).mean() < 0.005


def test_a_lonely_minutia_has_no_valid_cylinder() -> None:
    few = random_minutiae(5, 3)
    far = replace(
        few, x=np.array([0, 10, 20, 15, 900], np.float32), y=np.array([0, 9, 3, 12, 900], np.float32)
    )
    shape = build_cylinders(far, PARAMETERS.cylinders)
    assert not shape.valid[4]
    assert not build_cylinders(random_minutiae(2, 1), PARAMETERS.cylinders).valid.any()


def test_nearness_to_a_hull() -> None:
    x, y = np.array([0.0, 10.0, 10.0, 0.0]), np.array([0.0, 0.0, 10.0, 10.0])
    assert near_hull(x, y, 2.0, 5.0, 5.0)
    assert near_hull(x, y, 2.0, 11.5, 5.0)
    assert not near_hull(x, y, 2.0, 12.5, 5.0)
    assert not near_hull(x, y, 2.0, 11.8, 11.8)
