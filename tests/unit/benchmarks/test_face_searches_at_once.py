"""The benchmark of searches at once runs and tells of both ways."""

import json
from pathlib import Path

from benchmarks.run import main


def test_a_small_gallery_is_searched_by_several_threads_both_ways(tmp_path: Path) -> None:
    told = tmp_path / "at_once.json"
    sizes = ["--size", "2000", "--threads", "1", "3", "--seconds", "0.05"]
    assert main(["scale/face_searches_at_once", *sizes, "--json", str(told)]) == 0
    metrics = json.loads(told.read_text(encoding="utf-8"))["metrics"]
    assert set(metrics) == {"2000", "product_ms_a_search"}
    assert metrics["product_ms_a_search"]["32"] < metrics["product_ms_a_search"]["1"]
    for threads in ("1_threads", "3_threads"):
        for searched in metrics["2000"][threads].values():
            assert min(searched["together"]["p50_ms"], searched["apart"]["p50_ms"]) > 0
