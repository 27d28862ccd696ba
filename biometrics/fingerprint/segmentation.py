"""Which part of an image is print: strong local gradients, joined, without specks and holes."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import SegmentationParameters

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels, the right and bottom ends not included."""

    left: int
    top: int
    right: int
    bottom: int


def foreground(image: Grey, parameters: SegmentationParameters) -> Grey:
    """Return a mask of the image's shape, 1 on the print and 0 beside it."""
    gradient = _gradient(image, parameters.gradient_sigma_px)
    limit = parameters.threshold * float(np.percentile(gradient, parameters.percentile))
    strength = cv2.GaussianBlur(gradient, (0, 0), parameters.average_sigma_px)
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    strong = (strength > limit).astype(np.uint8)
    joined = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, ellipse, iterations=parameters.closings)
    whole = _fill_holes(_large_parts(np.asarray(joined, np.uint8), parameters.smallest_part))
    border = parameters.openings + 8  # outside counts as background for the opening
    framed = cv2.copyMakeBorder(whole, border, border, border, border, cv2.BORDER_CONSTANT, value=0)
    opened = cv2.morphologyEx(framed, cv2.MORPH_OPEN, ellipse, iterations=parameters.openings)
    return np.ascontiguousarray(opened[border:-border, border:-border], np.uint8)


def bounding_box(mask: Grey, margin: int) -> Box | None:
    """Return the smallest box around the mask, grown by ``margin`` inside the image; None if empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if rows.size == 0:
        return None
    height, width = mask.shape
    return Box(
        left=max(int(columns[0]) - margin, 0),
        top=max(int(rows[0]) - margin, 0),
        right=min(int(columns[-1]) + margin + 1, width),
        bottom=min(int(rows[-1]) + margin + 1, height),
    )


def _gradient(image: Grey, sigma: float) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(image.astype(np.float32), (0, 0), sigma)
    magnitude = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    return np.asarray(magnitude, np.float32)


def _large_parts(mask: Grey, share: float) -> Grey:
    """Keep the components that have at least ``share`` of the largest one's area."""
    count, labels, numbers, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return mask
    area = numbers[:, cv2.CC_STAT_AREA]
    keep = area >= share * area[1:].max()
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)


def _fill_holes(mask: Grey) -> Grey:
    """Set background components that do not touch the image's edge."""
    _, labels, numbers, _ = cv2.connectedComponentsWithStats(1 - mask)
    height, width = mask.shape
    left, top = numbers[:, cv2.CC_STAT_LEFT], numbers[:, cv2.CC_STAT_TOP]
    right, bottom = left + numbers[:, cv2.CC_STAT_WIDTH], top + numbers[:, cv2.CC_STAT_HEIGHT]
    hole = (left > 0) & (top > 0) & (right < width) & (bottom < height)
    hole[0] = False
    return np.where(hole[labels], 1, mask).astype(np.uint8)
