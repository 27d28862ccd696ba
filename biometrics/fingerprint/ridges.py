"""Measures ridges block by block: is there one dominant wave, how long is it, which way does it run."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import RidgeParameters

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class RidgeMap:
    """Values on a grid of overlapping blocks.

    Attributes:
        period_px: Length of the dominant wave.
        normal_rad: Direction across the ridges, 0 to pi, image axes.
        clarity: Share of the block's contrast that the dominant wave holds, 0 to 1.
        contrast: Standard deviation of the grey values.
        mean: Mean grey value.
        ridged: Blocks whose wave is clear, of plausible length, and agrees with its neighbours'.
        step_px: Distance of the grid's nodes.
    """

    period_px: Floats
    normal_rad: Floats
    clarity: Floats
    contrast: Floats
    mean: Floats
    ridged: NDArray[np.bool_]
    step_px: int

    @property
    def ridged_area_px(self) -> float:
        """Area that carries ridges."""
        return float(self.ridged.sum()) * self.step_px**2

    def typical_period_px(self) -> float:
        """Median period of the ridged blocks, 0 if there are none."""
        return float(np.median(self.period_px[self.ridged])) if self.ridged.any() else 0.0


def measure_ridges(image: Grey, parameters: RidgeParameters) -> RidgeMap:
    """Return the ridge map of an image that has at least one block."""
    blocks = _blocks(image, parameters)
    mean = blocks.mean((2, 3))
    window, low, high = _windows(parameters)
    power = np.abs(np.fft.rfft2((blocks - mean[..., None, None]) * window, axes=(2, 3))) ** 2
    side = parameters.block_px
    frequency_y = np.fft.fftfreq(side)[:, None]
    frequency_x = np.fft.rfftfreq(side)[None, :]
    weighted = (power * high).reshape(*mean.shape, -1)
    peak = weighted.argmax(-1)
    row, column = np.divmod(peak, power.shape[-1])
    near, fy, fx = _around_peak(power * high, row, column, frequency_y, frequency_x)
    total = (power * low).sum((2, 3)) + 1e-6
    length = np.hypot(fy, fx) + 1e-9
    period = (1 / length).astype(np.float32)
    normal = np.mod(np.arctan2(fy, fx), np.pi).astype(np.float32)
    clarity = np.clip(near / total, 0, 1).astype(np.float32)
    contrast = blocks.std((2, 3)).astype(np.float32)
    wave = (clarity >= parameters.clear) & (contrast >= parameters.lowest_contrast)
    wave &= (period >= parameters.shortest_period_px) & (period <= parameters.longest_period_px)
    ridged = wave & _agrees(normal, period, wave, parameters)
    return RidgeMap(period, normal, clarity, contrast, mean.astype(np.float32), ridged, parameters.step_px)


def _blocks(image: Grey, parameters: RidgeParameters) -> Floats:
    side, step = parameters.block_px, parameters.step_px
    rows, columns = max(side - image.shape[0], 0), max(side - image.shape[1], 0)
    padded = np.pad(image, ((0, rows), (0, columns)), mode="edge") if rows or columns else image
    views = np.lib.stride_tricks.sliding_window_view(padded, (side, side))[::step, ::step]
    return views.astype(np.float32)


@lru_cache(maxsize=4)
def _windows(parameters: RidgeParameters) -> tuple[Floats, Floats, Floats]:
    """Hann window; mask of all that counts as contrast; mask of periods a ridge can have."""
    side = parameters.block_px
    hann = np.hanning(side + 2)[1:-1]
    length = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    doubled = np.where(np.arange(side // 2 + 1) % (side // 2) == 0, 1.0, 2.0)[None, :]  # rfft keeps one half
    # waves as long as the block are shading: they count less, or uneven pressure would look like noise
    counted = np.where(length < 1.5 / side, parameters.shading_weight, 1.0) * (length > 0) * doubled
    plausible = (length >= 1 / parameters.longest_period_px) & (length <= 1 / parameters.shortest_period_px)
    return (
        np.outer(hann, hann).astype(np.float32),
        counted.astype(np.float32),
        plausible.astype(np.float32),
    )


def _around_peak(
    power: Floats, row: NDArray[np.int64], column: NDArray[np.int64], frequency_y: Floats, frequency_x: Floats
) -> tuple[Floats, Floats, Floats]:
    """Energy within one bin of the peak, and its centre of gravity in frequency."""
    side = power.shape[2]
    energy = np.zeros(row.shape)
    sum_y = np.zeros(row.shape)
    sum_x = np.zeros(row.shape)
    i, j = np.indices(row.shape)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            c = np.clip(column + dx, 0, power.shape[3] - 1)
            value = power[i, j, (row + dy) % side, c] * ((column + dx >= 0) & (column + dx < power.shape[3]))
            energy += value * np.where((c == 0) | (c == power.shape[3] - 1), 1.0, 2.0)
            sum_y += value * (frequency_y[row, 0] + dy / side)
            sum_x += value * (frequency_x[0, column] + dx / side)
    weight = np.maximum(energy / 2, 1e-9)
    return (
        energy.astype(np.float32),
        (sum_y / weight).astype(np.float32),
        (sum_x / weight).astype(np.float32),
    )


def _agrees(
    normal: Floats, period: Floats, wave: NDArray[np.bool_], parameters: RidgeParameters
) -> NDArray[np.bool_]:
    """Whether most of a block's clear neighbours run nearly the same way with nearly the same period."""
    turned = np.pad(np.exp(2j * normal) * wave, 1)
    log_period = np.pad(np.log(period), 1)
    present = np.pad(wave, 1)
    height, width = normal.shape
    votes = np.zeros(normal.shape, np.int64)
    for dy in (0, 1, 2):
        for dx in (0, 1, 2):
            if dy == dx == 1:
                continue
            window = (slice(dy, dy + height), slice(dx, dx + width))
            alike = (turned[window] * np.exp(-2j * normal)).real > np.cos(2 * parameters.turn_rad)
            same = np.abs(log_period[window] - np.log(period)) < parameters.period_ratio
            votes += present[window] & alike & same
    return votes >= parameters.agreeing
