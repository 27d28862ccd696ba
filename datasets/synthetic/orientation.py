"""The orientation field of a finger: where its loops and deltas lie, and which way its ridges run.

Inside this file y points up and the origin is the middle of the pattern, as in the literature.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition
from datasets.synthetic.parameters import MASTER, PATTERN_SHARES, finger_name

Field = NDArray[np.float32]


class Pattern(StrEnum):
    """The main pattern classes, in the order of PATTERN_SHARES."""

    PLAIN_ARCH = "plain_arch"
    TENTED_ARCH = "tented_arch"
    ULNAR_LOOP = "ulnar_loop"
    RADIAL_LOOP = "radial_loop"
    WHORL = "whorl"
    DOUBLE_LOOP = "double_loop"


@dataclass(frozen=True)
class Singularities:
    """Loop cores and deltas as complex positions, and the strength (rad) of the arch they sit on."""

    cores: tuple[complex, ...]
    deltas: tuple[complex, ...]
    arch_rad: float
    arch_width: float


def choose_pattern(rng: np.random.Generator, position: FingerPosition) -> Pattern:
    """Draw a pattern with the frequency it has on that finger."""
    shares = np.array(PATTERN_SHARES[finger_name(position)])
    return list(Pattern)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def place_singularities(rng: np.random.Generator, pattern: Pattern, left_hand: bool) -> Singularities:
    """Draw the singular points of a pattern.

    A print of the right hand has its ulnar loops open to the right, so their delta lies to the left.
    """
    side = 1.0 if left_hand else -1.0
    if pattern is Pattern.RADIAL_LOOP:
        side = -side
    jitter = complex(*rng.normal(0, 6, 2))
    low = -rng.uniform(75, 160)
    if pattern is Pattern.PLAIN_ARCH:
        return Singularities((), (), rng.uniform(0.75, 1.0), rng.uniform(50, 85))
    if pattern is Pattern.TENTED_ARCH:
        delta = jitter + complex(rng.normal(0, 5), -rng.uniform(55, 95))
        return Singularities((jitter,), (delta,), rng.uniform(0.45, 0.6), rng.uniform(90, 130))
    if pattern in (Pattern.ULNAR_LOOP, Pattern.RADIAL_LOOP):
        delta = jitter + complex(side * rng.uniform(60, 140), low)
        return Singularities((jitter,), (delta,), rng.uniform(0.35, 0.75), rng.uniform(90, 150))
    half = rng.uniform(6, 26) if pattern is Pattern.WHORL else rng.uniform(24, 36)
    lean = rng.uniform(-0.6, 0.6) if pattern is Pattern.WHORL else side * rng.uniform(0.5, 1.1)
    axis = half * np.exp(1j * (np.pi / 2 + lean))
    deltas = (complex(-rng.uniform(85, 140), low), complex(rng.uniform(85, 140), low + rng.normal(0, 20)))
    return Singularities(
        (complex(jitter + axis), complex(jitter - axis)),
        deltas,
        rng.uniform(0.15, 0.35),
        rng.uniform(110, 150),
    )


def orientation_field(rng: np.random.Generator, points: Singularities, scale: int) -> Field:
    """Return the ridge direction in radians (y up, modulo pi) on a grid of every ``scale``-th pixel."""
    rows, columns = np.mgrid[0 : MASTER.height : scale, 0 : MASTER.width : scale]
    x, y = columns - MASTER.core_x, MASTER.core_y - rows
    z = x + 1j * y
    # ridges arch over the tip and run level at the base
    rise = points.arch_rad / (1 + np.exp(-(y + 60) / 45))
    angle = -rise * np.tanh(x / points.arch_width)
    for core in points.cores:
        turn = np.angle(z - core)
        angle = angle + 0.5 * (_corrected(rng, turn) - _straightened(rng, turn, core, points))
    for delta in points.deltas:
        angle = angle - 0.5 * _corrected(rng, np.angle(z - delta))
    waves = smooth_noise(rng, angle.shape, MASTER.field_waviness_scale / scale)
    return np.asarray(angle + MASTER.field_waviness_rad * waves, dtype=np.float32)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Field:
    """Return noise of mean 0 and standard deviation 1 that varies over ``scale`` pixels."""
    # drawn coarse and enlarged: the same statistics as blurring full-size noise, at a fraction of the work
    step = max(1, int(scale / 3))
    sigma = scale / step
    margin = int(np.ceil(3 * sigma))
    height, width = -(-shape[0] // step) + 2 * margin, -(-shape[1] // step) + 2 * margin
    coarse = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), sigma)
    coarse = coarse[margin:-margin, margin:-margin] * np.float32(2 * np.sqrt(np.pi) * sigma)
    noise = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
    return np.asarray(noise[: shape[0], : shape[1]], dtype=np.float32)


def _corrected(rng: np.random.Generator, angle: NDArray[np.float64]) -> NDArray[np.float64]:
    # Vizcaya-Gerhardt: the turn around a singular point is not uniform; two harmonics with zero net turn
    first, second = rng.normal(0, 0.14, 2)
    phase_a, phase_b = rng.uniform(0, 2 * np.pi, 2)
    return np.asarray(angle + first * np.sin(angle + phase_a) + second * np.sin(2 * angle + phase_b))


def _straightened(
    rng: np.random.Generator, turn: NDArray[np.float64], core: complex, points: Singularities
) -> NDArray[np.float64]:
    """Return the correction that makes a single loop's legs run side by side instead of spreading."""
    if len(points.cores) != 1:
        return np.zeros_like(turn)
    # the loop opens where the core's own turn and the delta's cancel: at minus the angle seen from the delta
    opening = -np.angle(core - points.deltas[0])
    return np.asarray(rng.uniform(0.25, 0.6) * np.sin(turn - opening))
