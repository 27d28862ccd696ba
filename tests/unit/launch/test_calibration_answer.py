"""What `nishan calibration fit` prints: the fit beside the shipped rates, how it holds, who was left out."""

import io
from typing import Any

from rich.console import Console

from nishan.commands.calibration import _fitted


def _table(name: str, score: float) -> dict[str, Any]:
    rates = [
        {"rate": 1e-3, "score": score, "interval": [5e-4, 2e-3], "extrapolated": False},
        {"rate": 1e-6, "score": score + 0.2, "interval": [1e-8, 1e-4], "extrapolated": True},
    ]
    return {"population": {"name": name}, "comparisons": 179_700, "rates": rates}


def test_a_fit_is_shown_beside_the_shipped_rates() -> None:
    found = {
        "number": 2,
        "people": 600,
        "active": False,
        "table": _table("own-2", 0.291),
        "held_out": [{"rate": 1e-3, "observed_over_stated": 0.958, "expected_pairs": 89.7}],
        "same_person_pairs": 2,
        "same_person_from": 0.518,
    }
    shown = io.StringIO()
    Console(file=shown, width=160).print(_fitted(found, [_table("mugshots", 0.338)]))
    lines = shown.getvalue()
    assert "600 people, 179,700 pairs of strangers" in lines
    assert "0.338 (1 in 500 to 1 in 2,000)" in lines
    assert "0.291 (1 in 500 to 1 in 2,000)" in lines
    assert "0.491, extrapolated" in lines
    assert "0.96" in lines
    assert "89.7 expected" in lines
    assert "2 pairs from 0.52 on look like one person" in lines
    assert "nishan calibration use 2" in lines
