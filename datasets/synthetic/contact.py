"""Where and how a finger meets the sensor: its place, turn, distortion and the shape of the contact."""

from dataclasses import dataclass

import cv2
import numpy as np

from datasets.synthetic.orientation import Field, smooth_noise
from datasets.synthetic.parameters import IMPRESSION, MASTER


@dataclass(frozen=True)
class Placement:
    """One touch of the sensor.

    Attributes:
        shift: Of the contact's middle against the image's middle, (x, y) in pixels.
        rotation_rad: Counter-clockwise in the image.
        aim: The finger's point under the contact's middle, (x, y) in pixels from the pattern's middle.
        drag: How far the rim of the contact was dragged, (x, y) in pixels.
        twist_rad: How far the rim was turned against the middle.
        half_axes: Of the contact ellipse, (x, y) in pixels.
        elastic: Standard deviation of the smooth displacement that remains, in pixels.
    """

    shift: tuple[float, float]
    rotation_rad: float
    aim: tuple[float, float]
    drag: tuple[float, float]
    twist_rad: float
    half_axes: tuple[float, float]
    elastic: float


def draw_placement(rng: np.random.Generator, size: float) -> Placement:
    """Draw a touch as people make it; ``size`` is the finger's size against an index finger's."""
    p = IMPRESSION
    aim = rng.normal(0, (p.aim_x, p.aim_y))
    if rng.random() < p.partial_share:
        turn = rng.uniform(0, 2 * np.pi)
        aim += p.partial_aim * np.array([np.cos(turn), np.sin(turn)])
    grown = size * np.exp(rng.normal(0, p.area_spread, 2))
    return Placement(
        shift=_pair(rng.normal(0, (p.shift_x, p.shift_y))),
        rotation_rad=float(rng.normal(0, p.rotation_rad)),
        aim=_pair(aim),
        drag=_pair(rng.normal(0, p.drag, 2)),
        twist_rad=float(rng.normal(0, p.twist_rad)),
        half_axes=_pair(grown * (p.half_width, p.half_height)),
        elastic=float(p.elastic * rng.uniform(0.5, 1.3)),
    )


def contact_map(rng: np.random.Generator, placement: Placement) -> tuple[Field, Field, Field]:
    """Return for each image pixel the finger's x and y under it, and the distance from the middle.

    The distance is 1 on the rim of the contact. It belongs to the contact in the finger's own frame, so
    a partial print is cut where the finger ends, not where the image does.
    """
    p = IMPRESSION
    rows, columns = np.mgrid[0 : p.height + p.grid : p.grid, 0 : p.width + p.grid : p.grid].astype(np.float32)
    x = columns - p.width / 2 - placement.shift[0]
    y = rows - p.height / 2 - placement.shift[1]
    cos, sin = np.cos(placement.rotation_rad), np.sin(placement.rotation_rad)
    u, v = cos * x - sin * y, sin * x + cos * y
    rim = _rim_distance(u, v, placement.half_axes)
    loose = np.clip((rim - p.still_radius) / (1 - p.still_radius), 0, 1.3) ** 2
    turn = placement.twist_rad * loose
    bend = [placement.elastic * smooth_noise(rng, x.shape, p.elastic_scale / p.grid) for _ in range(2)]
    finger_x = u - turn * v + placement.drag[0] * loose + bend[0] + MASTER.core_x + placement.aim[0]
    finger_y = v + turn * u + placement.drag[1] * loose + bend[1] + MASTER.core_y + placement.aim[1]
    return _enlarged(finger_x), _enlarged(finger_y), _enlarged(rim)


def _rim_distance(u: Field, v: Field, half_axes: tuple[float, float]) -> Field:
    # fingertips are rounder at the tip than towards the joint: an exponent between ellipse and rectangle
    power = np.where(v < 0, 2.0, 2.6)
    reach = np.abs(u / half_axes[0]) ** power + np.abs(v / half_axes[1]) ** power
    return np.asarray(reach ** (1 / power), dtype=np.float32)


def _enlarged(coarse: Field) -> Field:
    p = IMPRESSION
    whole = cv2.warpAffine(
        np.asarray(coarse, np.float32),
        np.array([[1 / p.grid, 0, 0], [0, 1 / p.grid, 0]], np.float32),
        (p.width, p.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(whole, dtype=np.float32)


def _pair(values: np.ndarray) -> tuple[float, float]:
    return float(values[0]), float(values[1])
