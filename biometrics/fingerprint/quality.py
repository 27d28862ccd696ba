"""How useful a print is for comparison, 0 to 1, with reasons an operator can act on."""

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import QualityParameters
from biometrics.fingerprint.ridges import RidgeMap
from biometrics.quality import Quality, QualityReason

Grey = NDArray[np.uint8]


def judge(ridges: RidgeMap, minutiae: Minutiae, parameters: QualityParameters) -> Quality:
    """Return the product of four shares, each 1 from its good value on, and what lowered it."""
    found = ridges.ridged
    area = ridges.ridged_area_px
    clarity = float(ridges.clarity[found].mean()) if found.any() else 0.0
    contrast = float(np.median(ridges.contrast[found])) if found.any() else 0.0
    sure = int((minutiae.quality >= parameters.sure_minutia).sum())
    measured = (
        ("area_small", "Press the whole fingertip flat on the glass.", area, parameters.good_area_px),
        (
            "ridges_unclear",
            "Clean the finger and the glass; hold the finger still.",
            clarity,
            parameters.good_clarity,
        ),
        (*_ink(ridges, parameters), contrast, parameters.good_contrast),
        (
            "few_minutiae",
            "Show more of the fingertip, its core in the middle.",
            sure,
            parameters.good_minutiae,
        ),
    )
    shares = [min(float(value) / limit, 1.0) for _, _, value, limit in measured]
    reasons = [
        (share, QualityReason(code, advice, round(float(value), 3), limit))
        for share, (code, advice, value, limit) in zip(shares, measured, strict=True)
        if share < parameters.worth_saying
    ]
    value = float(np.prod(np.power(shares, parameters.exponent)))
    return Quality(round(value, 3), tuple(reason for _, reason in sorted(reasons, key=lambda pair: pair[0])))


def _ink(ridges: RidgeMap, parameters: QualityParameters) -> tuple[str, str]:
    """What low contrast is due to."""
    mean = float(np.median(ridges.mean[ridges.ridged])) if ridges.ridged.any() else 128.0
    if mean < parameters.smudged_below:
        return "smudged", "Dry the finger, use less ink or press more lightly."
    if mean > parameters.dry_above:
        return "dry", "Moisten the finger a little, use more ink or press more firmly."
    return "low_contrast", "Raise the scanner's contrast or clean its glass."
