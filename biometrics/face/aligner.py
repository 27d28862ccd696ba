"""Brings a face into the standard position by a similarity transform of its five points."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import AlignmentParameters
from biometrics.image import Pixels, to_bgr


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the 2 x 3 matrix of the least-squares similarity from ``source`` to ``target`` (n x 2 each).

    A turn with a scale is one complex factor, so the best one is a quotient of two sums; it is that of
    Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns", 1991,
    without decomposing a matrix. Never mirrors.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    (from_x, from_y), (to_x, to_y) = (source - source_mean).T, (target - target_mean).T
    spread = max(float(from_x @ from_x + from_y @ from_y), 1e-12)
    along = float(from_x @ to_x + from_y @ to_y) / spread
    across = float(from_x @ to_y - from_y @ to_x) / spread
    factor = np.array([[along, -across], [across, along]])
    return np.column_stack([factor, target_mean - factor @ source_mean])


def align(pixels: Pixels, landmarks: NDArray[np.float32], parameters: AlignmentParameters) -> Pixels:
    """Return the face as a square of ``side_px``, three channels."""
    matrix = similarity(landmarks, np.array(parameters.points, dtype=np.float64))
    side = (parameters.side_px, parameters.side_px)
    return np.asarray(cv2.warpAffine(to_bgr(pixels), matrix, side, flags=cv2.INTER_LINEAR))


def share_inside(pixels: Pixels, landmarks: NDArray[np.float32], parameters: AlignmentParameters) -> float:
    """Return which share of the aligned face's inner part lies inside the picture."""
    there = similarity(landmarks, np.array(parameters.points, dtype=np.float64))
    matrix = np.asarray(cv2.invertAffineTransform(there), dtype=np.float64)
    height, width = pixels.shape[:2]
    last = (width - 1, height - 1)
    corners = np.array([(x, y) for x in parameters.inner_columns for y in parameters.inner_rows])
    if _inside(corners, matrix, last).all():
        return 1.0
    rows, columns = np.meshgrid(
        np.linspace(*parameters.inner_rows, 16), np.linspace(*parameters.inner_columns, 16)
    )
    return float(_inside(np.stack([columns.ravel(), rows.ravel()], axis=1), matrix, last).mean())


def _inside(
    points: NDArray[np.floating], matrix: NDArray[np.float64], last: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return which points lie inside a picture once they are moved by the matrix."""
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(((moved >= 0) & (moved <= last)).all(axis=1))
