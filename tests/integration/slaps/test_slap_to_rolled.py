"""Fingers cut out of a slap are recognised among prints taken one by one, also in exchanged boxes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind, SlapRequest, crops, segment
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition, Modality
from datasets.synthetic.fingerprints import finger
from datasets.synthetic.slaps import compose
from matcher.calibration import calibration_for
from matcher.fingerprint.sequence import check_sequence

PERSON = 11
INDEX, MIDDLE = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_MIDDLE
GONE = frozenset({FingerPosition.RIGHT_RING, FingerPosition.RIGHT_LITTLE})


@pytest.mark.usefixtures("models_ready")
def test_fingers_cut_from_a_slap_match_other_impressions() -> None:
    prints = {position: finger(PERSON, position, 0) for position in (INDEX, MIDDLE)}
    slap = compose(np.random.default_rng(1), SlapKind.FOUR_FINGERS, Hand.RIGHT, prints, straighten=True)
    picture = DecodedImage(slap.pixels, 500.0, "PNG")
    answer = segment(picture, SlapRequest(SlapKind.FOUR_FINGERS, Hand.RIGHT, missing=GONE))
    extractor = FingerprintExtractor.open()

    def payload(pixels: NDArray[np.uint8]) -> bytes:
        return extractor.extract(DecodedImage(pixels, 500.0, "PNG")).template.payload

    plain = {
        each.position: payload(cut) for each, cut in zip(answer.fingers, crops(picture, answer), strict=True)
    }
    rolled = {INDEX: MIDDLE, MIDDLE: INDEX}  # the card's boxes were exchanged
    full = {box: payload(finger(PERSON, truth, 1)) for box, truth in rolled.items()}
    check = check_sequence(plain, full, calibration_for(Modality.FINGER, extractor.producer))
    assert {each.position: each.matches for each in check.fingers} == {INDEX: (MIDDLE,), MIDDLE: (INDEX,)}
