"""Joined false-match rates keep their meaning: under strangers a fused rate of p comes up p of the time."""

import numpy as np
import pytest

from biometrics.template import FingerPosition, Modality
from matcher.candidates import ReferenceScore
from matcher.fusion import Compared, alone, best_of, decibans, fisher, fuse, together
from matcher.parameters import MATCHER

THUMB, INDEX, UNKNOWN = FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX, FingerPosition.UNKNOWN


def compared(
    probe_index: int, rate: float, position: FingerPosition = UNKNOWN, reference_id: int = 1
) -> ReferenceScore:
    return ReferenceScore(reference_id, probe_index, Modality.FINGER, position, 0.0, rate)


def test_fisher_of_one_rate_is_the_rate() -> None:
    assert fisher([1e-4]) == pytest.approx(1e-4)


def test_fisher_survives_rates_whose_product_underflows() -> None:
    assert 0.0 < fisher([1e-30] * 10) < 1e-280


def test_the_best_of_many_strangers_is_worth_less() -> None:
    assert best_of(0.01, 1) == pytest.approx(0.01)
    assert best_of(0.01, 10) == pytest.approx(1 - 0.99**10)
    assert best_of(1e-15, 10) == pytest.approx(1e-14)
    assert best_of(1.0, 3) == 1.0


def test_fused_rates_of_strangers_are_rates() -> None:
    random = np.random.default_rng(3)
    fused = []
    for _ in range(4000):
        evidence = [
            compared(index, float(random.uniform()), position)
            for index in range(2)
            for position in (THUMB, INDEX)
        ]
        fused.append(fuse(evidence, [Compared(THUMB, 1, 2), Compared(INDEX, 1, 2)]))
    for rate in (0.3, 0.1, 0.03):
        assert np.mean(np.asarray(fused) <= rate) <= rate * 1.25


def test_a_finger_the_subject_lacks_is_left_out() -> None:
    both = [Compared(THUMB, 1, 1), Compared(INDEX, 0, 1)]
    alone = fuse([compared(0, 1e-6, THUMB)], both)
    assert alone == pytest.approx(1e-6 / (1 - MATCHER.misplaced_share))


def test_a_finger_that_does_not_match_counts_against() -> None:
    both = [Compared(THUMB, 1, 1), Compared(INDEX, 1, 1)]
    assert fuse([compared(0, 1e-6, THUMB), compared(1, 0.5, INDEX)], both) > 1e-6


def test_a_print_on_the_wrong_finger_is_found_at_a_price() -> None:
    placed = fuse([compared(0, 1e-6, THUMB)], [Compared(THUMB, 1, 2)])
    swapped = fuse([compared(0, 1e-6, INDEX)], [Compared(THUMB, 1, 2)])
    assert placed < swapped == pytest.approx(2e-6 / MATCHER.misplaced_share, rel=1e-3)


def test_two_impressions_of_one_finger_are_no_two_fingers() -> None:
    evidence = [compared(0, 1e-6), compared(1, 1e-6, reference_id=2)]
    apart = fuse(evidence, [Compared(UNKNOWN, 1, 1, finger=0), Compared(UNKNOWN, 1, 1, finger=1)])
    as_one = fuse(evidence, [Compared(UNKNOWN, 1, 1, finger=0), Compared(UNKNOWN, 1, 1, finger=0)])
    assert as_one == pytest.approx(2e-6)
    assert apart < 1e-3 * as_one


@pytest.mark.parametrize("finger", [UNKNOWN, INDEX])
def test_prints_that_match_one_reference_are_one_finger(finger: FingerPosition) -> None:
    both = [Compared(UNKNOWN, 2, 2), Compared(UNKNOWN, 2, 2)]
    shared = fuse([compared(0, 1e-7, finger), compared(1, 1e-7, finger)], both)
    apart = fuse([compared(0, 1e-7, THUMB), compared(1, 1e-7, INDEX)], both)
    assert shared == pytest.approx(4e-7, rel=1e-3)
    assert apart < 1e-3 * shared


def test_a_poor_print_does_not_hide_a_clear_one() -> None:
    rates, clear_first, clear_last = [1e-6, 0.9], [0.9, 0.1], [0.1, 0.9]
    assert together(rates, clear_first) == pytest.approx(2e-6)
    assert together(rates, clear_first) < together(rates, [0.5, 0.5]) < together(rates, clear_last)


@pytest.mark.parametrize("understated", [1.0, 3.0])
def test_fingers_of_strangers_stay_rates_where_every_rate_is_understated_alike(understated: float) -> None:
    random = np.random.default_rng(4)
    rates = np.minimum(random.uniform(size=(4000, 10)) / understated + 1e-12, 1.0)
    qualities = random.uniform(size=(4000, 10))
    fused = np.asarray([together(*each) for each in zip(rates.tolist(), qualities.tolist(), strict=True)])
    for rate in (0.3, 0.1, 0.03, 0.01):
        assert np.mean(fused <= rate) <= rate * 1.5


def test_without_stated_positions_there_is_one_reading_only() -> None:
    assert fuse([compared(0, 1e-6)], [Compared(UNKNOWN, 3, 3)]) == pytest.approx(3e-6, rel=1e-3)


@pytest.mark.parametrize("found", [UNKNOWN, THUMB, INDEX])
@pytest.mark.parametrize("stated", [UNKNOWN, THUMB])
def test_one_template_alone_is_fused_as_among_others(stated: FingerPosition, found: FingerPosition) -> None:
    counts = Compared(stated, 1, 2) if stated else Compared(stated, 2, 2)
    rates = {found: 1e-4} if found == THUMB else {found: 1e-4, THUMB: 1e-2}
    fused = fuse([compared(0, rate, position) for position, rate in rates.items()], [counts])
    as_stated = rates[THUMB] if stated and found is INDEX else 1e-4
    assert alone(1e-4, as_stated, counts) == pytest.approx(fused)


def test_a_template_without_a_fitting_reference_is_never_free() -> None:
    assert alone(1e-4, None, Compared(THUMB, 0, 1)) == fuse(
        [compared(0, 1e-4, INDEX)], [Compared(THUMB, 0, 1)]
    )
    assert alone(1e-4, None, Compared(THUMB, 0, 1)) > 1e-4


def test_nothing_compared_is_no_evidence() -> None:
    assert fuse([], [Compared(UNKNOWN, 0, 0)]) == 1.0


def test_decibans_of_one_is_plain_zero() -> None:
    assert str(decibans(1.0)) == "0.0"
    assert decibans(1e-3) == pytest.approx(30)


def test_the_mean_of_photographs_counts_beside_the_best_of_them() -> None:
    photographs = [compared(0, rate, reference_id=place) for place, rate in enumerate((1e-3, 1e-4))]
    share = MATCHER.averaged_share
    surer = fuse(photographs, [Compared(UNKNOWN, 2, 2, averaged=1e-7)])
    assert surer == pytest.approx(1e-7 / share)
    spoilt = fuse(photographs, [Compared(UNKNOWN, 2, 2, averaged=0.5)])
    assert spoilt == pytest.approx(2e-4 / (1 - share), rel=1e-3)


def test_rates_of_strangers_with_several_photographs_are_rates() -> None:
    random = np.random.default_rng(4)
    fused = []
    for _ in range(4000):
        photographs = [compared(0, float(random.uniform()), reference_id=place) for place in range(3)]
        fused.append(fuse(photographs, [Compared(UNKNOWN, 3, 3, averaged=float(random.uniform()))]))
    for rate in (0.3, 0.1, 0.03):
        assert np.mean(np.asarray(fused) <= rate) <= rate * 1.25
