"""Chooses which comparisons are shown as the evidence for a candidate."""

from collections.abc import Sequence

from biometrics.template import FingerPosition
from matcher.candidates import ReferenceScore
from matcher.fusion import fits


def telling(
    evidence: Sequence[ReferenceScore], stated: Sequence[FingerPosition]
) -> tuple[ReferenceScore, ...]:
    """Return, for each probe template, its best comparison and its best one with a fitting finger."""
    ordered = sorted(evidence, key=lambda item: (item.false_match_rate, -item.score, item.reference_id))
    chosen: list[ReferenceScore] = []
    for index, position in enumerate(stated):
        own = [item for item in ordered if item.probe_index == index]
        chosen += own[:1]
        chosen += [item for item in own if fits(position, item.position)][:1]
    unique = dict.fromkeys(chosen)
    return tuple(item for item in ordered if item in unique)
