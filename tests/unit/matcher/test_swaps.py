"""Whether prints are of another finger, or all of the other hand, is read off the best match of each."""

import pytest

from biometrics.template import FingerPosition, Modality
from matcher.candidates import ReferenceScore
from matcher.swaps import misplaced, of_other_hand
from tests.unit.matcher.plain_index import template, vector


def matches(*pairs: tuple[int, int], rate: float = 1e-9) -> list[ReferenceScore]:
    return [
        ReferenceScore(index, index, Modality.FINGER, FingerPosition(found), 1.0, rate)
        for index, (_, found) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("pairs", "other"),
    [
        pytest.param([(1, 6), (2, 7), (3, 8), (4, 9)], True, id="right hand sent, left taken"),
        pytest.param([(n, (n + 4) % 10 + 1) for n in range(1, 11)], True, id="both hands exchanged"),
        pytest.param([(2, 7), (3, 8), (4, 4)], True, id="one finger happens to be right"),
        pytest.param([(2, 7)], False, id="one finger is no hand"),
        pytest.param([(2, 3), (3, 2)], False, id="two fingers of one hand exchanged"),
        pytest.param([(2, 7), (3, 8), (4, 4), (5, 5), (1, 1)], False, id="most are right"),
        pytest.param([(2, 7), (2, 7)], False, id="one finger twice"),
        pytest.param([(0, 7), (0, 8)], False, id="nothing was stated"),
    ],
)
def test_a_hand_is_called_exchanged_when_most_fingers_say_so(
    pairs: list[tuple[int, int]], other: bool
) -> None:
    probe = [
        template(vector(n), FingerPosition(stated), Modality.FINGER) for n, (stated, _) in enumerate(pairs)
    ]
    assert of_other_hand(probe, matches(*pairs)) is other
    wrong = [(stated, found) for stated, found in pairs if stated not in (0, found)]
    assert [(item.stated, item.found) for item in misplaced(probe, matches(*pairs))] == wrong


def test_matches_that_may_be_chance_say_nothing() -> None:
    probe = [template(vector(n), FingerPosition(n)) for n in (2, 3)]
    chance = matches((2, 7), (3, 8), rate=1e-4)
    assert not of_other_hand(probe, chance)
    assert misplaced(probe, chance) == []
