"""Whether there is one finger's print to be seen at all, and if not, what to tell the sender."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound, ResolutionUnusable
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import (
    FingerprintParameters,
    PresenceParameters,
    ResolutionParameters,
)
from biometrics.fingerprint.resolution import Resolution, has_ridge_period
from biometrics.fingerprint.ridges import RidgeMap, measure_ridges
from biometrics.fingerprint.segmentation import Box, bounding_box, foreground

Grey = NDArray[np.uint8]

NO_PRINT = (
    "No fingerprint is to be seen: send the image of one finger, ridges dark on light, scanned at 500 dpi,"
    " and state the resolution if the file does not."
)


def find_print(grey: Grey, parameters: FingerprintParameters) -> Box:
    """Return the box around the print in an image at 500 dpi.

    Raises:
        ImageTooSmall, NoFingerprintFound: too little, nothing, or far more than a finger.
    """
    limits = parameters.presence
    if min(grey.shape) < limits.smallest_side_px:
        raise ImageTooSmall(
            "The image shows less than a quarter inch of finger: send the whole fingertip at 500 dpi.",
            width_px=grey.shape[1],
            height_px=grey.shape[0],
        )
    if int(grey.max()) - int(grey.min()) < limits.smallest_range:
        raise NoFingerprintFound("The image is blank: put the finger on the scanner and take it again.")
    if max(grey.shape) > limits.page_from * limits.largest_side_px:
        return _find_on_page(grey, parameters)
    mask = foreground(grey, parameters.segmentation)
    box = bounding_box(mask, parameters.segmentation.margin_px)
    if box is None:
        raise NoFingerprintFound(NO_PRINT)
    _check_size(box, limits)
    return box


def _find_on_page(grey: Grey, parameters: FingerprintParameters) -> Box:
    """Look at half the resolution first: a page of 25 million pixels would take a gigabyte and a half."""
    half = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    mask = foreground(np.asarray(half, np.uint8), parameters.segmentation)
    coarse = bounding_box(mask, parameters.segmentation.margin_px)
    if coarse is None:
        raise NoFingerprintFound(NO_PRINT)
    left, top, right, bottom = (2 * side for side in (coarse.left, coarse.top, coarse.right, coarse.bottom))
    _check_size(Box(left, top, right, bottom), parameters.presence)
    box = find_print(np.ascontiguousarray(grey[top:bottom, left:right]), parameters)
    return Box(box.left + left, box.top + top, box.right + left, box.bottom + top)


def _check_size(box: Box, limits: PresenceParameters) -> None:
    if max(box.right - box.left, box.bottom - box.top) > limits.largest_side_px:
        raise NoFingerprintFound(
            "The image shows more than one finger's area: send each finger as an image of its own.",
            width_px=box.right - box.left,
            height_px=box.bottom - box.top,
        )


def check_presence(
    crop: Grey,
    found: Minutiae,
    ridges: RidgeMap,
    resolution: Resolution,
    parameters: FingerprintParameters,
) -> None:
    """A print has minutiae the network is sure of, and ridges as far apart as a finger's.

    Raises:
        ResolutionUnusable: clear ridges, but too near or too far from each other for a finger.
        NoFingerprintFound: the picture shows something else, or a print without detail.
    """
    limits = parameters.presence
    sure = int((found.quality >= limits.sure_minutia).sum())
    period = ridges.typical_period_px()
    measured = ridges.ridged_area_px >= limits.smallest_ridged_area_px
    plausible = measured and has_ridge_period(period, parameters.resolution)
    sure_enough = sure >= limits.sure_without_ridges
    too_fine = measured and period < parameters.resolution.shortest_period_px and not sure_enough
    if too_fine or (measured and not plausible and _is_enlarged_print(crop, period, parameters)):
        raise _wrong_resolution(period, resolution, parameters.resolution)
    too_long = measured and period > parameters.resolution.longest_period_px
    convincing = sure_enough and not too_long
    if len(found) < limits.fewest or not (convincing or (plausible and sure >= limits.sure)):
        raise NoFingerprintFound(NO_PRINT, minutiae=len(found))


def _is_enlarged_print(crop: Grey, period_px: float, parameters: FingerprintParameters) -> bool:
    """Whether waves that are too long become ridges at half the size.

    Shading of other pictures has no scale of its own: shrunk, it measures the same long period again.
    """
    if period_px <= parameters.resolution.longest_period_px:
        return False
    half = cv2.resize(crop, (crop.shape[1] // 2, crop.shape[0] // 2), interpolation=cv2.INTER_AREA)
    ridges = measure_ridges(np.asarray(half, np.uint8), parameters.ridges)
    clear = ridges.ridged.mean() >= parameters.presence.enlarged_share
    return bool(clear) and has_ridge_period(ridges.typical_period_px(), parameters.resolution)


def _wrong_resolution(
    period_px: float, resolution: Resolution, parameters: ResolutionParameters
) -> ResolutionUnusable:
    return ResolutionUnusable(
        f"At the {'stated' if resolution.stated else 'assumed'} {resolution.dpi:g} dpi the ridges would be"
        f" {period_px * 25.4 / parameters.working_dpi:.2f} mm apart, which no finger has:"
        " state the true resolution, or scan at 500 dpi.",
        dpi=resolution.dpi,
        ridge_period_px=round(period_px, 1),
    )


def blamed_on_resolution(
    resolution: Resolution, parameters: ResolutionParameters
) -> ResolutionUnusable | None:
    """Where nothing was found and the file states a low resolution, that is the reason to give."""
    if resolution.stated or resolution.file_dpi is None or resolution.file_dpi >= parameters.lowest_dpi:
        return None
    return ResolutionUnusable(
        f"The file states {resolution.file_dpi:g} dpi, too few to show ridges: scan the print at 500 dpi"
        f" (accepted: {parameters.lowest_dpi:g} to {parameters.highest_dpi:g}) or state its true resolution.",
        dpi=resolution.file_dpi,
        lowest=parameters.lowest_dpi,
        highest=parameters.highest_dpi,
    )
