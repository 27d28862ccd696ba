"""From the image of a mark to its minutiae and quality: read whole, never refused while anything is there."""

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound
from biometrics.fingerprint.marks.reading import Find, read_mark
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import FingerprintParameters, MarkParameters
from biometrics.fingerprint.quality import judge
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.segmentation import Box, bounding_box, foreground
from biometrics.quality import Quality

Grey = NDArray[np.uint8]


def extract_mark(
    grey: Grey, find: Find, steps: FingerprintParameters, limits: MarkParameters
) -> tuple[Minutiae, Quality]:
    """Return what can be seen of a mark in an image at 500 dpi.

    Poor marks are searched too; only an image with nothing on it says so.

    Raises:
        ImageTooSmall, NoFingerprintFound: too few pixels, blank, or not three minutiae anywhere.
    """
    if min(grey.shape) < steps.ridges.block_px:
        raise ImageTooSmall(
            "The image is smaller than two ridges: send the mark with some of its surroundings.",
            width_px=grey.shape[1],
            height_px=grey.shape[0],
        )
    if int(grey.max()) - int(grey.min()) < steps.presence.smallest_range:
        raise NoFingerprintFound("The image is blank: nothing of a mark is to be seen.")
    box = _region(grey, steps, limits)
    crop = np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right])
    found = read_mark(crop, find, limits)
    if len(found) < limits.fewest:
        raise NoFingerprintFound(
            f"Fewer than {limits.fewest} ridge details are to be seen. State the mark's true resolution, or"
            " have an examiner mark the minutiae and send those.",
            minutiae=len(found),
        )
    quality = judge(measure_ridges(crop, steps.ridges), found, steps.quality)
    return found.shifted(box.left, box.top), quality


def _region(grey: Grey, steps: FingerprintParameters, limits: MarkParameters) -> Box:
    """The whole image, or what of a large one stands out of its ground.

    Raises:
        NoFingerprintFound: the image shows far more than a mark.
    """
    height, width = grey.shape
    if max(height, width) <= limits.whole_below_px:
        return Box(0, 0, width, height)
    box = bounding_box(foreground(grey, steps.segmentation), steps.segmentation.margin_px)
    if box is None:
        box = Box(0, 0, width, height)
    if max(box.right - box.left, box.bottom - box.top) > limits.largest_side_px:
        raise NoFingerprintFound(
            "The image shows far more than one mark: cut the mark out and send it with its resolution.",
            width_px=width,
            height_px=height,
        )
    return box
