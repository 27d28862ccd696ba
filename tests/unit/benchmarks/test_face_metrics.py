"""Error rates on scores whose right answer is known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from benchmarks import metrics
from benchmarks.accuracy.face_verification import best_threshold, fold_accuracies

GENUINE = np.array([0.2, 0.5, 0.7, 0.8, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99])
IMPOSTOR = np.array([0.0, 0.05, 0.1, 0.1, 0.15, 0.2, 0.3, 0.4, 0.45, 0.6])


def test_rates_at_a_threshold() -> None:
    assert metrics.fmr_at(IMPOSTOR, 0.4) == pytest.approx(0.3)
    assert metrics.fnmr_at(GENUINE, 0.7) == pytest.approx(0.2)


def test_least_fnmr_at_a_false_match_rate() -> None:
    point = metrics.fnmr_at_fmr(GENUINE, IMPOSTOR, 0.1)
    assert point.fmr == pytest.approx(0.1)
    assert 0.45 < point.threshold < 0.4500001
    assert point.fnmr == pytest.approx(0.1)
    point = metrics.fnmr_at_fmr(GENUINE, IMPOSTOR, 0.05)
    assert (point.fmr, point.fnmr) == (0.0, pytest.approx(0.2))


def test_equal_error_rate_where_both_meet() -> None:
    assert metrics.eer(GENUINE, IMPOSTOR) == pytest.approx(0.1)
    assert metrics.eer(np.array([0.8, 0.9]), np.array([0.1, 0.2])) == 0.0
    assert metrics.eer(np.array([0.1, 0.2]), np.array([0.8, 0.9])) == 1.0


def test_equal_error_rate_between_two_steps_takes_the_smaller_sum() -> None:
    # at 2.5 FNMR is 1/3 and FMR 1/2, at the next step 1/3 and 0
    genuines, impostors = np.array([2.0, 4.0, 5.0]), np.array([1.0, 2.5])
    assert metrics.eer(genuines, impostors) == pytest.approx(1 / 6)


def test_a_failed_extraction_never_matches() -> None:
    genuines = np.append(GENUINE, -np.inf)
    impostors = np.append(IMPOSTOR, -np.inf)
    assert metrics.fnmr_at_fmr(genuines, impostors, 0.5).fnmr >= 1 / 11
    _, fmr, fnmr = metrics.det(genuines, impostors)
    assert fnmr.min() == pytest.approx(1 / 11)
    assert fmr.max() == pytest.approx(10 / 11)


@given(
    numpy_strategies.arrays(float, st.integers(1, 40), elements=st.floats(-1, 1)),
    numpy_strategies.arrays(float, st.integers(1, 40), elements=st.floats(-1, 1)),
    st.floats(0, 1),
)
def test_rates_stay_within_their_bounds(genuines: np.ndarray, impostors: np.ndarray, fmr: float) -> None:
    assert metrics.fnmr_at_fmr(genuines, impostors, fmr).fmr <= fmr + 1e-9
    assert 0 <= metrics.eer(genuines, impostors) <= 1
    _, falling, rising = metrics.det(genuines, impostors)
    assert (np.diff(falling) <= 0).all()
    assert (np.diff(rising) >= 0).all()


def test_open_set_search_counts_a_mate_at_rank_two_as_missed() -> None:
    mated, ranks = np.array([0.9, 0.8, 0.7, 0.3]), np.array([1, 2, 1, 1])
    non_mated = np.linspace(0, 0.5, 100)
    point = metrics.fnir_at_fpir(mated, ranks, non_mated, 0.01)
    assert point.fmr == pytest.approx(0.01)
    assert point.fnmr == pytest.approx(0.5)
    assert metrics.rank_k(ranks, 1) == 0.75
    assert metrics.rank_k(np.array([0, 1, 5]), 5) == pytest.approx(2 / 3)


def test_interval_narrows_with_more_subjects() -> None:
    def width(subjects: int) -> float:
        values = np.random.default_rng(0).random(subjects)
        low, high = metrics.interval(lambda drawn: float(values @ drawn / drawn.sum()), subjects)
        assert low < values.mean() < high
        return high - low

    assert width(400) < width(25) / 2


def test_weights_of_one_change_nothing() -> None:
    random = np.random.default_rng(1)
    genuines, impostors = random.normal(2, 1, 500), random.normal(0, 1, 5000)
    weighted = metrics.weighted_fnmr_at_fmr(genuines, np.ones(500), impostors, np.ones(5000), 0.01)
    assert weighted == pytest.approx(metrics.fnmr_at_fmr(genuines, impostors, 0.01).fnmr, abs=0.005)


def test_the_threshold_lies_in_the_gap() -> None:
    scores, same = np.array([0.1, 0.2, 0.6, 0.7]), np.array([False, False, True, True])
    assert best_threshold(scores, same, balanced=False) == pytest.approx(0.4)
    assert fold_accuracies(scores, same, np.array([0, 1, 0, 1]), balanced=False) == [1.0, 1.0]


def test_each_fold_is_judged_by_the_threshold_of_the_others() -> None:
    scores = np.array([0.1, 0.9, 0.1, 0.9, 0.8, 0.95])
    same = np.array([False, True, False, True, False, True])
    folds = np.array([0, 0, 1, 1, 2, 2])
    assert fold_accuracies(scores, same, folds, balanced=False) == [1.0, 1.0, 0.5]


def test_balance_weighs_both_kinds_alike() -> None:
    scores = np.concatenate([np.linspace(0, 0.5, 1000), [0.45, 0.6]])
    same = np.concatenate([np.zeros(1000, dtype=bool), [True, True]])
    assert best_threshold(scores, same, balanced=True) < 0.46
    assert best_threshold(scores, same, balanced=False) > 0.5
