"""The shipped calibration belongs to the extractor's producer."""

from biometrics.fingerprint.extractor import producer_name
from biometrics.template import Modality
from matcher.calibration import calibration_for
from models.registry import model


def test_the_calibration_is_of_the_current_producer() -> None:
    calibration = calibration_for(Modality.FINGER, producer_name(model("leader")))
    assert calibration.comparisons > 10_000
    assert calibration.false_match_rate(-20.0) == 1.0
    assert calibration.false_match_rate(20.0) < 1e-6
