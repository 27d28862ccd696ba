"""Slap codes name the fingers that belong on them, and ask segmentation for just these."""

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.positions import SLAP_PARTS, SlapPosition, request_for
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition


def test_codes_and_names_are_those_of_the_standard() -> None:
    assert {part: int(position) for part, position in SLAP_PARTS.items()} == {
        "slap_right_thumb": 11,
        "slap_left_thumb": 12,
        "slap_right_four": 13,
        "slap_left_four": 14,
        "slap_two_thumbs": 15,
    }


def test_each_slap_asks_for_its_fingers() -> None:
    right = request_for(SlapPosition.RIGHT_FOUR, [FingerPosition.RIGHT_RING])
    assert (right.kind, right.hand) == (SlapKind.FOUR_FINGERS, Hand.RIGHT)
    assert right.missing == {FingerPosition.RIGHT_RING}
    assert request_for(SlapPosition.TWO_THUMBS).kind is SlapKind.TWO_THUMBS
    thumb = request_for(SlapPosition.LEFT_THUMB)
    assert (thumb.kind, thumb.position) == (SlapKind.SINGLE_FINGER, FingerPosition.LEFT_THUMB)
    everyone = {finger for position in (13, 14, 15) for finger in SlapPosition(position).fingers}
    assert everyone == set(FingerPosition) - {FingerPosition.UNKNOWN}
