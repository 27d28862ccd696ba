"""Checks slap fingers against rolled prints: which rolled print each one is, what is swapped or repeated."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from biometrics.template import FingerPosition
from matcher.calibration import Calibration
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.prepared import prepare
from matcher.parameters import MATCHER
from matcher.swaps import mostly_crossed

Rates = Mapping[tuple[FingerPosition, FingerPosition], float]
"""False-match rate by position in the slap and position of the rolled print."""


class SequenceVerdict(StrEnum):
    """What comparison says about one finger of a slap."""

    CONFIRMED = "confirmed"
    SWAPPED = "swapped"
    UNCONFIRMED = "unconfirmed"
    NOT_ROLLED = "not_rolled"


@dataclass(frozen=True)
class SequenceFinger:
    """One finger of a slap.

    Attributes:
        matches: Rolled prints that are this finger, surest first; more than one: it was rolled twice.
        false_match_rate: Of the first of them, else of the rolled print of the same position (1 if none).
    """

    position: FingerPosition
    verdict: SequenceVerdict
    matches: tuple[FingerPosition, ...]
    false_match_rate: float


@dataclass(frozen=True)
class SequenceCheck:
    """What the slaps say about the rolled prints.

    Attributes:
        fingers: In the order of their positions.
        repeated: Groups of rolled positions that hold the same finger.
        shared: Groups of slap positions that match the same rolled print.
        hands_exchanged: The matches lie on the other hand, finger by finger.
    """

    fingers: tuple[SequenceFinger, ...]
    repeated: tuple[tuple[FingerPosition, ...], ...]
    shared: tuple[tuple[FingerPosition, ...], ...]
    hands_exchanged: bool

    @property
    def in_order(self) -> bool:
        """Whether nothing speaks against the stated positions."""
        swapped = any(finger.verdict is SequenceVerdict.SWAPPED for finger in self.fingers)
        return not (swapped or self.repeated or self.shared)


def check_sequence(
    slaps: Mapping[FingerPosition, bytes],
    rolled: Mapping[FingerPosition, bytes],
    calibration: Calibration,
    *,
    same_finger: float = MATCHER.sequence_rate,
) -> SequenceCheck:
    """Compare every slap finger with every rolled print, all given as template bytes by stated position.

    Args:
        same_finger: False-match rate from which on two prints count as one finger.

    Raises:
        TemplateUnreadable: one of the templates is damaged.
    """
    plain = {position: prepare(payload) for position, payload in slaps.items()}
    full = {position: prepare(payload) for position, payload in rolled.items()}
    return judge_sequence(
        {
            (position, other): calibration.false_match_rate(score_prepared(print_, against))
            for position, print_ in plain.items()
            for other, against in full.items()
        },
        frozenset(slaps),
        same_finger,
    )


def judge_sequence(
    rates: Rates, slaps: frozenset[FingerPosition], same_finger: float = MATCHER.sequence_rate
) -> SequenceCheck:
    """Say what a table of false-match rates means for the fingers of ``slaps``."""
    fingers = tuple(_judge_finger(position, rates, same_finger) for position in sorted(slaps))
    sharing: dict[FingerPosition, list[FingerPosition]] = defaultdict(list)
    for finger in fingers:
        for other in finger.matches[:1]:
            sharing[other].append(finger.position)
    return SequenceCheck(
        fingers,
        tuple(dict.fromkeys(tuple(sorted(finger.matches)) for finger in fingers if len(finger.matches) > 1)),
        tuple(tuple(group) for group in sharing.values() if len(group) > 1),
        # A finger's first match is its surest; two fingers never cross to the same one.
        mostly_crossed([(finger.position, finger.matches[0]) for finger in fingers if finger.matches]),
    )


def _judge_finger(position: FingerPosition, rates: Rates, same_finger: float) -> SequenceFinger:
    against = {other: rate for (slap, other), rate in rates.items() if slap is position}
    matches = tuple(
        sorted((o for o, rate in against.items() if rate <= same_finger), key=lambda o: against[o])
    )
    if position in matches:
        verdict = SequenceVerdict.CONFIRMED
    elif matches:
        verdict = SequenceVerdict.SWAPPED
    else:
        verdict = SequenceVerdict.UNCONFIRMED if position in against else SequenceVerdict.NOT_ROLLED
    shown = matches[0] if matches else position
    return SequenceFinger(position, verdict, matches, against.get(shown, 1.0))
