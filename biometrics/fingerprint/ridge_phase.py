"""Where the ridges themselves run: on a coarse grid the phase, direction, period and clarity of their wave.

Between two nodes the ridges follow from the nearest wave, so that three bytes every 12 pixels redraw the
print. A node's wave is found by a small Gabor filter that turns and stretches itself to what it meets.
"""

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.compiled import kernel
from biometrics.fingerprint.parameters import PhaseParameters, SegmentationParameters
from biometrics.fingerprint.segmentation import Grey, foreground

STEP_PX = 12
"""Distance of the nodes at 500 dpi. With 8 the error rates are the same, and the bytes twice as many."""

PHASE_STEPS = 256  # per turn
NORMAL_STEPS = 256  # per half turn
SHORTEST_PX, LONGEST_PX = 5.0, 16.0
PERIOD_STEPS = 31  # of equal ratio between the two, so five bits
CLARITY_STEPS = 7  # three bits

Floats = NDArray[np.float32]
Sums = tuple[float, float, float, float, float, float, float, float]
TAU = 2 * math.pi


def _nowhere() -> NDArray[np.bool_]:
    return np.zeros((0, 0), np.bool_)


def _nothing() -> NDArray[np.uint8]:
    return np.zeros((0, 3), np.uint8)


@dataclass(frozen=True)
class RidgePhase:
    """The ridges of a print, in the codes that are stored; empty where there was no image.

    Attributes:
        left, top: Pixel at 500 dpi half a pixel before the first node.
        shown: ``(rows, columns)``, whether a node lies on clear ridges.
        waves: ``(n, 3)`` for the shown nodes in row order: phase, direction of the ridges' normal
            (clockwise from the x axis, half a turn), and period with clarity.
    """

    left: int = 0
    top: int = 0
    shown: NDArray[np.bool_] = field(default_factory=_nowhere)
    waves: NDArray[np.uint8] = field(default_factory=_nothing)


NO_PHASE = RidgePhase()
"""Of templates made from minutiae alone."""


def measure_phase(
    crop: Grey, left: int, top: int, parameters: PhaseParameters, segmentation: SegmentationParameters
) -> RidgePhase:
    """Return the ridges of a print that was cut out of its image at (``left``, ``top``)."""
    height, width = (side // 2 * 2 for side in crop.shape)
    even = np.ascontiguousarray(crop[:height, :width])
    image, inside = _normalised(even, foreground(even, segmentation), parameters)
    half = STEP_PX // 2
    waves, shown = _waves(image, inside, _normals(image, parameters), half, parameters)
    first = 2 * (half // 2)
    return RidgePhase(left + first, top + first, shown, waves[shown])


def _normalised(grey: Grey, mask: Grey, parameters: PhaseParameters) -> tuple[Floats, Floats]:
    """The print at 250 dpi with equal contrast everywhere, and where it is, a little inside its edge."""
    size = (grey.shape[1] // 2, grey.shape[0] // 2)
    image = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST).astype(np.float32)
    sigma = parameters.contrast_sigma_px
    share = cv2.GaussianBlur(inside, (0, 0), sigma) + 1e-3
    mean = cv2.GaussianBlur(image * inside, (0, 0), sigma) / share
    variance = cv2.GaussianBlur((image - mean) ** 2 * inside, (0, 0), sigma) / share
    level = (image - mean) / (np.sqrt(variance) + parameters.faint_contrast) * inside
    return level.astype(np.float32), np.asarray(cv2.erode(inside, np.ones((5, 5), np.uint8)), np.float32)


def _normals(image: Floats, parameters: PhaseParameters) -> Floats:
    """A first guess of the direction across the ridges: the mean direction of the gradients."""
    smooth = cv2.GaussianBlur(image, (0, 0), 1.0)
    x, y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    along = cv2.GaussianBlur(x * x - y * y, (0, 0), parameters.direction_sigma_px)
    across = cv2.GaussianBlur(2 * x * y, (0, 0), parameters.direction_sigma_px)
    return np.asarray(0.5 * np.arctan2(across, along), np.float32)


@kernel
def _waves(
    image: Floats, inside: Floats, normals: Floats, step: int, parameters: PhaseParameters
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Codes of each node's wave, and whether there is one; the nodes lie in the middle of their cells."""
    rows, columns = image.shape[0] // step, image.shape[1] // step
    codes = np.zeros((rows, columns, 3), np.uint8)
    shown = np.zeros((rows, columns), np.bool_)
    for v in range(rows):
        for u in range(columns):
            x = u * step + step // 2
            y = v * step + step // 2
            if inside[y, x] <= 0:
                continue
            across, down, phase, clarity = _wave_at(image, x, y, normals[y, x], parameters)
            number = math.sqrt(across * across + down * down)
            if clarity < parameters.lowest_clarity or number <= 0:
                continue
            period = 2 * TAU / number
            if SHORTEST_PX < period < LONGEST_PX:
                shown[v, u] = True
                _encode(codes[v, u], phase, math.atan2(down, across), period, clarity)
    return codes, shown


@kernel
def _wave_at(
    image: Floats, x: int, y: int, normal: float, parameters: PhaseParameters
) -> tuple[float, float, float, float]:
    """Wave vector, phase and clarity (share of the window's energy in this wave) at a pixel.

    The wave vector moves to the centre of the window's spectrum: where z(k) is the response, it lies
    Re(dz/dk / z) / sigma^2 away.
    """
    across = parameters.wave_number * math.cos(normal)
    down = parameters.wave_number * math.sin(normal)
    sigma = parameters.first_sigma_px
    for _ in range(2):
        real, imaginary, x_real, x_imaginary, y_real, y_imaginary, _energy, _mass = _respond(
            image, x, y, across, down, sigma
        )
        square = (real * real + imaginary * imaginary) * sigma * sigma
        if square <= 0:
            return 0.0, 0.0, 0.0, 0.0
        move_x = (x_imaginary * real - x_real * imaginary) / square
        move_y = (y_imaginary * real - y_real * imaginary) / square
        far = math.sqrt(move_x * move_x + move_y * move_y)
        share = min(1.0, parameters.largest_move / max(far, 1e-9))
        across += share * move_x
        down += share * move_y
        sigma = parameters.sigma_px
    real, imaginary, _a, _b, _c, _d, energy, mass = _respond(image, x, y, across, down, sigma)
    if energy <= 0:
        return 0.0, 0.0, 0.0, 0.0
    clarity = 2 * (real * real + imaginary * imaginary) / (mass * energy)
    return across, down, math.atan2(imaginary, real), min(clarity, 1.0)


@kernel
def _respond(image: Floats, x: int, y: int, across: float, down: float, sigma: float) -> Sums:
    """Response to a wave in a Gaussian window, its first moments in x and y, the energy and the mass."""
    reach = int(2.5 * sigma + 0.5)
    real = imaginary = x_real = x_imaginary = y_real = y_imaginary = energy = mass = 0.0
    left, right = max(-reach, -x), min(reach, image.shape[1] - 1 - x)
    narrow = 1.0 / (2.0 * sigma * sigma)
    for j in range(max(-reach, -y), min(reach, image.shape[0] - 1 - y) + 1):
        row_real = row_imaginary = side_real = side_imaginary = row_energy = row_mass = 0.0
        for i in range(left, right + 1):
            near = math.exp(-i * i * narrow)
            value = image[y + j, x + i]
            cosine = math.cos(across * i) * near * value
            sine = -math.sin(across * i) * near * value
            row_real += cosine
            row_imaginary += sine
            side_real += i * cosine
            side_imaginary += i * sine
            row_energy += near * value * value
            row_mass += near
        near = math.exp(-j * j * narrow)
        cosine = math.cos(down * j) * near
        sine = -math.sin(down * j) * near
        part_real = cosine * row_real - sine * row_imaginary
        part_imaginary = cosine * row_imaginary + sine * row_real
        real += part_real
        imaginary += part_imaginary
        x_real += cosine * side_real - sine * side_imaginary
        x_imaginary += cosine * side_imaginary + sine * side_real
        y_real += j * part_real
        y_imaginary += j * part_imaginary
        energy += near * row_energy
        mass += near * row_mass
    return real, imaginary, x_real, x_imaginary, y_real, y_imaginary, energy, mass


@kernel
def _encode(code: NDArray[np.uint8], phase: float, normal: float, period: float, clarity: float) -> None:
    """Write a wave into three bytes, its normal turned into the upper half turn."""
    turned = round(normal / math.pi * NORMAL_STEPS)
    if turned < 0 or turned >= NORMAL_STEPS:
        turned %= NORMAL_STEPS
        phase = -phase
    code[0] = round(phase / TAU * PHASE_STEPS) % PHASE_STEPS
    code[1] = turned
    share = math.log(period / SHORTEST_PX) / math.log(LONGEST_PX / SHORTEST_PX)
    code[2] = (round(share * PERIOD_STEPS) << 3) | max(1, round(clarity * CLARITY_STEPS))
