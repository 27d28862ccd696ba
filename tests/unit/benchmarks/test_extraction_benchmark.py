"""Agreement of two forms of the network, and which prints of a set take part."""

from pathlib import Path

import numpy as np

from benchmarks.finger_samples import PrintSet, first_impressions
from benchmarks.speed.fingerprint_extraction import agreement, speed
from biometrics.fingerprint.minutiae import Minutiae


def minutiae(rows: list[tuple[float, float, float, float]]) -> Minutiae:
    x, y, angle, quality = np.array(rows, np.float32).T
    return Minutiae(x, y, angle, np.zeros_like(x), quality)


def test_only_sure_minutiae_at_the_same_place_and_direction_agree() -> None:
    published = minutiae([(10, 10, 0.05, 0.9), (50, 50, 1, 0.8), (90, 90, 2, 0.7), (120, 90, 2, 0.3)])
    ours = minutiae([(11, 11, 6.25, 0.9), (50, 56, 1, 0.8), (90, 90, 2.5, 0.7)])
    assert agreement([published], [ours]) == round(1 / 3, 5)
    assert agreement([published, published], [published, None]) == 0.5


def test_speed_is_told_beside_the_published_network() -> None:
    assert speed([0.1, 0.3], [0.5, 0.7]) == {
        "cpu_ms": 200.0,
        "prints_per_core_second": 5.0,
        "times_published": 3.0,
    }


def test_the_first_impressions_of_each_finger_are_taken() -> None:
    finger = np.array([0, 0, 0, 1, 1, 2])
    prints = PrintSet(
        ["A"], [Path(str(k)) for k in range(6)], np.zeros(6, np.int64), finger, np.ones(6, np.bool_)
    )
    kept = first_impressions(prints, 2)
    assert [path.name for path in kept.paths] == ["0", "1", "3", "4", "5"]
    assert kept.finger.tolist() == [0, 0, 1, 1, 2]
