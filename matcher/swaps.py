"""Tells which prints seem to have been taken from another finger than the one stated."""

from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import FingerPosition, Modality, Template
from matcher.candidates import ReferenceScore
from matcher.fusion import fits
from matcher.parameters import MATCHER


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


def misplaced(probe: Sequence[Template], evidence: Sequence[ReferenceScore]) -> list[Misplaced]:
    """Return the probe prints whose best match in one subject is a different known finger."""
    found = []
    for index, template in enumerate(probe):
        own = [item for item in evidence if item.probe_index == index]
        if template.modality is not Modality.FINGER or not own:
            continue
        best = min(own, key=lambda item: (item.false_match_rate, -item.score))
        if best.false_match_rate <= MATCHER.misplaced_rate and not fits(template.position, best.position):
            found.append(Misplaced(index, template.position, best.position, best.false_match_rate))
    return found
