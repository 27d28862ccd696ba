"""How useful a print is for comparison, 0 to 1, with reasons an operator can act on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import QualityParameters
from biometrics.fingerprint.ridges import RidgeMap
from biometrics.quality import Quality, QualityReason

Floats = NDArray[np.float64]

SMALLEST_SHARE = 0.01
"""Keeps the logarithm of a share finite."""


@dataclass(frozen=True)
class Measures:
    """What the value and its reasons are made of.

    Attributes:
        minutiae: How many the network is sure of.
        confidence: Mean quality of all minutiae; it falls where ridges are blurred, broken or noisy.
        area_px: Area that carries ridges.
        contrast: Median standard deviation of the grey values in blocks with ridges, in all if none has.
        grey: Median mean grey value of the same blocks.
    """

    minutiae: int
    confidence: float
    area_px: float
    contrast: float
    grey: float


@dataclass(frozen=True)
class _Measured:
    """One possible reason; ``weight`` is what a lower logarithm of the share costs in log odds."""

    code: str
    advice: str
    value: float
    limit: float
    weight: float

    @property
    def share(self) -> float:
        """Part of what a good print has."""
        return min(max(self.value / self.limit, SMALLEST_SHARE), 1.0)

    @property
    def loss(self) -> float:
        """How much lower the log odds are for it."""
        return -self.weight * float(np.log(self.share))


def measure(ridges: RidgeMap, minutiae: Minutiae, parameters: QualityParameters) -> Measures:
    """Return the measures of one print."""
    blocks = ridges.ridged if ridges.ridged.any() else np.ones_like(ridges.ridged)
    return Measures(
        minutiae=int((minutiae.quality >= parameters.sure_minutia).sum()),
        confidence=float(minutiae.quality.mean()) if len(minutiae) else 0.0,
        area_px=ridges.ridged_area_px,
        contrast=float(np.median(ridges.contrast[blocks])),
        grey=float(np.median(ridges.mean[blocks])),
    )


def judge(ridges: RidgeMap, minutiae: Minutiae, parameters: QualityParameters) -> Quality:
    """Return the quality of one print.

    The value is the chance that the print, compared with another ordinary print of the same finger, reaches
    a score that is clear evidence (CLEAR_SCORE of benchmarks/accuracy/fingerprint_quality.py): most such
    comparisons in FVC2002 do, and none of different fingers. 0.5 is an even chance of that; what it means
    for misses stands under "meaning" in benchmarks/results/fingerprint_quality_fvc2002.json.
    """
    measures = measure(ridges, minutiae, parameters)
    value = value_of(measures, parameters)
    reasons = _reasons(measures, parameters) if value < parameters.ordinary else ()
    return Quality(round(value, 3), reasons)


def value_of(measures: Measures, parameters: QualityParameters) -> float:
    """Return the value: the odds fall by a power of each share of what a good print has."""
    log_odds = parameters.base - sum(each.loss for each in _weighed(measures, parameters))
    return float(1 / (1 + np.exp(-log_odds)))


def log_shares(measures: Measures, parameters: QualityParameters) -> Floats:
    """Return what the fitted weights are applied to, 0 for a good print and negative below."""
    return np.array([np.log(each.share) for each in _weighed(measures, parameters)])


def _weighed(measures: Measures, parameters: QualityParameters) -> tuple[_Measured, _Measured]:
    """The two measures that make the value."""
    return (
        _Measured(
            "few_minutiae",
            "Show more of the fingertip, its core in the middle.",
            measures.minutiae,
            float(parameters.good_minutiae),
            parameters.minutiae_weight,
        ),
        _Measured(
            "ridges_unclear",
            "Clean the finger and the glass; hold the finger still.",
            measures.confidence,
            parameters.good_confidence,
            parameters.confidence_weight,
        ),
    )


def _reasons(measures: Measures, parameters: QualityParameters) -> tuple[QualityReason, ...]:
    """What lowered the value and what may have caused it, worst first."""
    area = _Measured(
        "area_small",
        "Press the whole fingertip flat on the glass.",
        measures.area_px,
        parameters.good_area_px,
        parameters.area_weight,
    )
    code, advice = _ink(measures.grey, parameters)
    ink = _Measured(code, advice, measures.contrast, parameters.good_contrast, parameters.contrast_weight)
    found = [
        each for each in (area, ink, *_weighed(measures, parameters)) if each.share < parameters.worth_saying
    ]
    return tuple(
        QualityReason(each.code, each.advice, round(float(each.value), 3), each.limit)
        for each in sorted(found, key=lambda each: -each.loss)
    )


def _ink(grey: float, parameters: QualityParameters) -> tuple[str, str]:
    """What low contrast is due to."""
    if grey < parameters.smudged_below:
        return "smudged", "Dry the finger, use less ink or press more lightly."
    if grey > parameters.dry_above:
        return "dry", "Moisten the finger a little, use more ink or press more firmly."
    return "low_contrast", "Raise the scanner's contrast or clean its glass."
