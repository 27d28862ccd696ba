"""The rates that fused rates are checked by are measured as the service's: between prints of one sensor."""

from pathlib import Path

import numpy as np

from benchmarks.finger_samples import PrintSet
from benchmarks.fused_rates import Scores, calibrated_without

DATABASES, FINGERS, IMPRESSIONS = 3, 12, 2


def test_rates_come_from_strangers_of_one_sensor_and_not_of_the_one_left_out() -> None:
    random = np.random.default_rng(5)
    database = np.repeat(np.arange(DATABASES), FINGERS * IMPRESSIONS)
    finger = np.repeat(np.arange(DATABASES * FINGERS), IMPRESSIONS)
    prints = PrintSet(["A", "B", "C"], [Path()] * len(finger), database, finger, np.ones(len(finger), bool))
    values = random.normal(-8.0, 0.1, (len(finger), len(finger)))  # across sensors: far less alike
    same_sensor = database[:, None] == database
    values[same_sensor] = random.normal(0.0, 1.0, int(same_sensor.sum()))
    values[same_sensor & (database == 2)] += 5.0
    values[finger[:, None] == finger] = 20.0
    values[3] = values[:, 3] = -np.inf
    found = calibrated_without(prints, Scores(values, np.ones(len(finger))), 2)
    pairs = 2 * (FINGERS * (FINGERS - 1) // 2) * IMPRESSIONS**2
    assert found.comparisons == pairs - (FINGERS - 1) * IMPRESSIONS
    assert 0.4 < found.false_match_rate(0.0) < 0.6
