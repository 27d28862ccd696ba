"""Mirrored prints: a flipped template is that of the flipped print, and no longer matches it."""

import numpy as np

from biometrics.fingerprint.mirrored import mirrored
from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.comparison import compare
from tests.unit.matcher_fingerprint.conftest import Impression


def test_flipping_twice_gives_the_print_back(fingers: list[FingerprintTemplate]) -> None:
    once = FingerprintTemplate.from_bytes(fingers[0].to_bytes())
    twice = FingerprintTemplate.from_bytes(mirrored(mirrored(once.to_bytes())))
    assert np.allclose(once.minutiae.x, twice.minutiae.x, atol=0.2)
    assert np.allclose(np.exp(1j * once.minutiae.angle_rad), np.exp(1j * twice.minutiae.angle_rad), atol=1e-3)
    assert np.mean(once.cylinders.bits != twice.cylinders.bits) < 0.01


def test_a_flipped_print_is_another_print(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    own, second = fingers[1].to_bytes(), impression(fingers[1], 3).to_bytes()
    assert compare(own, second).score > 10
    assert compare(own, mirrored(second)).score < 0
