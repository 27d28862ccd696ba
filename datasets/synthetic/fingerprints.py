"""Invented fingers and their prints: a finger is made once from a seed, its impressions differ like touches.

    finger(seed, position, impression)  one print of one finger of one invented person
    master_print(seed, position)        the finger itself, kept in memory for its next impression
    impression(master, seed)            one touch of a sensor

The same arguments give the same picture on the same machine; another processor may round the last bit of
a grey level differently.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from biometrics.template import FingerPosition
from datasets.synthetic.contact import Placement, contact_map, draw_placement
from datasets.synthetic.orientation import (
    Field,
    Pattern,
    choose_pattern,
    orientation_field,
    place_singularities,
    smooth_noise,
)
from datasets.synthetic.parameters import FINGER_SIZE, IMPRESSION, INK, finger_name
from datasets.synthetic.ridges import grow_ridges
from datasets.synthetic.sensors import Sensor, choose_sensor, shown
from datasets.synthetic.skin import skin_texture

GRID = 2  # orientations are worked out on every second pixel


@dataclass(frozen=True, eq=False)
class MasterPrint:
    """A finger: its ridges (about -1 in a valley, 1 on a ridge) and its skin, at 500 dpi.

    Attributes:
        size: Of the finger, against an index finger.
        angle: Ridge direction in radians (y up, modulo pi) on every second pixel.
    """

    pattern: Pattern
    size: float
    ridges: Field
    skin: Field
    angle: Field


@dataclass(frozen=True)
class Touch:
    """The circumstances of one impression.

    Attributes:
        moisture: Added to the ridges' height: about -0.4 very dry (thin, broken) to 0.4 wet (merging).
        grain: Strength of the fine noise on the ridges.
    """

    placement: Placement
    sensor: Sensor
    moisture: float
    grain: float


def finger(seed: int, position: FingerPosition, impression_number: int) -> NDArray[np.uint8]:
    """Return one print of an invented person's finger, 320 x 400 at 500 dpi, dark ridges.

    Args:
        seed: The person.
        impression_number: 0, 1, 2 ...: each is another touch of the same finger.
    """
    return impression(master_print(seed, position), _number(seed, position, impression_number))


@lru_cache(maxsize=20)
def master_print(seed: int, position: FingerPosition) -> MasterPrint:
    """Return one finger of an invented person; takes about a fifth of a second when not kept."""
    rng = np.random.default_rng([seed, position])
    pattern = choose_pattern(rng, position)
    points = place_singularities(rng, pattern, left_hand=position >= FingerPosition.LEFT_THUMB)
    angle = orientation_field(rng, points, GRID)
    ridges = grow_ridges(rng, angle)
    return MasterPrint(pattern, FINGER_SIZE[finger_name(position)], ridges, skin_texture(rng, ridges), angle)


def draw_touch(rng: np.random.Generator, size: float) -> Touch:
    """Draw the circumstances of an ordinary impression."""
    placement = draw_placement(rng, size)
    moisture = float(rng.normal(0, IMPRESSION.moisture))
    return Touch(placement, choose_sensor(rng), moisture, float(rng.uniform(*INK.grain)))


def impression(master: MasterPrint, seed: int, touch: Touch | None = None) -> NDArray[np.uint8]:
    """Return one print of a finger at 500 dpi; without a touch one is drawn from the seed."""
    rng = np.random.default_rng(seed)
    touch = touch or draw_touch(rng, master.size)
    x, y, rim = contact_map(rng, touch.placement)
    height = _seen(master.ridges, x, y, outside=-1) + _seen(master.skin, x, y, outside=0)
    return shown(rng, _inked(rng, height, rim, touch), touch.sensor)


def encode_png(image: NDArray[np.uint8], dpi: int = 500) -> bytes:
    """Return the image as PNG with its resolution stated in the file."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def _inked(rng: np.random.Generator, height: Field, rim: Field, touch: Touch) -> Field:
    """Return the share of each pixel that a ridge touches, 0 to 1."""
    shape = height.shape
    level = height + touch.moisture + INK.patches * smooth_noise(rng, shape, INK.patch_scale)
    fine = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), 0.9) * np.float32(3.2)
    level += touch.grain * (0.6 * fine + 0.4 * smooth_noise(rng, shape, 2.5))
    # towards the rim the pressure falls: ridges thin out, break and end; the rim itself is ragged
    frayed = rim + INK.fraying * smooth_noise(rng, shape, INK.fraying_scale)
    level -= INK.rim_loss * np.clip((frayed - INK.rim_start) / (1 - INK.rim_start), 0, 3) ** 2
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 / IMPRESSION.softness * level), dtype=np.float32)


def _seen(values: Field, x: Field, y: Field, outside: float) -> Field:
    seen = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=outside)
    return np.asarray(seen, dtype=np.float32)


def _number(seed: int, position: FingerPosition, impression_number: int) -> int:
    return int(np.random.SeedSequence([seed, position, impression_number]).generate_state(1, np.uint64)[0])
