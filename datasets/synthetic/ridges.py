"""Grows a ridge pattern along an orientation field: spots are filtered again and again until ridges meet.

Where the ridges of two spots meet out of step a minutia is born, and so it is wherever ridges diverge,
which is why nobody has to place minutiae.
"""

from functools import lru_cache

import cv2
import numba
import numpy as np
from numpy.typing import NDArray

from datasets.synthetic.orientation import Field, smooth_noise
from datasets.synthetic.parameters import MASTER


def grow_ridges(rng: np.random.Generator, angle: Field) -> Field:
    """Return the pattern at 500 dpi, about -1 (valley) to 1 (ridge).

    Args:
        rng: Decides the finger's ridge period and where ridges start.
        angle: Ridge direction in radians, y up, on every second pixel.
    """
    period = _period_map(rng, angle.shape)
    half = _filtered(_spots(rng, angle.shape), angle, period, scale=2, rounds=MASTER.growth_rounds)
    # angles are enlarged as doubled unit vectors, since they are only known modulo pi
    cos, sin = _resized(np.cos(2 * angle)), _resized(np.sin(2 * angle))
    fine = np.asarray(np.arctan2(sin, cos) / 2, dtype=np.float32)
    whole = _resized(half, cv2.INTER_CUBIC)
    return _filtered(whole, fine, _resized(period), scale=1, rounds=MASTER.finish_rounds)


def _resized(image: Field, interpolation: int = cv2.INTER_LINEAR) -> Field:
    whole = cv2.resize(image, (MASTER.width, MASTER.height), interpolation=interpolation)
    return np.asarray(whole, dtype=np.float32)


def _period_map(rng: np.random.Generator, shape: tuple[int, ...]) -> Field:
    base = np.clip(rng.normal(MASTER.period_mean, MASTER.period_spread), 8.2, 9.8)
    tip = np.linspace(MASTER.period_tip, -MASTER.period_tip, shape[0], dtype=np.float32)[:, None] / 2
    waves = MASTER.period_waviness * smooth_noise(rng, shape, 40)
    return np.asarray(base * (1 + tip + waves), dtype=np.float32)


def _spots(rng: np.random.Generator, shape: tuple[int, ...]) -> Field:
    spots = np.zeros(shape, np.float32)
    count = int(4 * shape[0] * shape[1] / MASTER.seed_spacing**2)
    spots[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = 1.0
    return np.asarray(cv2.GaussianBlur(spots, (0, 0), 0.8), dtype=np.float32)


def _filtered(image: Field, angle: Field, period: Field, scale: int, rounds: int) -> Field:
    kernels = _kernels(scale)
    radius, filled = kernels.shape[2] // 2, kernels.shape[3] - kernels.shape[2]
    margin = ((radius, radius), (radius, radius + filled))
    turns = np.rint(angle / np.pi * MASTER.orientations).astype(np.int32) % MASTER.orientations
    first, step = MASTER.periods[0], MASTER.periods[1] - MASTER.periods[0]
    sizes = np.clip(np.rint((period - first) / step), 0, len(MASTER.periods) - 1).astype(np.int32)
    for _ in range(rounds):
        image = np.tanh(MASTER.gain * _convolved(np.pad(image, margin), kernels, turns, sizes))
    return image


@lru_cache(maxsize=2)
def _kernels(scale: int) -> NDArray[np.float32]:
    """Return the filter table [period, orientation, y, x]: Gabor, zero mean, unit answer to its own wave.

    Rows are filled up with zeros to a multiple of 16, the width of a vector register: half the time.
    """
    radius = int(np.ceil(1.1 * MASTER.periods[-1] / scale))
    side = 2 * radius + 1
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    table = np.zeros((len(MASTER.periods), MASTER.orientations, side, -(-side // 16) * 16), np.float32)
    for size, period in enumerate(MASTER.periods):
        for turn in range(MASTER.orientations):
            theta = np.pi * turn / MASTER.orientations
            u = columns * np.cos(theta) - rows * np.sin(theta)  # along the ridge; rows point down
            v = columns * np.sin(theta) + rows * np.cos(theta)
            wave = np.cos(2 * np.pi * v * scale / period)
            envelope = np.exp(
                -0.5
                * ((u / (MASTER.along * period / scale)) ** 2 + (v / (MASTER.across * period / scale)) ** 2)
            )
            kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
            table[size, turn, :, :side] = kernel / (kernel * wave).sum()
    return table


@numba.njit(cache=True, fastmath=True, nogil=True)
def _convolved(
    padded: NDArray[np.float32],
    kernels: NDArray[np.float32],
    turns: NDArray[np.int32],
    sizes: NDArray[np.int32],
) -> NDArray[np.float32]:
    height, width = kernels.shape[2:]
    out = np.empty(turns.shape, np.float32)
    for row in range(turns.shape[0]):
        for column in range(turns.shape[1]):
            kernel = kernels[sizes[row, column], turns[row, column]]
            total = np.float32(0)
            for i in range(height):
                for j in range(width):
                    total += kernel[i, j] * padded[row + i, column + j]
            out[row, column] = total
    return out
