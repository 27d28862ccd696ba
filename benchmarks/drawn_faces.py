"""Photographs with other light, and the drawings that image processing makes of them."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from biometrics.image import Pixels

Change = Callable[[Pixels], Pixels]

_PAPER = np.array((225.0, 235.0, 240.0))


def grey(pixels: Pixels) -> Pixels:
    """Return the picture without colour."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


def brighter(times: float) -> Change:
    """Return what multiplies the values of a picture."""
    return lambda pixels: _clipped(pixels.astype(np.float64) * times)


def exposed(times: float) -> Change:
    """Return what gives a picture so many times the light."""
    return lambda pixels: _clipped(255 * np.minimum((pixels / 255.0) ** 2.2 * times, 1.0) ** (1 / 2.2))


def flat(pixels: Pixels) -> Pixels:
    """Return the picture with three tenths of its contrast."""
    return _clipped(0.3 * pixels + 150.0)


def poor_jpeg(pixels: Pixels) -> Pixels:
    """Return the picture as a JPEG file of quality 10 keeps it."""
    return np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 10])[1], 1), np.uint8
    )


def pencil(breadth: float) -> Change:
    """Return what draws strokes where a picture is darker than around; ``breadth`` in shares of its side."""

    def draw(pixels: Pixels) -> Pixels:
        tone = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        around = cv2.GaussianBlur(255 - tone, (0, 0), breadth * max(pixels.shape[:2]))
        return _on_three(cv2.divide(tone, 255 - around, scale=256))

    return draw


def outlines(pixels: Pixels) -> Pixels:
    """Return the edges of a picture as lines."""
    tone = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (0, 0), 1.2)
    return _on_three(255 - cv2.dilate(cv2.Canny(tone, 25, 60), np.ones((2, 2), np.uint8)))


def shaded(pixels: Pixels) -> Pixels:
    """Return OpenCV's pencil sketch, whose dark parts are filled with strokes."""
    return _on_three(cv2.pencilSketch(pixels, sigma_s=60, sigma_r=0.07, shade_factor=0.06)[0])


def rubbed(pixels: Pixels) -> Pixels:
    """Return pencil strokes over soft shades."""
    shades = 255 - 0.3 * (255 - cv2.GaussianBlur(grey(pixels).astype(np.float64), (0, 0), 3))
    return _clipped(np.minimum(pencil(1 / 60)(pixels), shades))


def scanned(drawing: Change) -> Change:
    """Return what draws on paper of a light tint, with the noise of a scanner."""

    def scan(pixels: Pixels) -> Pixels:
        noise = np.random.default_rng(1).normal(0, 3, pixels.shape)
        return _clipped(drawing(pixels) / 255.0 * _PAPER + noise)

    return scan


def _on_three(tone: ArrayLike) -> Pixels:
    return np.asarray(cv2.cvtColor(np.asarray(tone, np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


def _clipped(values: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


PHOTOGRAPHS: dict[str, Change] = {
    "as_it_is": lambda pixels: pixels,
    "grey": grey,
    "2_times_as_bright": brighter(2),
    "3_times_as_bright": brighter(3),
    "4_times_as_bright": brighter(4),
    "2_times_as_bright_grey": lambda pixels: brighter(2)(grey(pixels)),
    "3_times_as_bright_grey": lambda pixels: brighter(3)(grey(pixels)),
    "4_times_as_bright_grey": lambda pixels: brighter(4)(grey(pixels)),
    "4_times_the_light": exposed(4),
    "8_times_the_light": exposed(8),
    "3_tenths_as_bright": brighter(0.3),
    "flat": flat,
    "poor_jpeg": poor_jpeg,
    "3_times_as_bright_poor_jpeg": lambda pixels: poor_jpeg(brighter(3)(pixels)),
}
DRAWINGS: dict[str, Change] = {
    "pencil": pencil(1 / 60),
    "pencil_scanned": scanned(pencil(1 / 60)),
    "broad_pencil": pencil(1 / 25),
    "outlines": outlines,
    "outlines_scanned": scanned(outlines),
    "shaded": shaded,
    "rubbed": rubbed,
    "rubbed_scanned": scanned(rubbed),
}
