"""Simulated marks: the same seed gives the same mark, of the wanted area, on every kind of ground."""

import numpy as np
import pytest

from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import finger
from datasets.synthetic.marks import Mark, make_mark


@pytest.fixture(scope="module")
def print_image() -> np.ndarray:
    return finger(5, FingerPosition.RIGHT_INDEX, 1)


@pytest.fixture(scope="module")
def marks(print_image: np.ndarray) -> list[Mark]:
    return [make_mark(print_image, 0.3, np.random.default_rng(seed)) for seed in range(24)]


def test_the_same_seed_gives_the_same_mark(print_image: np.ndarray, marks: list[Mark]) -> None:
    again = make_mark(print_image, 0.3, np.random.default_rng(7))
    assert (again.image == marks[7].image).all()
    assert again.turn_rad == marks[7].turn_rad


def test_about_the_wanted_area_is_left_at_any_angle(marks: list[Mark]) -> None:
    assert all(0.24 < mark.share < 0.34 for mark in marks)
    assert np.ptp([mark.turn_rad for mark in marks]) > 4


def test_grounds_and_polarities_take_turns(marks: list[Mark]) -> None:
    assert {mark.ground for mark in marks} == {"grained", "lines", "plain", "speckled", "text"}
    dark = [mark for mark in marks if mark.inverted]
    assert 0 < len(dark) < 12
    assert all(mark.image.mean() < 128 for mark in dark)


def test_ridges_are_fainter_than_in_the_print(print_image: np.ndarray, marks: list[Mark]) -> None:
    plain = [mark for mark in marks if mark.ground == "plain"]
    assert max(mark.image.std() for mark in plain) < 0.7 * print_image.std()
