"""Plots and table from result files of every form that benchmarks write."""

import json
from pathlib import Path
from typing import Any

from benchmarks import report


def write(folder: Path, name: str, curves: dict[str, Any]) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"metrics": {"macro": {"eer": 0.0018}}, "curves": curves}), encoding="utf-8")
    return str(path)


def test_one_picture_per_kind_of_curve_and_a_table(tmp_path: Path) -> None:
    rates = {"fmr": [0.0, 0.001, 0.1], "fnmr": [0.02, 0.01, 0.0]}
    files = [
        write(tmp_path, "verification", {"det": rates}),
        write(
            tmp_path, "identification", {"cmc": [0.98, 0.99], "fnir_fpir": {"fpir": [0.1], "fnir": [0.02]}}
        ),
        write(tmp_path, "scores", {"scores": {"real genuine": {"edges": [0, 1, 2], "share": [0.4, 0.6]}}}),
        write(tmp_path, "without", {}),
    ]
    out = tmp_path / "plots"
    assert report.main([*files, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {
        "det.png",
        "cmc.png",
        "fnir_fpir.png",
        "scores.png",
        "table.md",
    }
    assert all(path.stat().st_size < 150_000 for path in out.iterdir())
    assert "| without | `macro.eer` | 0.0018 |" in (out / "table.md").read_text(encoding="utf-8")


def test_curves_are_told_apart_by_name() -> None:
    two = {"one finger": {"rank": [1], "found": [0.98]}, "two fingers": {"rank": [1], "found": [0.99]}}
    assert [label for label, _ in report.named_curves("persons", two)] == [
        "persons: one finger",
        "persons: two fingers",
    ]
    assert report.named_curves("fingers", [0.98, 0.99]) == [
        ("fingers", {"rank": [1, 2], "found": [0.98, 0.99]})
    ]
    assert report.named_curves("det", {"fmr": [0.1]}) == [("det", {"fmr": [0.1]})]
