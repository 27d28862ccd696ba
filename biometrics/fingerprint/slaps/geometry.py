"""The rotated box around a finger: its corners, its upright bounds, and the finger cut out upright."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.segmentation import Box

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RotatedBox:
    """A rectangle turned about its middle, in pixels.

    Attributes:
        width: Across the finger.
        height: Along the finger.
        angle_rad: How far the fingertip leans from upright, counter-clockwise as seen (to the left).
    """

    center_x: float
    center_y: float
    width: float
    height: float
    angle_rad: float

    def corners(self) -> Floats:
        """Return (x, y) of top left, top right, bottom right and bottom left as the finger sees them."""
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (self.width / 2, self.height / 2)
        return half @ axes(self.angle_rad) + (self.center_x, self.center_y)

    def bounds(self, width: int, height: int) -> Box:
        """Return the upright rectangle around the box, inside an image of that size."""
        low, high = self.corners().min(0), self.corners().max(0)
        return Box(
            max(math.floor(low[0]), 0),
            max(math.floor(low[1]), 0),
            min(math.ceil(high[0]), width),
            min(math.ceil(high[1]), height),
        )

    def scaled(self, factor: float) -> "RotatedBox":
        """Return the box in pixels of another resolution."""
        return RotatedBox(
            self.center_x * factor,
            self.center_y * factor,
            self.width * factor,
            self.height * factor,
            self.angle_rad,
        )


def axes(angle_rad: float) -> Floats:
    """Return as rows the unit vectors to the right of and down a finger that leans by ``angle_rad``."""
    cosine, sine = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[cosine, -sine], [sine, cosine]])


def cut_out(image: Grey, box: RotatedBox, margin_px: int = 16) -> Grey:
    """Return the finger inside ``box`` turned upright, white where the box leaves the image."""
    width, height = round(box.width) + 2 * margin_px, round(box.height) + 2 * margin_px
    across, down = axes(box.angle_rad)
    corner = np.array([box.center_x, box.center_y]) - across * (width - 1) / 2 - down * (height - 1) / 2
    back = np.column_stack([across, down, corner])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(
        image, back, (width, height), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return np.asarray(turned, np.uint8)
