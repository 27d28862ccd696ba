"""Fingers made of minutiae alone, and second impressions of them."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.template import FingerprintTemplate
from datasets.synthetic.minutiae_distractors import distractors

Impression = Callable[[FingerprintTemplate, int], FingerprintTemplate]


def seed_finger() -> FingerprintTemplate:
    random = np.random.default_rng(11)
    radius, turn = 130 * np.sqrt(random.random(45)), random.uniform(0, 2 * math.pi, 45)
    x, y = 200 + radius * np.cos(turn), 220 + 1.2 * radius * np.sin(turn)
    flow = np.arctan2(x - 200, y - 150) + math.pi * random.integers(0, 2, 45)
    values = (x, y, np.mod(flow, 2 * math.pi), random.random(45), random.uniform(0.3, 1, 45))
    return FingerprintTemplate.from_minutiae(400, 440, Minutiae(*(v.astype(np.float32) for v in values)))


def second_impression(finger: FingerprintTemplate, seed: int) -> FingerprintTemplate:
    """Shift, turn, displace a little, and lose a fifth of the minutiae."""
    random = np.random.default_rng(seed)
    old = finger.minutiae
    turn = random.uniform(-0.5, 0.5)
    x, y = old.x - old.x.mean(), old.y - old.y.mean()
    seen = random.random(len(old)) < 0.8
    new = replace(
        old,
        x=(400 + math.cos(turn) * x + math.sin(turn) * y + random.normal(0, 1.5, len(old))).astype(
            np.float32
        ),
        y=(400 - math.sin(turn) * x + math.cos(turn) * y + random.normal(0, 1.5, len(old))).astype(
            np.float32
        ),
        angle_rad=np.mod(old.angle_rad + turn + random.normal(0, 0.08, len(old)), 2 * math.pi).astype(
            np.float32
        ),
    )
    return FingerprintTemplate.from_minutiae(800, 800, new.take(np.flatnonzero(seen)))


@pytest.fixture(scope="session")
def fingers() -> list[FingerprintTemplate]:
    return list(distractors([seed_finger()], 60, seed=1))


@pytest.fixture(scope="session")
def impression() -> Impression:
    return second_impression
