"""What belongs to the finger beside its ridges: pores, rough ridge edges and creases."""

import cv2
import numpy as np

from datasets.synthetic.orientation import Field, smooth_noise
from datasets.synthetic.parameters import SKIN


def skin_texture(rng: np.random.Generator, ridges: Field) -> Field:
    """Return what is added to the ridge height, in its units; negative where the skin stays off the glass."""
    texture = SKIN.roughness * smooth_noise(rng, ridges.shape, SKIN.roughness_scale)
    texture -= SKIN.pore_depth * _pores(rng, ridges)
    texture -= SKIN.crease_depth * _creases(rng, ridges.shape)
    return np.asarray(texture, dtype=np.float32)


def _pores(rng: np.random.Generator, ridges: Field) -> Field:
    """Return the pores as soft dots of height 1, on the ridges' crests."""
    dots = np.zeros(ridges.shape, np.float32)
    rows, columns = np.nonzero(ridges > SKIN.crest)
    chosen = rng.choice(len(rows), size=int(len(rows) * SKIN.pores_per_crest_pixel), replace=False)
    dots[rows[chosen], columns[chosen]] = rng.uniform(0.3, 1.0, len(chosen)).astype(np.float32)
    blurred = cv2.GaussianBlur(dots, (0, 0), SKIN.pore_radius)
    return np.asarray(blurred * (2 * np.pi * SKIN.pore_radius**2), dtype=np.float32)


def _creases(rng: np.random.Generator, shape: tuple[int, ...]) -> Field:
    """Return thin slightly bent lines of height 1."""
    drawn = np.zeros(shape, np.uint8)
    for _ in range(rng.poisson(SKIN.creases)):
        middle = rng.uniform((0.15, 0.15), (0.85, 0.85)) * (shape[1], shape[0])
        angle, length = rng.uniform(0, np.pi), rng.gamma(3, SKIN.crease_length / 3)
        along = np.array([np.cos(angle), np.sin(angle)])
        bend = rng.normal(0, 0.06) * length * np.array([-along[1], along[0]])
        points = [middle - along * length / 2, middle + bend, middle + along * length / 2]
        curve = np.rint(np.array(points)).astype(np.int32)
        cv2.polylines(drawn, [curve], isClosed=False, color=255, thickness=int(rng.integers(1, 3)))
    return np.asarray(cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 0.9) / 255, dtype=np.float32)
