"""The benchmark of face search runs, agrees with exact search, and draws its curve."""

import json
from pathlib import Path

from benchmarks import report
from benchmarks.run import main


def test_a_small_gallery_is_measured_and_drawn(tmp_path: Path) -> None:
    told = tmp_path / "face_search.json"
    sizes = ["--size", "1500", "3000", "--searches", "15", "--filtered", "6"]
    assert main(["scale/face_search", *sizes, "--json", str(told)]) == 0
    metrics = json.loads(told.read_text(encoding="utf-8"))["metrics"]
    assert set(metrics) == {"1500", "3000"}
    for measured in metrics.values():
        assert measured["recall"]["stated"] == 1.0
        assert measured["recall"]["enrolled"]["rank1"] == measured["recall"]["strangers"]["rank1"] == 1.0
        assert [kept["all_twenty_are_exact"] for kept in measured["filters"].values()] == [1.0] * 4
    assert report.main([str(told), "--out", str(tmp_path)]) == 0
    assert (tmp_path / "latency.png").stat().st_size > 1000
