"""Runs LEADER (Cappelli 2024): minutiae over the whole image, direction and kind only where one was found."""

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.minutiae import Minutiae, Peaks, find_peaks
from biometrics.fingerprint.parameters import MinutiaParameters
from models.leader_graph import FEATURE_CHANNELS, PATCH_SIDE, minutiae_detail_graph, minutiae_map_graph
from models.registry import ModelEntry
from models.session import open_session

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

STRIDE = 32  # the network halves its input five times


class MinutiaeNetwork:
    """Holds the two inference sessions and nothing of a print; usable from several threads."""

    def __init__(self, entry: ModelEntry, parameters: MinutiaParameters) -> None:
        self._parameters = parameters
        self._map = open_session(entry, rewrite=minutiae_map_graph)
        self._detail = open_session(entry, rewrite=minutiae_detail_graph)

    def find(self, image: Grey, lowest_quality: float | None = None) -> Minutiae:
        """Return the minutiae of a grey image at 500 dpi, in its pixels, best first.

        Args:
            lowest_quality: Instead of the usual one.
        """
        height, width = image.shape
        padded, left, top = pad_to_stride(image)
        outputs = self._map.run(None, {"image": padded[None, None].astype(np.float32)})
        position = np.ascontiguousarray(outputs[0][0, 0, top : top + height, left : left + width])
        limits = self._parameters
        if lowest_quality is not None:
            limits = replace(limits, lowest_quality=lowest_quality)
        peaks = find_peaks(position, limits)
        if peaks.row.size == 0:
            nothing = np.zeros(0, np.float32)
            return Minutiae(nothing, nothing, nothing, nothing, nothing)
        angle, bifurcation = self._details(outputs[1][0], peaks, left, top)
        return Minutiae(peaks.x, peaks.y, angle, bifurcation, peaks.height)

    def _details(self, features: Floats, peaks: Peaks, left: int, top: int) -> tuple[Floats, Floats]:
        row, column = peaks.row + top, peaks.column + left
        direction, kind = self._detail.run(None, {"patches": _patches(features, row // 2, column // 2)})
        each, lower, right = np.arange(len(row)), row % 2, column % 2
        cosine, sine = direction[each, 0, lower, right], direction[each, 1, lower, right]
        angle = np.mod(np.arctan2(sine, cosine), 2 * math.pi)
        return angle.astype(np.float32), kind[each, 0, lower, right]


def pad_to_stride(image: Grey) -> tuple[Grey, int, int]:
    """Centre the image on a canvas whose sides are multiples of the stride, in the corner pixel's grey."""
    height, width = image.shape
    extra_rows, extra_columns = -height % STRIDE, -width % STRIDE
    top, left = extra_rows // 2, extra_columns // 2
    padded = cv2.copyMakeBorder(
        image,
        top,
        extra_rows - top,
        left,
        extra_columns - left,
        cv2.BORDER_CONSTANT,
        value=float(image[0, 0]),
    )
    return np.asarray(padded, np.uint8), left, top


def _patches(features: Floats, row: NDArray[np.int64], column: NDArray[np.int64]) -> Floats:
    """Cut a window around each cell; outside the map there are zeros, as for the network's own padding."""
    reach = PATCH_SIDE // 2
    framed = np.pad(features, ((0, 0), (reach, reach), (reach, reach)))
    patches = np.empty((len(row), FEATURE_CHANNELS, PATCH_SIDE, PATCH_SIDE), np.float32)
    for k, (r, c) in enumerate(zip(row, column, strict=True)):
        patches[k] = framed[:, r : r + PATCH_SIDE, c : c + PATCH_SIDE]
    return patches
