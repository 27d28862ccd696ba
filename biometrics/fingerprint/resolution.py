"""Which resolution an image has, and the image at 500 dpi, where ridges have the width the network knows."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ResolutionUnusable
from biometrics.fingerprint.parameters import ResolutionParameters

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Resolution:
    """The resolution to work with.

    Attributes:
        dpi: Dots per inch.
        stated: Whether the sender or the file says so; otherwise it is an assumption to be checked.
        file_dpi: What the file says, even where it is not believed.
    """

    dpi: float
    stated: bool
    file_dpi: float | None


def decide_resolution(
    stated: float | None, file_dpi: float | None, parameters: ResolutionParameters
) -> Resolution:
    """Prefer what the sender states, then the file; a file's low value is often a placeholder (72, 96).

    Raises:
        ResolutionUnusable: the sender states a resolution that cannot show ridges.
    """
    lowest, highest = parameters.lowest_dpi, parameters.highest_dpi
    if stated is not None:
        if not lowest <= stated <= highest:
            raise ResolutionUnusable(
                f"A print at {stated:g} dpi cannot be used: scan it at 500 dpi"
                f" (accepted: {lowest:g} to {highest:g}).",
                dpi=stated,
                lowest=lowest,
                highest=highest,
            )
        return Resolution(stated, True, file_dpi)
    if file_dpi is not None and lowest <= file_dpi <= highest:
        return Resolution(file_dpi, True, file_dpi)
    return Resolution(parameters.working_dpi, False, file_dpi)


def to_working_resolution(image: Grey, dpi: float, parameters: ResolutionParameters) -> Grey:
    """Return the image resampled to 500 dpi; within 1 % it is left as it is.

    Raises:
        ResolutionUnusable: at this resolution the image would be far larger than a hand.
    """
    height, width = image.shape
    check_size(width, height, dpi, parameters)
    factor = parameters.working_dpi / dpi
    if abs(factor - 1) < parameters.same_within:
        return image
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    smooth = cv2.INTER_AREA if factor < parameters.area_below else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=smooth), np.uint8)


def check_size(width_px: int, height_px: int, dpi: float, parameters: ResolutionParameters) -> None:
    """Refuse an image by its size and resolution, before anything is made of it.

    Raises:
        ResolutionUnusable: at this resolution it would be far larger than a hand.
    """
    if max(width_px, height_px) * parameters.working_dpi / dpi > parameters.largest_side_px:
        raise ResolutionUnusable(
            f"At {dpi:g} dpi the image would measure {width_px / dpi:.1f} x {height_px / dpi:.1f} inch:"
            " send one fingertip, about an inch, and state the true resolution.",
            dpi=dpi,
            width_px=width_px,
            height_px=height_px,
        )


def has_ridge_period(period_px: float, parameters: ResolutionParameters) -> bool:
    """Return whether ridges of a finger can be this far apart at 500 dpi."""
    return parameters.shortest_period_px <= period_px <= parameters.longest_period_px
