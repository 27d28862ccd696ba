"""Groups whose strangers match more often stand out, those too small to say keep quiet."""

import numpy as np
import pytest

from matcher.face.strangers import alike_pairs
from matcher.fairness import overall, poisson_interval, rates_by_group
from matcher.parameters import FAIRNESS

RANDOM = np.random.default_rng(4)


def _pairs(people: int, rate: float, start: int = 0) -> np.ndarray:
    """Return pairs of people drawn so that each is there with the same chance."""
    first, second = np.triu_indices(people, 1)
    kept = RANDOM.uniform(size=len(first)) < rate
    return np.stack([first[kept], second[kept]], axis=1) + start


def test_all_pairs_that_reach_the_score_are_found_once() -> None:
    vectors = RANDOM.normal(size=(1_100, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs, scores = alike_pairs([vector.tobytes() for vector in vectors], 0.6)
    first, second = np.nonzero(np.triu(vectors @ vectors.T >= 0.6, 1))
    assert {tuple(pair) for pair in pairs.tolist()} == set(zip(first.tolist(), second.tolist(), strict=True))
    assert len(pairs) == len(first)
    assert scores == pytest.approx((vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(axis=1), abs=1e-5)


def test_a_group_with_more_matches_stands_out_for_certain() -> None:
    labels = ["men"] * 300 + ["women"] * 200
    matches = np.concatenate([_pairs(300, 0.001), _pairs(200, 0.02, 300), [[0, 400]]])
    found = rates_by_group("sex", labels, matches, 0.001)
    rates = {group.group: group for group in found.groups}
    assert rates["men"].comparisons == 300 * 299 // 2
    assert rates["women"].interval[0] <= 0.02 <= rates["women"].interval[1]
    assert [(each.higher, each.lower, each.certain) for each in found.unequal] == [("women", "men", True)]
    assert found.across is not None
    assert (found.across.comparisons, found.across.matches) == (300 * 200, 1)


def test_few_people_leave_open_whether_groups_differ() -> None:
    labels = ["a"] * 40 + ["b"] * 40
    found = rates_by_group("state", labels, np.array([[0, 1], [2, 3], [4, 5], [6, 7], [40, 41]]), 0.01)
    assert [(each.higher, each.ratio, each.certain) for each in found.unequal] == [("a", 4.0, False)]


def test_groups_alike_do_not_stand_out() -> None:
    labels = ["a"] * 300 + ["b"] * 300
    matches = np.concatenate([_pairs(300, 0.005), _pairs(300, 0.005, 300)])
    assert rates_by_group("sex", labels, matches, 0.005).unequal == ()


def test_of_a_small_group_nothing_is_said() -> None:
    few = FAIRNESS.least_people - 1
    labels = ["a"] * 100 + ["b"] * few
    found = rates_by_group("sex", labels, np.array([[0, 1], [100, 101], [5, 100]]), 0.01)
    assert [group.group for group in found.groups] == ["a"]
    assert found.suppressed == ("b",)
    assert found.across is None


def test_too_few_comparisons_for_the_stated_rate_are_marked() -> None:
    assert overall(30, np.empty((0, 2), dtype=np.int64), 1e-4).too_few
    enough = overall(300, np.empty((0, 2), dtype=np.int64), 1e-4)
    assert not enough.too_few
    assert enough.interval == (0.0, pytest.approx(3.7 / (300 * 299 / 2), rel=0.05))


def test_one_person_in_many_pairs_widens_the_interval() -> None:
    spread = overall(200, np.stack([np.arange(0, 40, 2), np.arange(1, 41, 2)], axis=1), 1e-3)
    one = overall(200, np.stack([np.zeros(20, dtype=np.int64), np.arange(1, 21)], axis=1), 1e-3)
    assert one.rate == spread.rate
    assert one.interval[1] > 1.5 * spread.interval[1]
    assert one.interval[0] < spread.interval[0]


@pytest.mark.parametrize(
    ("count", "low", "high"), [(1, 0.0253, 5.572), (4, 1.0899, 10.242), (50, 37.11, 65.92)]
)
def test_the_interval_of_a_count_is_the_tabled_one(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.05))
