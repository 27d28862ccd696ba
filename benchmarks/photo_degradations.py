"""Damages photographs on purpose, each one way and by a drawn amount, so that a test has bad ones to reject.

Press photographs hold hardly any face that cannot be compared. What goes wrong at a counter, on a telephone
or on the way through a case file is imitated on photographs of about 250 px with 40 px between the eyes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.image import Pixels

Floats = NDArray[np.float32]
Random = np.random.Generator
Box = tuple[float, float, float, float]

KINDS = (
    "dark",
    "over_exposed",
    "blurred",
    "shaken",
    "small",
    "enlarged",
    "noisy",
    "compressed",
    "covered",
)


@dataclass(frozen=True)
class _Shot:
    """What a fault is done to, and how much of it."""

    bgr: Floats
    box: Box
    strength: float
    random: Random


def degrade(bgr: Pixels, box: Box, kind: str, strength: float, random: Random) -> Pixels:
    """Return the photograph with one fault.

    Args:
        box: Left, top, width and height of the face.
        kind: One of ``KINDS``.
        strength: 0 (slight) to 1.
    """
    damaged = _FAULTS[kind](_Shot(bgr.astype(np.float32), box, strength, random))
    return np.asarray(np.clip(np.rint(damaged), 0, 255), dtype=np.uint8)


def draw_fault(place: int, seed: int) -> tuple[str, float, Random]:
    """Return kind, strength and source of chance for the photograph with this number; kinds take turns."""
    random = np.random.default_rng((seed, place))
    return KINDS[place % len(KINDS)], float(random.random()), random


def _between(first: float, last: float, strength: float) -> float:
    """Return an amount that grows by equal factors."""
    return float(first * (last / first) ** strength)


def _dark(shot: _Shot) -> Floats:
    """Between 30 and 5 % of the light; the sensor's own noise stays."""
    return np.asarray(
        shot.bgr * _between(0.3, 0.05, shot.strength) + shot.random.normal(0, 2, shot.bgr.shape), np.float32
    )


def _over_exposed(shot: _Shot) -> Floats:
    """Between 1.5 times and four times the light, clipped where the sensor is full."""
    return shot.bgr * np.float32(_between(1.5, 4.0, shot.strength))


def _blurred(shot: _Shot) -> Floats:
    """Out of focus by 1.5 to 6 px, and grain."""
    soft = cv2.GaussianBlur(shot.bgr, (0, 0), _between(1.5, 6.0, shot.strength))
    return np.asarray(soft + shot.random.normal(0, 2, shot.bgr.shape), np.float32)


def _shaken(shot: _Shot) -> Floats:
    """Moved by 6 to 30 px in any direction while the shutter was open, and grain."""
    reach = _between(6.0, 30.0, shot.strength)
    side = 2 * int(reach / 2 + 1) + 1
    middle = side // 2
    angle = shot.random.uniform(0, np.pi)
    path = np.zeros((side, side), np.float32)
    for step in np.linspace(-reach / 2, reach / 2, 4 * side):
        path[round(middle + step * np.sin(angle)), round(middle + step * np.cos(angle))] += 1
    moved = cv2.filter2D(shot.bgr, -1, path / path.sum(), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(moved + shot.random.normal(0, 2, shot.bgr.shape), np.float32)


def _small(shot: _Shot) -> Floats:
    """Shrunk to between 95 and 60 %: 38 to 24 px between the eyes."""
    return _resized(shot.bgr, _between(0.95, 0.6, shot.strength))


def _enlarged(shot: _Shot) -> Floats:
    """Shrunk to between 40 and 12 % and blown up again: 16 to 5 px between the eyes were taken."""
    small = _resized(shot.bgr, _between(0.4, 0.12, shot.strength))
    return np.asarray(cv2.resize(small, shot.bgr.shape[1::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _noisy(shot: _Shot) -> Floats:
    """Grain of 8 to 50 grey values, half of it as coarse as two pixels."""
    fine = shot.random.normal(0, 1, shot.bgr.shape)
    coarse = cv2.GaussianBlur(shot.random.normal(0, 1, shot.bgr.shape), (0, 0), 1.0)
    grain = 0.7 * fine + 0.7 * coarse / coarse.std()
    return np.asarray(shot.bgr + _between(8, 50, shot.strength) * grain, np.float32)


def _compressed(shot: _Shot) -> Floats:
    """Written as JPEG of quality 20 to 3."""
    setting = round(_between(20, 3, shot.strength))
    file = cv2.imencode(".jpg", shot.bgr.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, setting])[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.float32)


def _covered(shot: _Shot) -> Floats:
    """A plain cloth over 20 to 65 % of the face, from one of its four sides."""
    x, y, width, height = shot.box
    share, side = 0.2 + 0.45 * shot.strength, int(shot.random.integers(4))
    left, right = x - 0.1 * width, x + 1.1 * width
    top, bottom = y - 0.1 * height, y + 1.1 * height
    if side == 0:
        bottom = y + share * height
    elif side == 1:
        top = y + (1 - share) * height
    elif side == 2:
        right = x + share * width
    else:
        left = x + (1 - share) * width
    hidden = shot.bgr.copy()
    colour = [float(value) for value in shot.random.uniform(20, 220, 3)]
    cv2.rectangle(hidden, (round(left), round(top)), (round(right), round(bottom)), colour, -1)
    return hidden


def _resized(bgr: Floats, factor: float) -> Floats:
    return np.asarray(cv2.resize(bgr, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)


_FAULTS: dict[str, Callable[[_Shot], Floats]] = {
    "dark": _dark,
    "over_exposed": _over_exposed,
    "blurred": _blurred,
    "shaken": _shaken,
    "small": _small,
    "enlarged": _enlarged,
    "noisy": _noisy,
    "compressed": _compressed,
    "covered": _covered,
}
