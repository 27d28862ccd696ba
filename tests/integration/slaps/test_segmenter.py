"""A slap is taken apart into the fingers that were put into it, and what is no slap is refused."""

from dataclasses import astuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound, ResolutionUnusable
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.errors import FingersExpectedNone, NotFingers
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR
from biometrics.fingerprint.slaps.segmenter import SlapKind, SlapRequest, SlapSegmentation, crops, segment
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition
from datasets.synthetic.slaps import ComposedSlap
from tests.integration.slaps.conftest import composed

FOUR = SlapRequest(SlapKind.FOUR_FINGERS)
TOLERANCE_PX = 64


def image(pixels: NDArray[np.uint8]) -> DecodedImage:
    return DecodedImage(pixels, 500.0, "PNG")


def found(answer: SlapSegmentation) -> list[FingerPosition]:
    return [finger.position for finger in answer.fingers]


def assert_boxes(slap: ComposedSlap, answer: SlapSegmentation, scale: float = 1.0) -> None:
    assert found(answer) == [true.position for true in slap.fingers]
    for true, finger in zip(slap.fingers, answer.fingers, strict=True):
        off = np.array(astuple(true.bounds)) * scale - np.array(astuple(finger.bounds))
        assert np.abs(off).max() <= TOLERANCE_PX * scale, true.position
        assert abs(finger.box.angle_rad - true.box.angle_rad) < 0.3


@pytest.mark.parametrize("hand", Hand)
def test_hand_positions_and_boxes_are_found(
    hand: Hand, right_hand: ComposedSlap, left_hand: ComposedSlap
) -> None:
    slap = right_hand if hand is Hand.RIGHT else left_hand
    answer = segment(image(slap.pixels), FOUR)
    assert answer.hand is hand
    assert answer.hand_confidence > 0.9
    assert answer.not_found == ()
    assert_boxes(slap, answer)


def test_boxes_are_in_pixels_of_the_image_given(right_hand: ComposedSlap) -> None:
    double = cv2.resize(right_hand.pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    answer = segment(image(np.asarray(double, np.uint8)), FOUR, dpi=1000)
    assert_boxes(right_hand, answer, scale=2)


def test_a_stated_hand_is_kept_and_contradicted(right_hand: ComposedSlap) -> None:
    answer = segment(image(right_hand.pixels), SlapRequest(SlapKind.FOUR_FINGERS, Hand.LEFT))
    assert answer.hand is Hand.LEFT
    assert answer.hand_contradicted
    assert set(found(answer)) <= set(LEFT_FOUR)


def test_the_mirror_image_is_the_other_hand(right_hand: ComposedSlap) -> None:
    mirrored = np.ascontiguousarray(right_hand.pixels[:, ::-1])
    assert segment(image(mirrored), FOUR).hand is Hand.LEFT


def test_a_missing_finger_leaves_its_name_out() -> None:
    gone = frozenset({FingerPosition.RIGHT_MIDDLE})
    slap = composed(Hand.RIGHT, *gone)
    answer = segment(image(slap.pixels), SlapRequest(SlapKind.FOUR_FINGERS, Hand.RIGHT, missing=gone))
    assert answer.not_found == ()
    assert_boxes(slap, answer)


def test_a_finger_not_stated_as_missing_is_reported() -> None:
    slap = composed(Hand.RIGHT, FingerPosition.RIGHT_MIDDLE)
    answer = segment(image(slap.pixels), SlapRequest(SlapKind.FOUR_FINGERS, Hand.RIGHT))
    assert answer.not_found == (FingerPosition.RIGHT_MIDDLE,)


def test_never_more_fingers_than_expected(right_hand: ComposedSlap) -> None:
    single = SlapRequest(SlapKind.SINGLE_FINGER, position=FingerPosition.LEFT_LITTLE)
    answer = segment(image(right_hand.pixels), single)
    assert found(answer) == [FingerPosition.LEFT_LITTLE]
    assert answer.unexplained == 3


def test_thumbs_are_named_by_their_side(left_hand: ComposedSlap) -> None:
    two = left_hand.fingers[0].bounds, left_hand.fingers[-1].bounds
    only = np.full_like(left_hand.pixels, 250)
    for box in two:
        window = (slice(box.top, box.bottom), slice(box.left, box.right))
        only[window] = left_hand.pixels[window]
    answer = segment(image(only), SlapRequest(SlapKind.TWO_THUMBS))
    assert found(answer) == [FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_THUMB]
    assert answer.hand is None
    one = segment(
        image(only), SlapRequest(SlapKind.TWO_THUMBS, missing=frozenset({FingerPosition.LEFT_THUMB}))
    )
    assert found(one) == [FingerPosition.RIGHT_THUMB]


def test_crops_stand_upright(right_hand: ComposedSlap) -> None:
    answer = segment(image(right_hand.pixels), FOUR)
    for cut, finger in zip(crops(image(right_hand.pixels), answer), answer.fingers, strict=True):
        assert cut.shape == (round(finger.box.height) + 32, round(finger.box.width) + 32)
        assert cut[:8].mean() > 200 > cut[40:-40, 40:-40].mean()


def ridges_everywhere(height: int, width: int) -> NDArray[np.uint8]:
    row, column = np.mgrid[:height, :width].astype(np.float32)
    bent = row + 60 * np.sin(column / 160)
    return (128 + 90 * np.sin(2 * np.pi * bent / 9)).astype(np.uint8)


def creased_palm() -> NDArray[np.uint8]:
    palm = ridges_everywhere(1500, 1600)
    for crease in ([(0, 500), (800, 620), (1600, 400)], [(500, 1500), (700, 900), (300, 0)]):
        cv2.polylines(palm, [np.array(crease, np.int32)], False, 250, 40)
    return palm


def page_of_text() -> NDArray[np.uint8]:
    page = np.full((1500, 1600), 245, np.uint8)
    for line in range(40, 1480, 44):
        text = "the quick brown fox jumps over the lazy dog and back again 1234567"
        cv2.putText(page, text, (30, line), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2, cv2.LINE_AA)
    return page


@pytest.mark.parametrize(
    ("pixels", "error"),
    [
        (np.full((1500, 1600), 255, np.uint8), NoFingerprintFound),
        (np.full((1500, 1600), 120, np.uint8), NoFingerprintFound),
        (np.zeros((100, 900), np.uint8), ImageTooSmall),
        (np.zeros((5000, 5000), np.uint8), NotFingers),
        (ridges_everywhere(1500, 1600), NotFingers),
        (creased_palm(), NotFingers),
        (page_of_text(), NoFingerprintFound),
        (np.random.default_rng(1).integers(0, 255, (900, 900), np.uint8), NoFingerprintFound),
    ],
    ids=["white", "grey", "small", "whole hand", "palm", "creased palm", "text", "noise"],
)
def test_what_is_no_slap_is_refused(pixels: NDArray[np.uint8], error: type[Exception]) -> None:
    with pytest.raises(error):
        segment(image(pixels), FOUR)


def test_an_unusable_resolution_is_refused(right_hand: ComposedSlap) -> None:
    with pytest.raises(ResolutionUnusable):
        segment(image(right_hand.pixels), FOUR, dpi=72)


def test_a_slap_without_fingers_is_not_asked_for(right_hand: ComposedSlap) -> None:
    gone = frozenset(RIGHT_FOUR)
    with pytest.raises(FingersExpectedNone):
        segment(image(right_hand.pixels), SlapRequest(SlapKind.FOUR_FINGERS, Hand.RIGHT, missing=gone))
