"""Stretches the grey values of a dark or flat face, so that the embedder sees what there is to see."""

import numpy as np

from biometrics.face.parameters import LightingParameters
from biometrics.image import Pixels, to_grey


def percentile(grey: Pixels, percent: float) -> float:
    """Return what ``numpy.percentile`` does, by counting the 256 values instead of sorting the pixels."""
    upto = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    place = percent / 100 * (grey.size - 1)
    below, above = np.searchsorted(upto, [np.floor(place), np.ceil(place)], side="right")
    return float(below + (place - np.floor(place)) * (above - below))


def lit(aligned: Pixels, parameters: LightingParameters) -> Pixels:
    """Return the aligned face as it is, or stretched when its grey values span too little.

    One factor for all colours: the hue stays.
    """
    rows, columns = slice(*parameters.rows), slice(*parameters.columns)
    low, high = (percentile(to_grey(aligned)[rows, columns], share) for share in (1.0, 99.0))
    span = high - low
    if span >= parameters.span_enough:
        return aligned
    factor = (parameters.brightest - parameters.darkest) / max(span, parameters.least_span)
    stretched = (aligned.astype(np.float32) - low) * factor + parameters.darkest
    return np.asarray(np.clip(stretched, 0, 255), dtype=np.uint8)
