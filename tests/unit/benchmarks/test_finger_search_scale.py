"""The benchmark of finger search at scale runs: mates are found, filters hold, a restart gives the answer."""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.finger_searches import Templates
from benchmarks.progress import SilentProgress
from benchmarks.scale.finger_search import measure
from datasets.synthetic.minutiae_distractors import distractors
from tests.unit.matcher_fingerprint.conftest import second_impression, seed_finger

CALIBRATION = Path(__file__).parents[3] / "matcher" / "fingerprint" / "calibration.json"


def test_small_galleries_are_measured(tmp_path: Path) -> None:
    fingers = list(distractors([seed_finger()], 6, seed=3))
    templates = Templates(
        [
            made.to_bytes()
            for k, finger in enumerate(fingers)
            for made in (finger, second_impression(finger, k))
        ],
        np.repeat(np.arange(6), 2),
        np.tile([True, False], 6),
    )
    producer = json.loads(CALIBRATION.read_text(encoding="utf-8"))["producer"]
    wanted = argparse.Namespace(
        size=[60, 150], searches=4, filtered=3, compared=3, starts=1, kept=tmp_path, processes=1
    )
    metrics = measure(templates, producer, wanted, SilentProgress())
    assert set(metrics) == {"60", "150"}
    for measured in metrics.values():
        assert measured["accuracy"]["rank1"] == measured["accuracy"]["first_stage_hit"] == 1.0
        assert measured["compared_with_all"]["same_best"] == 1.0
        assert [each["mate_first"] for each in measured["filters"].values()] == [1.0] * 4
        assert measured["filters"]["0.5"]["best_is_exact"] == 1.0
        assert measured["from_snapshot"]["best"] == 1  # the first probe is of the first row
        assert measured["all_cores_ms"]["p50"] > 0
    assert len(list(tmp_path.iterdir())) == 2  # what the smaller gallery has is not made twice
