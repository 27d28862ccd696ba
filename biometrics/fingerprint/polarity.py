"""Whether ridges are light on dark ground, as in negatives, and the print the usual way round."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PolarityParameters
from biometrics.fingerprint.ridges import RidgeMap

Grey = NDArray[np.uint8]


def has_light_ridges(ridges: RidgeMap, parameters: PolarityParameters) -> bool:
    """Compare the empty ground beside the print with the print; without ground it cannot be told.

    Between ridges the sensor shows about what it shows beside them, so the ground is lighter than the
    print's mean, and darker in a negative.
    """
    if not ridges.ridged.any():
        return False
    usual = float(np.median(ridges.contrast[ridges.ridged]))
    empty = ridges.contrast < parameters.empty_contrast * usual
    if empty.sum() < parameters.fewest_empty:
        return False
    lighter = float(np.median(ridges.mean[empty]) - np.median(ridges.mean[ridges.ridged]))
    return lighter < -parameters.darker_ground


def turned_over(crop: Grey, ridges: RidgeMap) -> tuple[Grey, RidgeMap]:
    """Return the negative of an image and of what was measured in it."""
    return np.asarray(255 - crop, np.uint8), replace(ridges, mean=255 - ridges.mean)
