"""The foreground is where the ridges are."""

import numpy as np

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.segmentation import Box, bounding_box, foreground


def patch_of_ridges(period: float) -> np.ndarray:
    row, column = np.mgrid[:400, :300]
    wave = np.sin(2 * np.pi * (column * 0.8 + row * 0.6) / period)
    inside = (row - 220) ** 2 + (column - 140) ** 2 < 90**2
    return np.where(inside, 128 + 90 * wave, 235).astype(np.uint8)


def test_the_box_encloses_the_ridges() -> None:
    mask = foreground(patch_of_ridges(9), PARAMETERS.segmentation)
    box = bounding_box(mask, 0)
    assert box is not None
    expected = np.array([50, 130, 231, 311])
    assert np.abs(np.array([box.left, box.top, box.right, box.bottom]) - expected).max() < 16


def test_the_margin_stays_inside_the_image() -> None:
    mask = np.ones((50, 40), np.uint8)
    assert bounding_box(mask, 24) == Box(0, 0, 40, 50)
    assert bounding_box(np.zeros((50, 40), np.uint8), 24) is None


def test_period_and_direction_of_ridges_are_measured() -> None:
    ridges = measure_ridges(patch_of_ridges(9), PARAMETERS.ridges)
    assert abs(ridges.typical_period_px() - 9) < 0.4
    assert abs(np.median(ridges.normal_rad[ridges.ridged]) - np.arctan2(0.6, 0.8)) < 0.05
    assert 15_000 < ridges.ridged_area_px < 40_000
