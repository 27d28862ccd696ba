"""Stored templates: what goes in comes out, and damage is noticed."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.template import FingerprintTemplate


def random_minutiae(count: int, seed: int) -> Minutiae:
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, 400, count), random.uniform(0, 500, count)
    angle, share, quality = random.uniform(0, 6.28, count), random.random(count), random.random(count)
    return Minutiae(*(values.astype(np.float32) for values in (x, y, angle, share, quality)))


@settings(max_examples=25, deadline=None)
@given(count=st.integers(0, 120), seed=st.integers(0, 1000))
def test_round_trip(count: int, seed: int) -> None:
    template = FingerprintTemplate.from_minutiae(400, 500, random_minutiae(count, seed))
    data = template.to_bytes()
    back = FingerprintTemplate.from_bytes(data)
    assert back.to_bytes() == data
    assert (back.width, back.height, len(back.minutiae)) == (400, 500, min(count, 100))
    assert np.abs(back.minutiae.x - template.minutiae.x).max(initial=0) <= 1 / 16
    turn = np.angle(np.exp(1j * (back.minutiae.angle_rad - template.minutiae.angle_rad)))
    assert np.abs(turn).max(initial=0) < 1e-3
    assert (back.cylinders.bits == template.cylinders.bits)[template.cylinders.valid].all()
    assert (back.cylinders.hull == template.cylinders.hull).all()


@settings(max_examples=50, deadline=None)
@given(cut=st.integers(0, 2000), place=st.integers(0, 1999), value=st.integers(0, 255))
def test_damaged_bytes_are_refused_or_harmless(cut: int, place: int, value: int) -> None:
    data = FingerprintTemplate.from_minutiae(400, 500, random_minutiae(30, 1)).to_bytes()
    if cut < len(data):
        with pytest.raises(TemplateUnreadable):
            FingerprintTemplate.from_bytes(data[:cut])
    changed = bytearray(data)
    changed[place % len(data)] = value
    with contextlib.suppress(TemplateUnreadable):
        FingerprintTemplate.from_bytes(bytes(changed))


def test_the_best_minutiae_are_kept() -> None:
    many = random_minutiae(200, 5)
    kept = FingerprintTemplate.from_minutiae(400, 500, many).minutiae
    assert kept.quality.min() >= np.sort(many.quality)[-100]
