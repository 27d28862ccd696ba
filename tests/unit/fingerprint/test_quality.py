"""The value of a print's quality, and that what lowered it is said."""

from dataclasses import replace

import numpy as np
import pytest

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.quality import judge, measure, value_of
from biometrics.fingerprint.ridges import RidgeMap

LIMITS = PARAMETERS.quality


def minutiae(count: int, confidence: float) -> Minutiae:
    zeros = np.zeros(count, np.float32)
    return Minutiae(zeros, zeros, zeros, zeros, np.full(count, confidence, np.float32))


def ridges(side: int = 14, contrast: float = 40.0, grey: float = 130.0) -> RidgeMap:
    """A square of ``side`` blocks with ridges, with blocks without any around it."""
    found = np.pad(np.ones((side, side), np.bool_), 2)
    plain = np.ones(found.shape, np.float32)
    return RidgeMap(9 * plain, plain, 0.6 * plain, contrast * plain, grey * plain, found, 16)


def codes(map_: RidgeMap, found: Minutiae) -> list[str]:
    return [reason.code for reason in judge(map_, found, LIMITS).reasons]


def test_an_ordinary_print_is_good_and_nothing_is_said() -> None:
    quality = judge(ridges(), minutiae(35, 0.85), LIMITS)
    assert quality.value > 0.9
    assert quality.reasons == ()


def test_the_value_never_falls_with_more_or_surer_minutiae() -> None:
    counts = [judge(ridges(), minutiae(count, 0.7), LIMITS).value for count in range(0, 60, 3)]
    shares = [judge(ridges(), minutiae(20, share), LIMITS).value for share in np.linspace(0.5, 1, 20)]
    for values in (counts, shares):
        assert (np.diff(values) >= 0).all()
        assert values[0] < values[-1]


def test_a_print_without_minutiae_has_no_value_and_one_without_ridges_can_be_judged() -> None:
    assert judge(ridges(), minutiae(0, 0), LIMITS).value < 0.01
    nothing = replace(ridges(), ridged=np.zeros((18, 18), np.bool_))
    assert measure(nothing, minutiae(9, 0.6), LIMITS).area_px == 0
    assert "area_small" in codes(nothing, minutiae(9, 0.6))


@pytest.mark.parametrize(
    ("map_", "found", "expected"),
    [
        (ridges(side=5), minutiae(7, 0.85), "few_minutiae"),
        (ridges(), minutiae(30, 0.55), "ridges_unclear"),
        (ridges(contrast=10, grey=60), minutiae(14, 0.7), "smudged"),
        (ridges(contrast=10, grey=200), minutiae(14, 0.7), "dry"),
        (ridges(contrast=10, grey=130), minutiae(14, 0.7), "low_contrast"),
    ],
)
def test_the_worst_is_said_first(map_: RidgeMap, found: Minutiae, expected: str) -> None:
    assert codes(map_, found)[0] == expected


def test_a_small_area_is_said() -> None:
    assert "area_small" in codes(ridges(side=5), minutiae(7, 0.85))


def test_whatever_is_not_ordinary_has_a_reason_below_its_limit() -> None:
    random = np.random.default_rng(8)
    for _ in range(300):
        found = minutiae(int(random.integers(0, 60)), float(random.uniform(0.5, 1)))
        quality = judge(ridges(int(random.integers(1, 20)), random.uniform(0, 60)), found, LIMITS)
        assert 0 <= quality.value <= 1
        assert bool(quality.reasons) or quality.value >= LIMITS.ordinary - 0.001
        assert all(reason.measured < reason.limit and reason.advice for reason in quality.reasons)


def test_the_value_is_a_chance_whose_odds_are_those_of_the_parameters() -> None:
    good = measure(ridges(), minutiae(LIMITS.good_minutiae, LIMITS.good_confidence), LIMITS)
    fifth = replace(good, minutiae=LIMITS.good_minutiae // 5)
    odds = [value / (1 - value) for value in (value_of(good, LIMITS), value_of(fifth, LIMITS))]
    assert odds[0] == pytest.approx(np.exp(LIMITS.base), rel=1e-6)
    assert odds[1] / odds[0] == pytest.approx(0.2**LIMITS.minutiae_weight, rel=1e-6)


def test_quality_is_no_part_of_what_names_templates() -> None:
    changed = replace(PARAMETERS, quality=replace(LIMITS, base=0.0))
    assert changed.digest() == PARAMETERS.digest()
