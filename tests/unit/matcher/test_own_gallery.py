"""Rates fitted on a gallery's own people hold for others of them, and records of one person do not count."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.own_gallery import TooFewPeople, fit
from matcher.parameters import OWN_GALLERY

SIZE = 64


def _faces(people: int, alike: float = 0.0, seed: int = 1) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(people, SIZE))
    vectors[:, 0] += alike * np.sqrt(SIZE)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _fit(vectors: NDArray[np.float32], **kwargs: Any) -> Any:
    return fit([row.astype("<f4").tobytes() for row in vectors], "p", "own-1", **kwargs)


def _again(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return second photographs of the first people: alike by about 0.8."""
    noise = np.random.default_rng(5).normal(size=(count, SIZE)) * 0.75 / np.sqrt(SIZE)
    again = vectors[:count] + noise
    return np.asarray(again / np.linalg.norm(again, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("alike", [0.0, 0.3])
def test_the_stated_rates_are_those_of_other_people_of_the_gallery(alike: float) -> None:
    found = _fit(_faces(1_000, alike))
    others = _faces(2_000, alike, seed=2)
    scores = (others @ others.T)[np.triu_indices(len(others), 1)].astype(np.float64)
    for rate in (1e-2, 1e-3, 1e-4, 1e-5):
        observed = float(np.mean(found.calibration.false_match_rates(scores) <= rate))
        assert rate / 2 < observed < rate * 2
    assert found.calibration.population == "own-1"
    assert found.calibration.comparisons == 1_000 * 999 // 2
    assert not found.same_person
    assert [each.rate for each in found.held_out] == list(OWN_GALLERY.judged_rates)
    assert 0.8 < found.held_out[1].observed_over_stated < 1.25


def test_the_interval_encloses_what_more_people_show_and_is_wider_of_fewer() -> None:
    few, many = _fit(_faces(250)), _fit(_faces(2_000, seed=3))
    widths = []
    for found in (few, many):
        low, high = found.calibration.interval(many.calibration.score_at(1e-3)) or (0.0, 0.0)
        assert low < 1e-3 < high
        widths.append(high / low)
    assert widths[0] > 2 * widths[1]


def test_one_person_enrolled_twice_is_left_out_and_listed_and_moves_nothing() -> None:
    people = _faces(600)
    alone, doubled = _fit(people), _fit(np.concatenate([people, _again(people, 15)]))
    assert {(pair.first, pair.second) for pair in doubled.same_person} == {(n, 600 + n) for n in range(15)}
    scores = [pair.score for pair in doubled.same_person]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= doubled.same_person_from
    for rate in (1e-2, 1e-3, 1e-4):
        stated = doubled.calibration.false_match_rate(alone.calibration.score_at(rate))
        assert stated == pytest.approx(rate, rel=0.25)


def test_too_few_people_are_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(TooFewPeople, match=f"199 people .* {OWN_GALLERY.fewest_people} are needed"):
        _fit(_faces(OWN_GALLERY.fewest_people - 1))


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[int, int]] = []
    _fit(_faces(200), progress=lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)
