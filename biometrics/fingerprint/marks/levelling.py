"""Evens out a mark's image: slow changes of grey and strong strokes go, faint ridges come forward."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import MarkParameters

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


def levelled(grey: Grey, parameters: MarkParameters) -> Grey:
    """Return the image with the same mean and spread everywhere, ridges still dark where they were.

    What lies far outside the spread, such as a printed letter, is cut off at ``cut`` spreads.
    """
    values = grey.astype(np.float32)
    sigma = parameters.levelling_px
    difference = values - cv2.GaussianBlur(values, (0, 0), sigma)
    cut = parameters.cut
    for _ in range(2):  # the second time, letters no longer make their surroundings look contrasty
        spread = np.sqrt(cv2.GaussianBlur(difference**2, (0, 0), sigma)) + parameters.least_spread
        difference = np.clip(difference, -cut * spread, cut * spread)
        difference -= cv2.GaussianBlur(difference, (0, 0), sigma)
    even = parameters.middle_grey + parameters.contrast * difference / spread
    return np.clip(np.rint(even), 0, 255).astype(np.uint8)
