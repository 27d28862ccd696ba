"""Looks at a found face again, upright and at the sizes the detector sees best, for more exact points."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.aligner import similarity
from biometrics.face.detected import LEFT_EYE, LEFT_MOUTH, NOSE, RIGHT_EYE, RIGHT_MOUTH, DetectedFace
from biometrics.face.parameters import AlignmentParameters, RefinementParameters
from biometrics.image import Pixels

Find = Callable[[Pixels], list[DetectedFace]]
Points = NDArray[np.float64]

MIRRORED = [LEFT_EYE, RIGHT_EYE, NOSE, LEFT_MOUTH, RIGHT_MOUTH]
"""Which point stands at each place of a mirrored face."""


def refine(
    bgr: Pixels, face: DetectedFace, find: Find, where: AlignmentParameters, parameters: RefinementParameters
) -> DetectedFace:
    """Return the face with the mean of its points in several looks, and the confidence of the surest.

    Each look errs on its own, so the mean errs less: points move by a twentieth of the distance
    between the eyes. A small face is enlarged, a tilted one stands upright.

    Args:
        find: One pass of the detector at the size of the picture that it is given.
    """
    points = [np.asarray(face.landmarks, dtype=np.float64)]
    confidence = face.confidence
    for eye_distance_px in parameters.eye_distances_px:
        target, side = _target(eye_distance_px, where, parameters.sides)
        matrix = similarity(face.landmarks, target)
        crop = np.asarray(cv2.warpAffine(bgr, matrix, (side, side)), dtype=np.uint8)
        back = cv2.invertAffineTransform(matrix)
        for mirrored in (False, True):
            seen = _look(crop, find, target, eye_distance_px * parameters.farthest, mirrored)
            if seen is not None:
                points.append(seen[0] @ back[:, :2].T + back[:, 2])
                confidence = max(confidence, seen[1])
    landmarks = np.mean(points, axis=0).astype(np.float32)
    return replace(face, landmarks=landmarks, confidence=confidence)


def _target(eye_distance_px: float, where: AlignmentParameters, sides: float) -> tuple[Points, int]:
    """Return where the points shall lie in the crop, and its side, a multiple of 32."""
    points = np.array(where.points, dtype=np.float64)
    factor = eye_distance_px / float(np.linalg.norm(points[LEFT_EYE] - points[RIGHT_EYE]))
    side = round(where.side_px * factor * sides / 32) * 32
    return (points - where.side_px / 2) * factor + side / 2, side


def _look(
    crop: Pixels, find: Find, target: Points, farthest_px: float, mirrored: bool
) -> tuple[Points, float] | None:
    """Return the points of the face that lies where it is expected, and its confidence."""
    seen = find(np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop)
    best: tuple[Points, float] | None = None
    least = farthest_px
    for face in seen:
        points = np.asarray(face.landmarks, dtype=np.float64)
        if mirrored:
            points = points[MIRRORED]
            points[:, 0] = crop.shape[1] - 1 - points[:, 0]
        distance = float(np.abs(points - target).mean())
        if distance < least:
            best, least = (points, face.confidence), distance
    return best
