"""Scores in words."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.odds import grouped, interval, is_lead, one_in, sentence, strangers, strength


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (1.0, "most"),
        (0.5, "most"),
        (0.1, "1 in 10"),
        (1e-3, "1 in 1,000"),
        (5e-5, "1 in 20,000"),
        (2e-6, "1 in 5 lakh"),
        (3.1e-8, "1 in 3 crore"),
        (1e-30, "fewer than 1 in 1,000 crore"),
    ],
)
def test_rates_are_said_as_odds(rate: float, said: str) -> None:
    assert one_in(rate) == said


def test_the_sentence_reads_well_at_both_ends() -> None:
    assert sentence(1.0) == "Most unrelated people would score this high."
    assert sentence(1e-3) == "About 1 in 1,000 unrelated people would score this high."
    assert sentence(0.0).startswith("Fewer than 1 in 1,000 crore")


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "12,34,567"), (-45678, "-45,678")]
)
def test_digits_are_grouped_as_in_india(number: int, text: str) -> None:
    assert grouped(number) == text


@given(st.integers(0, 10**14))
def test_grouping_loses_no_digit(number: int) -> None:
    assert int(grouped(number).replace(",", "")) == number


@given(st.floats(1e-9, 0.49))
def test_odds_stay_near_the_rate(rate: float) -> None:
    words = one_in(rate).removeprefix("1 in ").replace(",", "")
    scale = {"lakh": 1e5, "crore": 1e7}
    figure, _, unit = words.partition(" ")
    assert 0.6 < float(figure) * scale.get(unit, 1.0) * rate < 1.5


@dataclass(frozen=True)
class _Candidate:
    false_match_rate: float
    expected_strangers: float


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        (1e-9, "Very strong lead"),
        (0.005, "Strong lead"),
        (0.05, "Fair lead"),
        (0.5, "Weak lead"),
        (1.0, "No better than chance"),
        (250.0, "No better than chance"),
    ],
)
def test_leads_are_named_by_the_strangers_expected(expected: float, name: str) -> None:
    candidate = _Candidate(expected / 10_000, expected)
    assert strength(candidate) == name
    assert is_lead(candidate) is (expected < 1)


def test_a_common_score_is_no_lead_in_a_tiny_gallery() -> None:
    assert not is_lead(_Candidate(false_match_rate=0.6, expected_strangers=0.6))


@dataclass(frozen=True)
class _Measured:
    false_match_rate_interval: tuple[float, float] | None
    extrapolated: bool


def test_how_sure_a_rate_is_stands_beside_it() -> None:
    assert interval(_Measured((1 / 40_000, 1 / 9_000), False)) == "Between 1 in 9,000 and 1 in 40,000."
    assert interval(_Measured(None, True)) == "Rarer than was measured: extrapolated."
    assert interval(_Measured((1e-6, 1e-6), False)) == ""


def test_strangers_are_said_with_the_size_of_the_gallery() -> None:
    assert strangers(12.4, 20_500) == (
        "Expected strangers in this gallery of 20,500 people: 10. A score like this is no better than chance."
    )
    assert "0.004. About 1 such search in 250" in strangers(0.004, 10)
    assert "fewer than 0.001" in strangers(1e-7, None)
