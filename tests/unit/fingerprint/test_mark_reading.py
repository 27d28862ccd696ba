"""Several readings of one mark become one: what they agree on comes first, what one alone sees last."""

import numpy as np

from biometrics.fingerprint.marks.levelling import levelled
from biometrics.fingerprint.marks.reading import agreed
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import MARKS


def reading(*rows: tuple[float, float, float, float]) -> Minutiae:
    """Minutiae of x, y, direction and quality."""
    x, y, angle, quality = np.array(rows, np.float32).reshape(-1, 4).T
    return Minutiae(x, y, angle, np.full(len(x), 0.5, np.float32), quality)


def test_what_all_readings_see_comes_before_what_one_alone_is_sure_of() -> None:
    first = reading((50, 50, 0.05, 0.6), (120, 80, 2.0, 0.9))
    second = reading((52, 49, 6.2, 0.5))
    third = reading((51, 52, 0.0, 0.6))
    found = agreed([first, second, third], MARKS)
    assert len(found) == 2
    assert abs(found.x[0] - 51) < 1
    assert min(found.angle_rad[0], 2 * np.pi - found.angle_rad[0]) < 0.05
    np.testing.assert_allclose(found.quality, [1.7 / 3, 0.9 / 3], atol=1e-5)


def test_opposite_directions_in_one_place_stay_two_minutiae() -> None:
    one, other = reading((50, 50, 0.0, 0.9)), reading((50, 50, np.pi, 0.9))
    assert len(agreed([one, other], MARKS)) == 2


def test_what_is_unsure_in_one_reading_only_is_dropped() -> None:
    nothing = reading()
    assert len(agreed([reading((10, 10, 0, 0.3)), nothing, nothing], MARKS)) == 0


def test_two_minutiae_of_one_reading_count_once() -> None:
    found = agreed([reading((50, 50, 0, 0.9), (54, 50, 0, 0.9)), reading()], MARKS)
    np.testing.assert_allclose(found.quality, [0.45], atol=1e-5)


def test_levelling_gives_faint_and_strong_ridges_the_same_contrast() -> None:
    x = np.arange(300)
    ridges = np.sin(2 * np.pi * x / 9)
    image = np.tile(150 + np.where(x < 150, 8, 60) * ridges + x / 6, (200, 1)).astype(np.uint8)
    even = levelled(image, MARKS)
    faint, strong = even[:, 40:110].std(), even[:, 190:260].std()
    assert image[:, 190:260].std() > 5 * image[:, 40:110].std()
    assert strong < 1.6 * faint
    assert np.corrcoef(even[100, 200:260].astype(float), ridges[200:260])[0, 1] > 0.9
