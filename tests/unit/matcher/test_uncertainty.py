"""The interval of a joined rate holds the rate and is that of its comparisons, joined in the same way."""

import pytest

from biometrics.template import FingerPosition, Modality
from matcher.calibration import Calibration
from matcher.candidates import ReferenceScore
from matcher.fusion import Compared, fuse
from matcher.uncertainty import uncertainty_of

POINTS = ((0.0, 0.0), (1.0, -2.0), (2.0, -4.0))
SURE = Calibration("p", "made up", 1000, POINTS, -4.0, ((0.0, 0.0), (-2.5, -1.5), (-5.0, -3.0)))
UNSURE = Calibration("p", "made up", 1000, POINTS, -4.0)


def _compared(score: float, calibration: Calibration, reference: int) -> tuple[ReferenceScore, Calibration]:
    rate = calibration.false_match_rate(score)
    return ReferenceScore(reference, 0, Modality.FACE, FingerPosition.UNKNOWN, score, rate), calibration


def test_one_comparison_keeps_its_interval() -> None:
    one = [Compared(FingerPosition.UNKNOWN, 1, 1)]
    sure = uncertainty_of([_compared(1.0, SURE, 1)], one, 1e-2)
    assert sure.interval == pytest.approx((10**-2.5, 10**-1.5))
    assert not sure.extrapolated


def test_the_best_of_two_references_pays_for_both_at_either_end() -> None:
    both = [_compared(1.5, SURE, 1), _compared(0.2, SURE, 2)]
    counted = [Compared(FingerPosition.UNKNOWN, 2, 2)]
    rate = fuse([item for item, _ in both], counted)
    interval = uncertainty_of(both, counted, rate).interval
    assert interval is not None
    assert interval[0] < rate < interval[1]
    assert interval[0] == pytest.approx(2 * 10**-3.75, rel=1e-3)


def test_averaged_photographs_widen_the_interval_as_their_own_rate_does() -> None:
    both = [_compared(1.0, SURE, 1), _compared(1.0, SURE, 2)]
    counted = [Compared(FingerPosition.UNKNOWN, 2, 2, averaged=1e-4)]
    rate = fuse([item for item, _ in both], counted)
    interval = uncertainty_of(both, counted, rate).interval
    assert interval is not None
    assert interval[0] / rate == pytest.approx(0.1, rel=0.01)
    assert interval[1] / rate == pytest.approx(10, rel=0.01)


def test_one_comparison_without_an_interval_leaves_none() -> None:
    mixed = [_compared(1.0, SURE, 1), _compared(1.0, UNSURE, 2)]
    assert uncertainty_of(mixed, [Compared(FingerPosition.UNKNOWN, 2, 2)], 1e-2).interval is None


def test_a_score_beyond_what_was_measured_is_said() -> None:
    one = [Compared(FingerPosition.UNKNOWN, 1, 1)]
    assert uncertainty_of([_compared(2.5, UNSURE, 1)], one, 1e-5).extrapolated
