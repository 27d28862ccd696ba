"""Finds faces in pictures that lie on their side, stand on their head or are tilted, by turning them."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.detected import DetectedFace
from biometrics.face.parameters import OrientationParameters
from biometrics.image import Pixels

Find = Callable[[Pixels], list[DetectedFace]]


def find_any_way_up(bgr: Pixels, find: Find, parameters: OrientationParameters) -> list[DetectedFace]:
    """Return the faces of the picture as it stands, or of the turn in which one is surest; largest first.

    The network finds some faces upside down too, with the mouth taken for eyes, but is less sure of
    them than it is of the same face upright. So a sure face ends the search, and an unsure one has to
    be surer than in every other turn.
    """
    best = find(bgr)
    if _surest(best) >= parameters.sure:
        return best
    for turns in parameters.turns_deg:
        for degrees in turns:
            matrix, side = _turn(bgr, degrees, parameters.longest_side)
            picture = cv2.warpAffine(bgr, matrix, side, borderValue=parameters.border)
            turned = np.asarray(picture, dtype=np.uint8)
            found = find(turned)
            if _surest(found) > max(_surest(best) + parameters.surer_by, parameters.least):
                best = [_turned_back(face, matrix) for face in found]
        if _surest(best) >= parameters.sure:
            break
    return best


def _surest(faces: list[DetectedFace]) -> float:
    return max((face.confidence for face in faces), default=0.0)


def _turn(bgr: Pixels, degrees: float, longest: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the matrix that turns the picture, shrinking it to ``longest``, and the size that holds all."""
    height, width = bgr.shape[:2]
    middle = ((width - 1) / 2, (height - 1) / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, degrees, 1.0), dtype=np.float64)
    across, along = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = np.array([width * across + height * along, width * along + height * across])
    factor = min(1.0, longest / float(size.max()))
    matrix[:, :2] *= factor
    size = np.maximum(np.round(size * factor), 1)
    matrix[:, 2] = (size - 1) / 2 - matrix[:, :2] @ [(width - 1) / 2, (height - 1) / 2]
    return matrix, (int(size[0]), int(size[1]))


def _turned_back(face: DetectedFace, matrix: NDArray[np.float64]) -> DetectedFace:
    back = cv2.invertAffineTransform(matrix)
    landmarks = face.landmarks @ back[:, :2].T + back[:, 2]
    x, y, width, height = face.box
    corners = np.array([[x, y], [x + width, y], [x, y + height], [x + width, y + height]])
    corners = corners @ back[:, :2].T + back[:, 2]
    centre = corners.mean(axis=0)
    # of a tilted box the upright one of the same area, of a box on its side the exact one
    sideways = abs(back[0, 1]) > abs(back[0, 0]) * 1.01
    scale = float(np.hypot(back[0, 0], back[0, 1]))
    size = np.array([height, width] if sideways else [width, height]) * scale
    left, top = (float(value) for value in centre - size / 2)
    return DetectedFace(
        (left, top, float(size[0]), float(size[1])), landmarks.astype(np.float32), face.confidence
    )
