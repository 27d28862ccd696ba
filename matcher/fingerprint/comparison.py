"""Compares two prints and says why: the score, the paired minutiae, the alignment and the overlap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from matcher.fingerprint.alignment import COSINE, FROM_X, FROM_Y, SINE, TO_X, TO_Y
from matcher.fingerprint.parameters import COMPARISON, PATIENT_COMPARISON, ComparisonParameters
from matcher.fingerprint.prepared import Prepared, prepare
from matcher.fingerprint.scoring import (
    OVERLAP_A,
    OVERLAP_B,
    evidence,
    fused_score,
    in_order,
    score_of,
    scores_of,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Alignment:
    """The rigid part of how the first print lies on the second, in pixels at 500 dpi, y down.

    A point (x, y) of the first print comes to lie at
    (cos t * x - sin t * y + shift_x, sin t * x + cos t * y + shift_y) with t = -rotation_rad.

    Attributes:
        rotation_rad: Counter-clockwise turn as seen.
    """

    rotation_rad: float
    shift_x: float
    shift_y: float


@dataclass(frozen=True)
class FingerprintComparison:
    """How alike two prints are, and what the score rests on.

    Attributes:
        score: Higher is more alike; its meaning is in calibration.json.
        pairs: (minutia of the first print, minutia of the second), strongest first.
        weights: How well each pair agrees, 0 to 1, in the order of ``pairs``.
        overlap: Share of the first and of the second print's minutiae, by quality, in the common area.
    """

    score: float
    pairs: list[tuple[int, int]]
    weights: list[float]
    alignment: Alignment
    overlap: tuple[float, float]


def compare(a: bytes, b: bytes, *, any_turn: bool = False) -> FingerprintComparison:
    """Compare two stored templates; exchanging them changes nothing but the direction of the answer.

    Args:
        any_turn: Whether one may be turned by more than a quarter against the other, as marks are.

    Raises:
        TemplateUnreadable: one of the templates is damaged.
    """
    first, second = prepare(a), prepare(b)
    if in_order(first, second):
        return _compare(first, second, _settings(any_turn))
    return _reversed(_compare(second, first, _settings(any_turn)))


def score_prepared(a: Prepared, b: Prepared, *, any_turn: bool = False) -> float:
    """Return the score alone, for prints in kernel form."""
    return float(score_of(a, b, _settings(any_turn)))


def score_many(probe: Prepared, payloads: Sequence[bytes], *, any_turn: bool = False) -> Floats:
    """Return the probe's score with each stored template: as ``score_prepared``, but in one compiled call.

    Raises:
        TemplateUnreadable: one of the templates is damaged.
    """
    ends = np.cumsum([0, *(len(payload) for payload in payloads)])
    data = np.frombuffer(b"".join(payloads), np.uint8)
    scores: Floats = scores_of(probe, data, ends, _settings(any_turn))
    if np.isnan(scores).any():
        raise TemplateUnreadable("Fingerprint template is damaged: extract the sample again")
    return scores


def _settings(any_turn: bool) -> ComparisonParameters:
    return PATIENT_COMPARISON if any_turn else COMPARISON


def _compare(a: Prepared, b: Prepared, settings: ComparisonParameters) -> FingerprintComparison:
    features, motion, first, second, weight = evidence(a, b, settings)
    return FingerprintComparison(
        float(fused_score(features, settings.score)),
        list(zip(first.tolist(), second.tolist(), strict=True)),
        weight.tolist(),
        _alignment(motion),
        (_share(features[OVERLAP_A], a), _share(features[OVERLAP_B], b)),
    )


def _alignment(motion: Floats) -> Alignment:
    cosine, sine = motion[COSINE], motion[SINE]
    return Alignment(
        -math.atan2(sine, cosine),
        float(motion[TO_X] - cosine * motion[FROM_X] + sine * motion[FROM_Y]),
        float(motion[TO_Y] - sine * motion[FROM_X] - cosine * motion[FROM_Y]),
    )


def _share(overlap: float, print_: Prepared) -> float:
    whole = float(print_.quality.sum())
    return min(float(overlap) / whole, 1.0) if whole > 0 else 0.0


def _reversed(forth: FingerprintComparison) -> FingerprintComparison:
    """The same comparison seen from the other print."""
    turn, x, y = forth.alignment.rotation_rad, forth.alignment.shift_x, forth.alignment.shift_y
    cosine, sine = math.cos(turn), math.sin(turn)  # of the inverse turn, y down
    return FingerprintComparison(
        forth.score,
        [(j, i) for i, j in forth.pairs],
        forth.weights,
        Alignment(-turn, -(cosine * x - sine * y), -(sine * x + cosine * y)),
        (forth.overlap[1], forth.overlap[0]),
    )
