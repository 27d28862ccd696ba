"""Thresholds by target FPIR: which candidates a gallery of this size lets through.

A target is written as MOSIP writes it: -10 log10 of the share of strangers' searches that may bring
any candidate; 30 is one in a thousand.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from biometrics.template import Template
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import SearchResult, Threshold
from matcher.comparability import calibrated_as

LOWEST_TARGET, HIGHEST_TARGET = 10, 90
"""One search in ten, one in a thousand million."""


def threshold(target_fpir: int, subjects: int) -> Threshold:
    """Return the threshold of a target among so many subjects.

    A stranger's search brings a candidate with chance 1 - (1 - rate)^subjects, subjects taken as independent.
    """
    fpir = float(10.0 ** (-target_fpir / 10.0))
    return Threshold(target_fpir, fpir, -math.expm1(math.log1p(-fpir) / max(subjects, 1)))


def meeting(
    result: SearchResult,
    target_fpir: int | None,
    probe: Sequence[Template],
    calibrations: CalibrationSource = calibration_for,
) -> SearchResult:
    """Return the result with the candidates that meet the target, all of them when there is none."""
    if target_fpir is None:
        return result
    limit = threshold(target_fpir, result.subjects_searched)
    limit = replace(limit, reachable=_least_rate(probe, calibrations) <= limit.false_match_rate)
    kept = tuple(item for item in result.candidates if item.false_match_rate <= limit.false_match_rate)
    return replace(result, candidates=kept, threshold=limit)


def _least_rate(probe: Sequence[Template], calibrations: CalibrationSource) -> float:
    """Return the lowest rate that the probe's comparisons can be given; several together know no end."""
    if len(probe) > 1:
        return 0.0
    own = calibrated_as(probe[0].modality, probe[0].producer, probe[0].producer)
    return calibrations(probe[0].modality, own).least_rate
