"""Brings a face into the standard position by a similarity transform of its five points."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import AlignmentParameters
from biometrics.image import Pixels, to_bgr


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the 2 x 3 matrix of the least-squares similarity from ``source`` to ``target`` (n x 2 each).

    Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns",
    1991. Never mirrors.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred = np.asarray(source - source_mean, dtype=np.float64)
    covariance = (target - target_mean).T @ centred / len(source)
    left, values, right = np.linalg.svd(covariance)
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    rotation = left @ np.diag(signs) @ right
    variance = (centred**2).sum() / len(source)
    scaled = rotation * (values @ signs / max(variance, 1e-12))
    return np.column_stack([scaled, target_mean - scaled @ source_mean])


def align(pixels: Pixels, landmarks: NDArray[np.float32], parameters: AlignmentParameters) -> Pixels:
    """Return the face as a square of ``side_px``, three channels."""
    matrix = similarity(landmarks, np.array(parameters.points, dtype=np.float64))
    side = (parameters.side_px, parameters.side_px)
    return np.asarray(cv2.warpAffine(to_bgr(pixels), matrix, side, flags=cv2.INTER_LINEAR))


def share_inside(pixels: Pixels, landmarks: NDArray[np.float32], parameters: AlignmentParameters) -> float:
    """Return which share of the aligned face's inner part lies inside the picture."""
    matrix = cv2.invertAffineTransform(similarity(landmarks, np.array(parameters.points, dtype=np.float64)))
    rows, columns = np.meshgrid(
        np.linspace(*parameters.inner_rows, 16), np.linspace(*parameters.inner_columns, 16)
    )
    points = np.stack([columns.ravel(), rows.ravel()], axis=1) @ matrix[:, :2].T + matrix[:, 2]
    height, width = pixels.shape[:2]
    return float(((points >= 0) & (points <= [width - 1, height - 1])).all(axis=1).mean())
