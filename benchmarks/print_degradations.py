"""Damages prints on purpose, one way and by a drawn amount each, so that a test set has bad prints to reject.

Test sets of cooperative people hold hardly any print that a good comparison gets wrong. What goes wrong
at a counter is imitated at 500 dpi: faint contact, movement, electrical noise, a fingertip half on the
glass, dry and wet skin. A strength of 0 is a slight fault; in the strongest third of FVC2002's, from
none (faint) to half (noisy) of the comparisons at a false-match rate of 1 in 1,000 fail, refusals counted.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Random = np.random.Generator

KINDS = ("faint", "blurred", "noisy", "partial", "dry", "wet")


def degrade(image: Grey, kind: str, strength: float, random: Random) -> Grey:
    """Return the print with one fault.

    Args:
        image: Ridges dark on light, 500 dpi.
        kind: One of ``KINDS``.
        strength: 0 to 1.
    """
    damaged = _FAULTS[kind](image.astype(np.float64), strength, random)
    return np.clip(np.rint(damaged), 0, 255).astype(np.uint8)


def draw_fault(place: int, seed: int) -> tuple[str, float, Random]:
    """Return kind, strength and source of chance for the print with this number.

    Kinds take turns, so that the eight impressions of a finger get all six and two of them twice.
    """
    random = np.random.default_rng((seed, place))
    return KINDS[place % len(KINDS)], float(random.random()), random


def _faint(image: Floats, strength: float, random: Random) -> Floats:
    """Contrast shrinks to between 60 and 8 %; the sensor's own noise does not."""
    kept = 0.6 * (0.08 / 0.6) ** strength
    return np.asarray(190 + (image - image.mean()) * kept + random.normal(0, 1.5, image.shape))


def _blurred(image: Floats, strength: float, random: Random) -> Floats:
    """A ridge period is about 9 px: at sigma 2.5 px a fifth of the wave's height is left."""
    soft = cv2.GaussianBlur(image, (0, 0), 1.0 + 1.5 * strength)
    return np.asarray(soft + random.normal(0, 1.0, image.shape))


def _noisy(image: Floats, strength: float, random: Random) -> Floats:
    """Half of the noise is as coarse as dust, half changes from pixel to pixel."""
    coarse = cv2.GaussianBlur(random.normal(0, 1, image.shape), (0, 0), 1.5)
    fine = random.normal(0, 1, image.shape)
    return np.asarray(image + (20 + 60 * strength) * (0.7 * coarse / coarse.std() + 0.7 * fine))


def _partial(image: Floats, strength: float, random: Random) -> Floats:
    """Only a disc of 115 to 55 px radius touches the glass, off the middle of the print.

    The glass is left below 250, the mean from which NFIQ 2 trims rows and columns: it would refuse what
    remains for its size, not for its quality.
    """
    radius = 115 - 60 * strength
    paper = min(_paper(image), 240.0)
    rows, columns = np.nonzero(image < np.percentile(image, 30))
    centre_y, centre_x = (float(np.median(places) + random.uniform(-40, 40)) for places in (rows, columns))
    y, x = np.indices(image.shape)
    inside = np.clip((radius - np.hypot(y - centre_y, x - centre_x)) / 6 + 0.5, 0, 1)
    return np.asarray(paper + (image - paper) * inside)


def _dry(image: Floats, strength: float, random: Random) -> Floats:
    """Ridges get thin, then break up where skin and glass do not meet."""
    thin = _morphed(image, cv2.MORPH_DILATE, 1.5 + 2.0 * strength)
    patches = cv2.GaussianBlur(random.normal(0, 1, image.shape), (0, 0), 3.0)
    broken = patches / patches.std() > 1.6 - 1.5 * strength
    soft = cv2.GaussianBlur(broken.astype(np.float64), (0, 0), 1.0)
    return np.asarray(thin + (_paper(image) - thin) * soft)


def _wet(image: Floats, strength: float, random: Random) -> Floats:
    """Ridges get thick and flow into each other, more in some places than in others."""
    thick = _morphed(image, cv2.MORPH_ERODE, 2.0 + 4.0 * strength)
    flow = cv2.GaussianBlur(random.normal(0, 1, image.shape), (0, 0), 15.0)
    share = 1 / (1 + np.exp(-(flow / flow.std() * 2 + 5 * strength - 1)))
    return np.asarray(image + (cv2.GaussianBlur(thick, (0, 0), 1.0 + 2.0 * strength) - image) * share)


def _morphed(image: Floats, operation: int, width: float) -> Floats:
    """Thicken or thin by a width between whole pixels, as a mixture of the two nearest."""
    low = int(width)
    first, second = (
        cv2.morphologyEx(image, operation, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        for side in (low + 1, low + 2)
    )
    return np.asarray(first + (second - first) * (width - low))


def _paper(image: Floats) -> float:
    """Grey value of the empty glass."""
    return float(np.percentile(image, 95))


_FAULTS: dict[str, Callable[[Floats, float, Random], Floats]] = {
    "faint": _faint,
    "blurred": _blurred,
    "noisy": _noisy,
    "partial": _partial,
    "dry": _dry,
    "wet": _wet,
}
