"""The codes that ANSI/NIST-ITL gives fingers pressed down together, and what each asks segmentation for."""

from collections.abc import Collection
from enum import IntEnum

from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR, THUMBS
from biometrics.fingerprint.slaps.segmenter import SlapKind, SlapRequest
from biometrics.template import FingerPosition


class SlapPosition(IntEnum):
    """Friction ridge position codes 11 to 15 of ANSI/NIST-ITL 1-2011, table 8."""

    RIGHT_THUMB = 11
    LEFT_THUMB = 12
    RIGHT_FOUR = 13
    LEFT_FOUR = 14
    TWO_THUMBS = 15

    @property
    def part(self) -> str:
        """Name under which such a slap is sent."""
        return f"slap_{self.name.lower()}"

    @property
    def fingers(self) -> tuple[FingerPosition, ...]:
        """The fingers that belong on it."""
        return _FINGERS[self]

    @property
    def in_words(self) -> str:
        """What was pressed down, as in a sentence."""
        return _WORDS[self]

    @property
    def hand(self) -> Hand | None:
        """The hand of a four-finger slap."""
        return _HANDS.get(self)


SLAP_PARTS = {position.part: position for position in SlapPosition}

_FINGERS = {
    SlapPosition.RIGHT_THUMB: (FingerPosition.RIGHT_THUMB,),
    SlapPosition.LEFT_THUMB: (FingerPosition.LEFT_THUMB,),
    SlapPosition.RIGHT_FOUR: RIGHT_FOUR,
    SlapPosition.LEFT_FOUR: LEFT_FOUR,
    SlapPosition.TWO_THUMBS: THUMBS,
}
_WORDS = {
    SlapPosition.RIGHT_THUMB: "right thumb",
    SlapPosition.LEFT_THUMB: "left thumb",
    SlapPosition.RIGHT_FOUR: "four right fingers",
    SlapPosition.LEFT_FOUR: "four left fingers",
    SlapPosition.TWO_THUMBS: "two thumbs",
}
_HANDS = {SlapPosition.RIGHT_FOUR: Hand.RIGHT, SlapPosition.LEFT_FOUR: Hand.LEFT}


def request_for(position: SlapPosition, missing: Collection[FingerPosition] = ()) -> SlapRequest:
    """Return what a slap of that code should show, without the fingers that cannot be there."""
    if position in _HANDS:
        return SlapRequest(SlapKind.FOUR_FINGERS, hand=_HANDS[position], missing=frozenset(missing))
    if position is SlapPosition.TWO_THUMBS:
        return SlapRequest(SlapKind.TWO_THUMBS, missing=frozenset(missing))
    return SlapRequest(SlapKind.SINGLE_FINGER, position=position.fingers[0])
