"""A tail fitted to some strangers states how often others reach a score, and how surely it does."""

import numpy as np
import pytest

from benchmarks.impostor_pairs import (
    Impostors,
    crossfitted_pairs,
    mean_of,
    pairs_centred_by,
    uncentred,
    without_label_errors,
)
from benchmarks.impostor_tail import calibration_of
from benchmarks.tail_checks import poisson_interval, ratios, ways
from biometrics.face.population import Population
from matcher.impostor_tail import curve_of, fit_pareto, pareto_score, spread_of

RANDOM = np.random.default_rng(2)


def _impostors(people: int, mean: float = 0.0) -> Impostors:
    """Return made scores of two photographs of each person with those of everybody else."""
    first, second = np.triu_indices(2 * people, 1)
    first, second = first // 2, second // 2
    different = first != second
    scores = RANDOM.beta(12, 12, int(different.sum())) * 2 - 1 + mean
    return Impostors(scores, first[different], second[different])


def test_the_fitted_tail_states_the_true_rate() -> None:
    calibration, curve = calibration_of(_impostors(200), None, "producer", "protocol", draws=10)
    fresh = RANDOM.beta(12, 12, 400_000) * 2 - 1
    for rate in (1e-1, 1e-2, 1e-3, 1e-4):
        observed = float(np.mean(calibration.false_match_rates(fresh) <= rate))
        assert rate / 2 < observed < rate * 2
    assert curve.shape < 0


def test_people_more_alike_than_those_of_the_curve_get_their_own_rates() -> None:
    calibration, _ = calibration_of(_impostors(200), _impostors(40, 0.1), "producer", "protocol", draws=10)
    fresh = RANDOM.beta(12, 12, 400_000) * 2 - 1 + 0.1
    for rate in (1e-1, 1e-2, 1e-3):
        assert rate / 2 < float(np.mean(calibration.false_match_rates(fresh) <= rate)) < rate * 2


def test_fewer_people_leave_a_wider_interval() -> None:
    wide, _ = calibration_of(_impostors(200), _impostors(10), "producer", "protocol", draws=20)
    close, _ = calibration_of(_impostors(200), _impostors(100), "producer", "protocol", draws=20)
    found = [calibration.interval(0.5) for calibration in (wide, close)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0][1] / found[0][0] > 2 * found[1][1] / found[1][0]


@pytest.mark.parametrize("shape", [-0.2, 0.0, 0.3])
def test_a_pareto_tail_is_found_again(shape: float) -> None:
    excesses = pareto_score(RANDOM.uniform(size=50_000), shape, 0.04)
    found, scale = fit_pareto(excesses, np.ones(len(excesses)))
    assert found == pytest.approx(shape, abs=0.03)
    assert scale == pytest.approx(0.04, rel=0.05)


def test_weights_count_like_repetition() -> None:
    scores = RANDOM.normal(size=5_000)
    twice = curve_of(np.repeat(scores, 2), lowest=-2.5)
    weighted = curve_of(scores, np.full(5_000, 2.0), lowest=-2.5)
    assert weighted.scores == pytest.approx(twice.scores, abs=0.02)


def test_of_the_tails_to_choose_from_the_true_form_states_best() -> None:
    scores, fresh = RANDOM.logistic(size=100_000), RANDOM.logistic(size=100_000)
    found = ways(scores)
    assert ratios(found["logistic"], fresh)[1] == pytest.approx(1.0, abs=0.35)
    assert ratios(found["pareto_from_1e-2"], fresh)[1] == pytest.approx(1.0, abs=0.35)


def test_a_poisson_interval_is_the_tabled_one() -> None:
    assert poisson_interval(4) == pytest.approx((1.0899, 10.2416), abs=1e-3)
    assert poisson_interval(0) == pytest.approx((0.0, 3.6889), abs=1e-3)


def test_what_was_taken_away_can_be_put_back_and_comes_from_others() -> None:
    people = np.repeat(np.arange(40), 2)
    vectors = RANDOM.normal(size=(80, 16)) + 1.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mean = mean_of(vectors, people)
    centred = (vectors - mean) / np.linalg.norm(vectors - mean, axis=1, keepdims=True)
    population = Population("e", "s", mean.astype(np.float32), (0.0, 1.0))
    assert uncentred(centred.astype(np.float32), population) == pytest.approx(vectors, abs=1e-5)
    own, others = pairs_centred_by(vectors, people, mean), crossfitted_pairs(vectors, people)
    assert len(own.scores) == len(others.scores) == 80 * 79 // 2 - 40
    assert (others.first < others.second).all()
    assert others.scores.mean() > own.scores.mean()  # a mean of others takes away less


def test_one_person_under_two_names_is_left_out_and_counted() -> None:
    impostors = Impostors(np.array([0.1, 0.9, 0.2]), np.array([0, 0, 1]), np.array([1, 2, 2]))
    kept, left_out = without_label_errors(impostors)
    assert (len(kept.scores), left_out) == (2, 1)
    assert spread_of(kept.scores).mean == pytest.approx(0.15)
