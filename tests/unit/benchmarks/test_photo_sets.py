"""Sets of photographs are compared by best pair and by mean, and a wrong photograph spoils the mean alone."""

import numpy as np
import pytest

from benchmarks.photo_sets import PhotoSet, compare_sets, searched_by_product
from matcher.calibration import Calibration

LINE = Calibration("made up", "", 1000, ((0.0, 0.0), (1.0, -9.0)), -9.0)


def _set(person: int, *directions: tuple[float, float], qualities: tuple[float, ...] = ()) -> PhotoSet:
    vectors = np.array(directions, dtype=np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return PhotoSet(person, vectors, np.array(qualities or (1.0,) * len(vectors)), frozenset({person}))


def test_photographs_to_both_sides_of_the_probe_are_surer_as_a_mean() -> None:
    gallery = [_set(0, (1, 1), (1, -1)), _set(1, (0, 1))]
    rates = compare_sets(gallery, [_set(0, (1, 0))], LINE, weighted=False).rates
    assert rates["mean"][0, 0] == pytest.approx(1e-9)
    assert rates["one"][0, 0] == pytest.approx(10 ** (-9 / np.sqrt(2)))
    assert rates["mean"][0, 0] < rates["both"][0, 0] < rates["best"][0, 0]
    assert rates["both"][0, 1] == rates["best"][0, 1]


def test_a_wrong_photograph_spoils_the_mean_and_hardly_both() -> None:
    rates = compare_sets([_set(0, (1, 0), (-1, 0.1))], [_set(0, (1, 0))], LINE, weighted=False).rates
    assert rates["mean"][0, 0] > 0.1
    assert rates["both"][0, 0] < 1e-7


def test_a_poor_photograph_counts_little_when_weighted() -> None:
    gallery, probe = [_set(0, (1, 0), (0, 1), qualities=(1.0, 0.3))], [_set(0, (1, 0))]
    plain, weighted = (
        compare_sets(gallery, probe, LINE, weighted=by_quality).rates["mean"][0, 0]
        for by_quality in (False, True)
    )
    assert weighted < plain / 100


def test_the_products_search_gives_the_same_rate() -> None:
    random = np.random.default_rng(1)
    sets = [PhotoSet(person, _unit(random, 3), np.ones(3), frozenset({person})) for person in range(4)]
    probes = [PhotoSet(each.person, _unit(random, 2), np.ones(2), each.shown) for each in sets]
    assert searched_by_product(sets, probes, LINE) == {"mate_listed": 1.0, "same_rate_of_the_mate": 1.0}


def _unit(random: np.random.Generator, rows: int) -> np.ndarray:
    vectors = random.normal(size=(rows, 8))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
