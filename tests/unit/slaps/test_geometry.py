"""A box that leans to the left has its top left of its bottom, and cutting it out turns it upright."""

import numpy as np
import pytest

from biometrics.fingerprint.segmentation import Box
from biometrics.fingerprint.slaps.geometry import RotatedBox, cut_out


def test_a_positive_angle_leans_to_the_left() -> None:
    corners = RotatedBox(100, 100, 40, 80, 0.3).corners()
    top, bottom = corners[:2].mean(0), corners[2:].mean(0)
    assert top[0] < bottom[0]
    assert top[1] < bottom[1]
    assert np.hypot(*(top - bottom)) == pytest.approx(80)


def test_bounds_stay_inside_the_image() -> None:
    assert RotatedBox(20, 30, 60, 40, 0.0).bounds(45, 48) == Box(0, 10, 45, 48)


def test_what_is_cut_out_stands_upright() -> None:
    box = RotatedBox(150, 160, 60, 120, 0.4)
    picture = np.full((320, 300), 255, np.uint8)
    rows, columns = np.mgrid[:320, :300]
    along = np.sin(0.4) * (columns - 150) + np.cos(0.4) * (rows - 160)
    across = np.cos(0.4) * (columns - 150) - np.sin(0.4) * (rows - 160)
    picture[(abs(along) < 60) & (abs(across) < 30)] = 100
    picture[(along < -40) & (along > -60) & (abs(across) < 30)] = 0  # the tip
    cut = cut_out(picture, box, margin_px=10)
    assert cut.shape == (140, 80)
    assert cut[12:28, 14:-14].max() < 40
    assert (abs(cut[34:-14, 14:-14].astype(int) - 100) < 10).all()
    assert cut[:8].min() > 240
