"""What `nishan identify` prints: rates where there are any, and of a sketch that there are none."""

from typing import Any

import pytest
from rich.console import Console

from nishan.commands.identify import _candidates


def _printed(search: dict[str, Any]) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(_candidates(search))
    return captured.get()


def _search(*, sketch: bool) -> dict[str, Any]:
    candidate = {
        "rank": 1,
        "person": {"number": "2900000017", "display_name": "Training Person"},
        "score": None if sketch else 41.0,
        "false_match_rate": None if sketch else 8e-5,
        "false_match_rate_interval": None,
        "extrapolated": False,
        "expected_strangers": None if sketch else 0.008,
        "evidence": [{"score": 0.47}],
        "encounters": [],
    }
    return {
        "uncalibrated": sketch,
        "candidates": [candidate],
        "notices": [{"message": "For investigation only."}] if sketch else [],
        "slaps": [],
        "threshold": None,
        "face_population": None if sketch else {"name": "mixed", "statement": "Rates of press photographs."},
        "shards_searched": 1,
        "shards_total": 1,
        "subjects_searched": 100,
    }


def test_a_sketch_comes_without_rates() -> None:
    printed = _printed(_search(sketch=True))
    assert "0.47, not calibrated" in printed
    assert "For investigation only." in printed
    assert "Strangers expected" not in printed


@pytest.mark.parametrize("told", ["41.0", "0.008", "1 in 12,000", "Rates of press photographs."])
def test_a_photograph_comes_with_them(told: str) -> None:
    assert told in _printed(_search(sketch=False))
