"""Minutiae: what one is, and how they are read off the network's position map to a fraction of a pixel."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import MinutiaParameters

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Minutiae:
    """Ridge endings and bifurcations of one print, best first.

    Attributes:
        x, y: Pixels at 500 dpi, y down.
        angle_rad: Direction counter-clockwise from the x axis, 0 to 2 pi.
        bifurcation: Chance from 0 (ridge ending) to 1 (bifurcation).
        quality: The network's confidence, 0 to 1.
    """

    x: Floats
    y: Floats
    angle_rad: Floats
    bifurcation: Floats
    quality: Floats

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: NDArray[np.int64]) -> "Minutiae":
        """Return the given rows in the given order."""
        return Minutiae(
            self.x[rows], self.y[rows], self.angle_rad[rows], self.bifurcation[rows], self.quality[rows]
        )

    def shifted(self, right: float, down: float) -> "Minutiae":
        """Return the same minutiae in an image whose origin lies further up and to the left."""
        return replace(self, x=self.x + np.float32(right), y=self.y + np.float32(down))


@dataclass(frozen=True)
class Peaks:
    """Local maxima of a position map: whole pixels, their sub-pixel position and height, highest first."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    x: Floats
    y: Floats
    height: Floats


def find_peaks(position: Floats, parameters: MinutiaParameters) -> Peaks:
    """Return the maxima of the smoothed map, refined by a parabola along each axis."""
    kernel = cv2.getGaussianKernel(parameters.blur_side_px, 0)
    smooth = np.asarray(
        cv2.sepFilter2D(position, -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT), np.float32
    )
    side = parameters.maximum_side_px
    largest = cv2.dilate(smooth, np.ones((side, side), np.uint8))
    row, column = np.nonzero((smooth == largest) & (smooth >= parameters.lowest_quality))
    best = np.argsort(-smooth[row, column], kind="stable")[: parameters.most]
    row, column = row[best], column[best]
    padded = np.pad(smooth, 1, mode="edge")
    centre = smooth[row, column]
    x = column + _offset(padded[row + 1, column], centre, padded[row + 1, column + 2])
    y = row + _offset(padded[row, column + 1], centre, padded[row + 2, column + 1])
    return Peaks(row, column, x.astype(np.float32), y.astype(np.float32), centre.astype(np.float32))


def _offset(before: Floats, centre: Floats, after: Floats) -> Floats:
    """Where the parabola through three neighbours has its top, within half a pixel."""
    curvature = before - 2 * centre + after
    safe = np.where(curvature < 0, curvature, np.float32(-1))
    offset: Floats = np.where(curvature < 0, np.clip(0.5 * (before - after) / safe, -0.5, 0.5), 0)
    return offset
