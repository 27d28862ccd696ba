"""Swapped, repeated and unrolled fingers are told apart from those in order."""

from biometrics.template import FingerPosition
from matcher.fingerprint.sequence import SequenceVerdict, judge_sequence

INDEX, MIDDLE, RING = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_MIDDLE, FingerPosition.RIGHT_RING
LEFT_INDEX, LEFT_MIDDLE = FingerPosition.LEFT_INDEX, FingerPosition.LEFT_MIDDLE
SAME, DIFFERENT = 1e-6, 0.3


def rates(*same: tuple[FingerPosition, FingerPosition]) -> dict[tuple[FingerPosition, FingerPosition], float]:
    every = (INDEX, MIDDLE, RING, LEFT_INDEX, LEFT_MIDDLE)
    return {(a, b): SAME if (a, b) in same else DIFFERENT for a in (INDEX, MIDDLE) for b in every}


SLAP = frozenset({INDEX, MIDDLE})


def test_fingers_in_order_are_confirmed() -> None:
    check = judge_sequence(rates((INDEX, INDEX), (MIDDLE, MIDDLE)), SLAP)
    assert check.in_order
    assert [each.verdict for each in check.fingers] == [SequenceVerdict.CONFIRMED] * 2
    assert check.fingers[0].false_match_rate == SAME


def test_exchanged_fingers_are_named() -> None:
    check = judge_sequence(rates((INDEX, MIDDLE), (MIDDLE, INDEX)), SLAP)
    assert not check.in_order
    assert [each.verdict for each in check.fingers] == [SequenceVerdict.SWAPPED] * 2
    assert [each.matches for each in check.fingers] == [(MIDDLE,), (INDEX,)]
    assert not check.hands_exchanged


def test_exchanged_hands_are_said() -> None:
    assert judge_sequence(rates((INDEX, LEFT_INDEX), (MIDDLE, LEFT_MIDDLE)), SLAP).hands_exchanged


def test_a_finger_rolled_twice_is_repeated() -> None:
    check = judge_sequence(rates((INDEX, INDEX), (INDEX, RING), (MIDDLE, MIDDLE)), SLAP)
    assert check.repeated == ((INDEX, RING),)
    assert not check.in_order


def test_two_slap_fingers_cannot_be_one_rolled_print() -> None:
    check = judge_sequence(rates((INDEX, INDEX), (MIDDLE, INDEX)), SLAP)
    assert check.shared == ((INDEX, MIDDLE),)
    assert not check.in_order


def test_no_match_is_no_objection() -> None:
    check = judge_sequence({(INDEX, INDEX): DIFFERENT}, SLAP)
    assert [each.verdict for each in check.fingers] == [
        SequenceVerdict.UNCONFIRMED,
        SequenceVerdict.NOT_ROLLED,
    ]
    assert check.in_order
