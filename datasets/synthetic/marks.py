"""Turns a print into a mark from a scene: a part of it, turned, faint, blurred, on a disturbing ground.

Simulated, not lifted: real marks also smear, overlap and come through powder, and nobody knows how much
of the finger they show. What is simulated is drawn from ``datasets/synthetic/mark_parameters.py``.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.segmentation import foreground
from datasets.synthetic.mark_grounds import draw_ground
from datasets.synthetic.mark_parameters import MARKS, MarkParameters
from datasets.synthetic.orientation import smooth_noise

Grey = NDArray[np.uint8]
Field = NDArray[np.float32]
Random = np.random.Generator


@dataclass(frozen=True)
class Mark:
    """A simulated mark and what is known of it.

    Attributes:
        image: 500 dpi, as the print was.
        share: Part of the print's area that the mark shows.
        turn_rad: Counter-clockwise turn against the print.
        ground: Name of what it lies on.
        inverted: Whether ridges are light on dark.
    """

    image: Grey
    share: float
    turn_rad: float
    ground: str
    inverted: bool


def make_mark(print_image: Grey, share: float, random: Random, limits: MarkParameters = MARKS) -> Mark:
    """Return a mark of about ``share`` of the print's area; everything else about it is drawn.

    Args:
        print_image: One print, ridges dark on light, 500 dpi.
    """
    skin = foreground(print_image, PARAMETERS.segmentation).astype(np.float32)
    patch = _patch(skin, share, random, limits)
    turn = float(random.uniform(0, math.tau))
    touched = _turned(np.stack([_relief(print_image, limits) * patch, patch], 2), patch, turn, random, limits)
    ink, cover = touched[..., 0], touched[..., 1]
    pressure = 1 + limits.pressure_spread * smooth_noise(random, ink.shape, limits.pressure_scale_px)
    contrast = random.uniform(*limits.contrast)
    ground, name = draw_ground(ink.shape, random, limits)
    # a ridge darkens what is under it, a furrow hardly does
    shown = ground - contrast * np.clip(pressure, 0.2, None) * (ink + cover * limits.smear)
    shown = cv2.GaussianBlur(shown, (0, 0), random.uniform(*limits.blur_px))
    shown = shown + _grain(shown.shape, random, limits)
    inverted = bool(random.random() < limits.inverted_share)
    grey = np.clip(np.rint(255 - shown if inverted else shown), 0, 255).astype(np.uint8)
    return Mark(grey, float(patch.sum() / max(skin.sum(), 1)), turn, name, inverted)


def _relief(image: Grey, limits: MarkParameters) -> Field:
    """Ridges as 1, furrows as 0, without the slow change of grey; about 0.5 where there is no contrast."""
    grey = image.astype(np.float32)
    mean = cv2.GaussianBlur(grey, (0, 0), limits.levelling_px)
    spread = np.sqrt(cv2.GaussianBlur((grey - mean) ** 2, (0, 0), limits.levelling_px)) + 4
    return np.asarray(np.clip(0.5 - (grey - mean) / (2.6 * spread), 0, 1), np.float32)


def _patch(skin: Field, share: float, random: Random, limits: MarkParameters) -> Field:
    """A soft-edged blob inside the print with the wanted part of its area."""
    rows, columns = np.nonzero(skin)
    place = int(random.integers(len(rows)))
    pull = random.uniform(*limits.towards_middle)
    centre_x = columns[place] + pull * (columns.mean() - columns[place])
    centre_y = rows[place] + pull * (rows.mean() - rows[place])
    y, x = np.indices(skin.shape, np.float32)
    angle = np.arctan2(y - centre_y, x - centre_x)
    aspect, tilt = random.uniform(*limits.aspect), random.uniform(0, math.pi)
    outline = 1 / np.hypot(np.cos(angle - tilt), np.sin(angle - tilt) / aspect)
    for wave in (2, 3, 4, 5):
        outline *= 1 + random.normal(0, limits.outline_spread) * np.cos(wave * angle + random.uniform(0, 7))
    reach = np.hypot(x - centre_x, y - centre_y) / np.maximum(outline, 0.2)
    inside = np.sort(reach[skin > 0])
    radius = inside[min(int(share * len(inside)), len(inside) - 1)]
    soft = np.clip((radius - reach) / limits.edge_px + 0.5, 0, 1)
    return np.asarray(soft * skin, np.float32)


def _turned(layers: Field, patch: Field, turn: float, random: Random, limits: MarkParameters) -> Field:
    """Turn the layers about the patch's middle, onto a canvas that leaves some room around it."""
    rows, columns = np.nonzero(patch > 0.5)
    middle = (float(columns.mean()), float(rows.mean()))
    reach = float(np.hypot(columns - middle[0], rows - middle[1]).max())
    side = 2 * math.ceil(reach + random.uniform(*limits.room_px))
    motion = cv2.getRotationMatrix2D(middle, math.degrees(turn), 1.0)
    motion[:, 2] += np.subtract(side / 2, middle)
    return np.asarray(cv2.warpAffine(layers, motion, (side, side), flags=cv2.INTER_CUBIC), np.float32)


def _grain(shape: tuple[int, ...], random: Random, limits: MarkParameters) -> Field:
    """Noise of the camera from pixel to pixel, and of powder as coarse as dust."""
    fine = random.normal(0, random.uniform(*limits.noise), shape)
    coarse = cv2.GaussianBlur(random.normal(0, 1, shape), (0, 0), limits.dust_px)
    return np.asarray(fine + random.uniform(*limits.dust) * coarse / coarse.std(), np.float32)
