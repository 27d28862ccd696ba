"""A picture of a template's minutiae, for prints that came without an image."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.template import FingerprintTemplate

PAPER = 255
INK = 60
RADIUS_PX = 4
TAIL_PX = 14
LARGEST_SIDE_PX = 1500


def draw_minutiae(fingerprint: FingerprintTemplate) -> NDArray[np.uint8]:
    """Return a grey picture at 500 dpi: a dot for each minutia, a line where it points."""
    width = min(max(fingerprint.width, 1), LARGEST_SIDE_PX)
    height = min(max(fingerprint.height, 1), LARGEST_SIDE_PX)
    picture = np.full((height, width), PAPER, np.uint8)
    found = fingerprint.minutiae
    left = max(0.0, float(found.x.max()) - width + 1) if len(found) else 0.0
    top = max(0.0, float(found.y.max()) - height + 1) if len(found) else 0.0
    for x, y, angle in zip(
        (found.x - left).tolist(), (found.y - top).tolist(), found.angle_rad.tolist(), strict=True
    ):
        start = (round(x), round(y))
        end = (round(x + TAIL_PX * math.cos(angle)), round(y - TAIL_PX * math.sin(angle)))
        cv2.circle(picture, start, RADIUS_PX, INK, thickness=-1, lineType=cv2.LINE_AA)
        cv2.line(picture, start, end, INK, thickness=2, lineType=cv2.LINE_AA)
    return picture
