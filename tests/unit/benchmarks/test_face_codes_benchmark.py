"""The benchmark of codes runs on a small segment, and counts what each way loses."""

import json
from pathlib import Path

from benchmarks.run import main


def test_a_small_segment_is_searched_each_way(tmp_path: Path) -> None:
    told = tmp_path / "face_codes.json"
    assert main(["scale/face_codes", "--size", "12000", "--searches", "30", "--json", str(told)]) == 0
    metrics = json.loads(told.read_text(encoding="utf-8"))["metrics"]
    shallow, deep = (metrics[f"{probed}_of_1024_cells"]["best_row_lost"]["strangers"] for probed in (8, 256))
    assert 1.0 > shallow > deep
    two, four = (metrics[f"{values}_values_a_code"] for values in (2, 4))
    assert two["depth"]["strangers"] < four["depth"]["strangers"]
    assert (two["bytes_a_row"], four["bytes_a_row"]) == (32, 16)
    assert metrics["shipped"]["best_row_lost"] == {"enrolled": 0.0, "strangers": 0.0}
