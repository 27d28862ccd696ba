"""A face found in a picture: where it is, its five points, how sure the detector is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RIGHT_EYE, LEFT_EYE, NOSE, RIGHT_MOUTH, LEFT_MOUTH = range(5)
"""Rows of ``landmarks``; right and left are the person's own, so the right eye is on the image's left."""


@dataclass(frozen=True)
class DetectedFace:
    """One face, in pixels of the decoded image.

    Attributes:
        box: x, y of the upper left corner, width, height; may reach beyond the image.
        landmarks: Five points (x, y): eyes, nose tip, mouth corners.
        confidence: 0 to 1.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float32]
    confidence: float

    @property
    def eye_distance_px(self) -> float:
        """Distance between the centres of the eyes."""
        return float(np.linalg.norm(self.landmarks[LEFT_EYE] - self.landmarks[RIGHT_EYE]))

    @property
    def area(self) -> float:
        """Area of the box in pixels."""
        return self.box[2] * self.box[3]
