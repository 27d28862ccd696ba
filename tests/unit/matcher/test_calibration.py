"""Scores become false-match rates: measured inside the table, cautious beyond it."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.template import Modality
from core.settings import settings
from matcher.calibration import Calibration, calibration_for
from matcher.errors import CalibrationInvalid, CalibrationMissing
from matcher.parameters import MATCHER

LINE = Calibration("p", "made up", 1000, ((0.0, 0.0), (1.0, -1.0), (2.0, -2.0), (3.0, -4.0)), -4.0)


def test_below_the_table_every_comparison_matches() -> None:
    assert LINE.false_match_rate(-5.0) == 1.0


def test_inside_the_table_the_logarithm_is_interpolated() -> None:
    assert LINE.false_match_rate(1.5) == pytest.approx(10**-1.5)
    assert LINE.false_match_rate(2.5) == pytest.approx(10**-3)


def test_above_the_table_the_slope_of_the_last_decade_goes_on() -> None:
    assert LINE.false_match_rate(3.5) == pytest.approx(10**-5)


def test_the_rate_never_falls_below_the_floor() -> None:
    assert LINE.false_match_rate(1e9) == pytest.approx(10 ** (-4.0 - MATCHER.extrapolated_decades))


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_a_higher_score_never_has_a_higher_rate(scores: list[float]) -> None:
    rates = LINE.false_match_rates(np.sort(np.asarray(scores)))
    assert (np.diff(rates) <= 0).all()
    assert ((rates > 0) & (rates <= 1)).all()


def test_rates_measured_from_impostors_hold_for_fresh_ones() -> None:
    random = np.random.default_rng(1)
    fitted = Calibration.from_scores("p", "normal impostors", random.normal(size=200_000))
    fresh = random.normal(size=200_000)
    for rate in (0.1, 0.01, 0.001):
        share = float((fitted.false_match_rates(fresh) <= rate).mean())
        assert share == pytest.approx(rate, rel=0.25)
    assert fitted.measured_to == pytest.approx(np.log10(10 / 200_000), abs=0.01)


def test_impostors_with_many_equal_scores_give_a_valid_table() -> None:
    scores = np.concatenate([np.zeros(900), np.ones(90), np.full(10, 2.0)])
    fitted = Calibration.from_scores("p", "steps", scores)
    assert fitted.false_match_rate(2.0) == pytest.approx(0.01)
    assert fitted.false_match_rate(1.0) == pytest.approx(0.1)


def test_the_file_form_returns_the_same_rates() -> None:
    again = Calibration.from_json(LINE.to_json())
    assert again == LINE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"producer": "p"}',
        '{"producer": "p", "protocol": "", "comparisons": 1, "points": [[0, 0]], "measured_to": 0}',
        '{"producer": "p", "protocol": "", "comparisons": 1, "points": [[0, 0], [1, 1]], "measured_to": 0}',
        '{"producer": "p", "protocol": "", "comparisons": 1, "points": [[1, 0], [0, -1]], "measured_to": 0}',
        '{"producer": "p", "protocol": "", "comparisons": 1, "points": [[0, 0], [1, NaN]], "measured_to": 0}',
    ],
)
def test_a_damaged_file_is_refused(text: str) -> None:
    with pytest.raises(CalibrationInvalid):
        Calibration.from_json(text)


BOUNDED = Calibration(
    "p",
    "made up",
    1000,
    ((0.0, 0.0), (1.0, -1.0), (2.0, -2.0)),
    -2.0,
    ((0.0, 0.0), (-1.3, -0.8), (-2.6, -1.5)),
)


def test_an_interval_is_interpolated_and_goes_on_beyond_the_table() -> None:
    assert BOUNDED.interval(-1.0) == (1.0, 1.0)
    assert BOUNDED.interval(1.0) == pytest.approx((10**-1.3, 10**-0.8))
    assert BOUNDED.interval(2.5) == pytest.approx((10**-3.25, 10**-1.875))
    lowest, highest = BOUNDED.interval(1e9) or (0.0, 0.0)
    assert lowest <= BOUNDED.false_match_rate(1e9) <= highest
    assert LINE.interval(1.0) is None


@pytest.mark.parametrize("score", [0.3, 1.7, 2.5, 3.4])
def test_a_rate_leads_back_to_its_score(score: float) -> None:
    assert LINE.score_at(LINE.false_match_rate(score)) == pytest.approx(score)


def test_a_rate_beyond_the_last_measured_point_is_marked() -> None:
    assert not BOUNDED.extrapolated(2.0)
    assert BOUNDED.extrapolated(2.1)


def test_a_file_with_an_interval_is_read_again() -> None:
    assert Calibration.from_json(BOUNDED.to_json()) == BOUNDED


@pytest.mark.parametrize("bounds", [((0.0, 0.0),), ((0.0, 0.0), (-0.5, -0.4), (-2.6, -1.5))])
def test_an_interval_that_does_not_enclose_the_rate_is_refused(
    bounds: tuple[tuple[float, float], ...],
) -> None:
    with pytest.raises(CalibrationInvalid, match="enclose"):
        replace(BOUNDED, bounds=bounds)


def test_an_operators_own_calibration_comes_before_the_shipped_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = Path(str(files("matcher.face"))) / "calibration.json"
    own = replace(Calibration.from_json(shipped.read_text()), protocol="own photographs")
    (tmp_path / "calibrations").mkdir()
    (tmp_path / "calibrations" / "own.json").write_text(own.to_json())
    monkeypatch.setattr(
        "matcher.calibration.settings", lambda: settings().model_copy(update={"models_dir": tmp_path})
    )
    calibration_for.cache_clear()
    assert calibration_for(Modality.FACE, own.producer).protocol == "own photographs"
    calibration_for.cache_clear()


def test_an_unknown_producer_is_told_how_to_measure_its_rates() -> None:
    with pytest.raises(CalibrationMissing, match=r"benchmarks\.run calibration/face") as refused:
        calibration_for(Modality.FACE, "no-such-producer/0")
    assert str(settings().models_dir) in refused.value.message
