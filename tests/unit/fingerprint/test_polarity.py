"""A negative is known by its ground."""

import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.polarity import has_light_ridges, turned_over
from biometrics.fingerprint.ridges import measure_ridges

Grey = NDArray[np.uint8]


def disc_of_ridges(ground: float, radius: float = 110) -> Grey:
    row, column = np.mgrid[:360, :300]
    wave = np.sin(2 * np.pi * (column * 0.8 + row * 0.6) / 9)
    inside = (row - 180) ** 2 + (column - 150) ** 2 < radius**2
    return np.where(inside, 130 + 80 * wave, ground).astype(np.uint8)


@pytest.mark.parametrize(
    ("image", "light"),
    [
        (disc_of_ridges(235), False),
        (disc_of_ridges(20), True),
        (disc_of_ridges(115), False),
        (disc_of_ridges(20, radius=400), False),
        (np.full((200, 200), 10, np.uint8), False),
    ],
    ids=["light ground", "dark ground", "grey ground", "no ground", "no ridges"],
)
def test_dark_ground_beside_ridges_makes_a_negative(image: Grey, light: bool) -> None:
    ridges = measure_ridges(image, PARAMETERS.ridges)
    assert has_light_ridges(ridges, PARAMETERS.polarity) is light


def test_turned_over_measures_are_those_of_the_turned_image() -> None:
    image = disc_of_ridges(20)
    negative, ridges = turned_over(image, measure_ridges(image, PARAMETERS.ridges))
    measured = measure_ridges(negative, PARAMETERS.ridges)
    assert np.allclose(ridges.mean, measured.mean, atol=1e-3)
    assert np.array_equal(ridges.ridged, measured.ridged)
    assert not has_light_ridges(ridges, PARAMETERS.polarity)
