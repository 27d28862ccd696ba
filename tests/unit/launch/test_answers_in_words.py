"""What the commands say of rates: odds with their interval, and groups of which too few are known."""

import io

from rich.console import Console

from nishan.commands.fairness import _report
from nishan.commands.identify import rate_in_words


def _group(name: str, **changes: object) -> dict[str, object]:
    usual = {"people": 40, "comparisons": 780, "matches": 2, "rate": 0.0025, "interval": [0.0005, 0.01]}
    return {"group": name, "too_few": False, **usual, **changes}


def test_a_rate_is_said_with_its_interval_and_when_it_is_extrapolated() -> None:
    answer = {
        "false_match_rate": 1 / 20_000,
        "false_match_rate_interval": [1 / 40_000, 1 / 9_000],
        "extrapolated": False,
    }
    assert rate_in_words(answer) == "1 in 20,000 (1 in 9,000 to 1 in 40,000)"
    measured_less = {**answer, "false_match_rate_interval": None, "extrapolated": True}
    assert rate_in_words(measured_less) == "1 in 20,000, extrapolated"


def test_groups_are_shown_with_what_stands_out() -> None:
    grouping = {
        "attribute": "sex",
        "groups": [_group("male"), _group("female", too_few=True)],
        "across": _group("across", rate=0.0, interval=[0.0, 0.005]),
        "suppressed": ["other"],
    }
    answer = {
        "overall": _group("all"),
        "people_compared": 80,
        "stated_rate": 0.001,
        "face_population": {"name": "mugshots", "statement": "Rates of mugshots."},
        "groupings": [grouping],
        "warnings": ["By sex: look closer."],
    }
    shown = io.StringIO()
    Console(file=shown, width=120).print(_report(answer))
    lines = shown.getvalue()
    assert "People compared: 80. The threshold states 1 in 1,000." in lines
    assert "1 in 100 to 1 in 2,000" in lines
    assert "too few" in lines
    assert "1 in 200 to none" in lines
    assert "Too small to be shown: other." in lines
    assert "By sex: look closer." in lines
