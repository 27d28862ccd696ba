"""Prints of a test set as grey pixels at 500 dpi, whatever resolution their files state."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.resolution import to_working_resolution
from biometrics.image import DecodedImage, ImageLimits, decode_image, to_grey

Grey = NDArray[np.uint8]

WORKING_DPI = PARAMETERS.resolution.working_dpi
LOWEST_FILE_DPI = 150.0
"""Lower values in files of test sets are placeholders; then --dpi counts."""


def believed_dpi(image: DecodedImage, otherwise: float | None = None) -> float:
    """Return what the file states where that can be true, else ``otherwise``, else 500."""
    if image.dpi is not None and image.dpi >= LOWEST_FILE_DPI:
        return image.dpi
    return otherwise or WORKING_DPI


def grey_at_500_dpi(path: Path, otherwise: float | None = None) -> Grey:
    """Return the pixels of one print; ``otherwise`` is for files that state no resolution."""
    image = decode_image(path.read_bytes(), ImageLimits())
    return to_working_resolution(to_grey(image.pixels), believed_dpi(image, otherwise), PARAMETERS.resolution)
