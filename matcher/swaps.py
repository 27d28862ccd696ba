"""Tells which prints seem to have been taken from another finger, or all from the other hand, than stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from biometrics.template import FingerPosition, Modality
from matcher.fusion import fits
from matcher.parameters import MATCHER

OTHER_HAND = 5
"""Positions of one finger on the two hands differ by this."""


class Stated(Protocol):
    """What is said of a sample of the probe: a template, or a sample as recorded."""

    @property
    def modality(self) -> Modality: ...
    @property
    def position(self) -> FingerPosition: ...


class PrintComparison(Protocol):
    """One comparison of a probe print with a reference of the subject."""

    @property
    def probe_index(self) -> int: ...
    @property
    def position(self) -> FingerPosition: ...
    @property
    def score(self) -> float: ...
    @property
    def false_match_rate(self) -> float: ...


@dataclass(frozen=True)
class Misplaced:
    """A probe print that matches a finger other than the stated one.

    Attributes:
        probe_index: Which probe template.
        stated: The position given with the probe.
        found: The position of the reference it matches.
        false_match_rate: Of that comparison.
    """

    probe_index: int
    stated: FingerPosition
    found: FingerPosition
    false_match_rate: float


def misplaced(probe: Sequence[Stated], evidence: Sequence[PrintComparison]) -> list[Misplaced]:
    """Return the probe prints whose best match in one subject is a different known finger."""
    return [
        Misplaced(best.probe_index, stated, best.position, best.false_match_rate)
        for stated, best in _matched(probe, evidence)
        if not fits(stated, best.position)
    ]


def of_other_hand(probe: Sequence[Stated], evidence: Sequence[PrintComparison]) -> bool:
    """Whether at least two prints match their namesake on the other hand, and most of those that match do."""
    matched = [(stated, best.position) for stated, best in _matched(probe, evidence)]
    return mostly_crossed([(stated, found) for stated, found in matched if stated and found])


def mostly_crossed(matched: Sequence[tuple[FingerPosition, FingerPosition]]) -> bool:
    """Whether at least two fingers, and most of those that match, match their namesake on the other hand.

    Args:
        matched: For each print that matches, its stated position and that of what it matches, both known.
    """
    crossed = [found for stated, found in matched if is_other_hand(stated, found)]
    return len(set(crossed)) >= 2 and 2 * len(crossed) > len(matched)


def is_other_hand(stated: FingerPosition, found: FingerPosition) -> bool:
    """Whether the two are the same finger of different hands."""
    return abs(found - stated) == OTHER_HAND


def _matched(
    probe: Sequence[Stated], evidence: Sequence[PrintComparison]
) -> list[tuple[FingerPosition, PrintComparison]]:
    """Return the stated position and the best comparison of each print that surely matches the subject."""
    found = []
    for index, item in enumerate(probe):
        own = [comparison for comparison in evidence if comparison.probe_index == index]
        if item.modality is not Modality.FINGER or not own:
            continue
        best = min(own, key=lambda comparison: (comparison.false_match_rate, -comparison.score))
        if best.false_match_rate <= MATCHER.misplaced_rate:
            found.append((item.position, best))
    return found
