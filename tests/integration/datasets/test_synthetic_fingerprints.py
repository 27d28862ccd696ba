"""Synthetic prints: repeatable, with ridges of human width, alike for one finger and unlike for two."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from biometrics.template import FingerPosition
from datasets.synthetic.contact import Placement
from datasets.synthetic.fingerprints import (
    Touch,
    encode_png,
    finger,
    impression,
    master_print,
)
from datasets.synthetic.sensors import SENSORS

INDEX = FingerPosition.RIGHT_INDEX
STRAIGHT = Placement((0, 0), 0.0, (0, 0), (0, 0), 0.0, (122, 168), elastic=0.0)
CLEAN = Touch(STRAIGHT, SENSORS[0], moisture=0.0, grain=0.2)


def _middle(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    patch = image[100:300, 80:240].astype(np.float64)
    return (patch - patch.mean()) / patch.std()


def _likeness(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float((_middle(a) * _middle(b)).mean())


def test_same_arguments_give_the_same_print() -> None:
    first = finger(1, INDEX, 0)
    master_print.cache_clear()
    assert np.array_equal(first, finger(1, INDEX, 0))


def test_print_has_the_stated_form_and_dark_ridges_in_its_middle() -> None:
    image = finger(1, INDEX, 1)
    assert image.shape == (400, 320)
    assert image.dtype == np.uint8
    rim = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    assert np.median(rim) > np.percentile(image[100:300, 80:240], 40)


def test_impressions_of_a_finger_differ_but_its_ridges_agree() -> None:
    master = master_print(1, INDEX)
    a, b = (impression(master, seed, CLEAN) for seed in (10, 11))
    assert not np.array_equal(a, b)
    assert _likeness(a, b) > 0.5


@pytest.mark.parametrize(("seed", "position"), [(2, INDEX), (1, FingerPosition.LEFT_INDEX)])
def test_ridges_of_another_finger_do_not_agree(seed: int, position: FingerPosition) -> None:
    a = impression(master_print(1, INDEX), 10, CLEAN)
    b = impression(master_print(seed, position), 10, CLEAN)
    assert abs(_likeness(a, b)) < 0.15


@pytest.mark.parametrize("seed", [1, 2])
def test_ridge_period_is_that_of_an_adult_at_500_dpi(seed: int) -> None:
    patch = _middle(impression(master_print(seed, INDEX), 3, CLEAN))
    spectrum = np.abs(np.fft.fft2(patch * np.outer(np.hanning(200), np.hanning(160)))) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(160), np.fft.fftfreq(200)))
    # ridges hold most of the energy, in the band of periods from 7 to 12 px, around 8 to 10
    ridges = (frequency > 1 / 12) & (frequency < 1 / 7)
    assert spectrum[ridges].sum() > 0.6 * spectrum[frequency > 1 / 40].sum()
    period = 1 / np.average(frequency[ridges], weights=spectrum[ridges])
    assert 8.0 < period < 10.2


def test_dry_finger_touches_less_than_a_wet_one() -> None:
    master = master_print(1, INDEX)
    dry, wet = (impression(master, 5, Touch(STRAIGHT, SENSORS[0], level, 0.2)) for level in (-0.4, 0.4))
    assert (dry < 128).sum() < 0.75 * (wet < 128).sum()


def test_png_states_its_resolution_and_keeps_every_pixel() -> None:
    image = finger(1, INDEX, 0)
    opened = Image.open(BytesIO(encode_png(image, dpi=500)))
    assert opened.info["dpi"] == pytest.approx((500, 500), abs=0.1)
    assert np.array_equal(np.asarray(opened), image)
