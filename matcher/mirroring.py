"""Notices mirrored prints: several fingers that match somebody only when they are flipped.

A film laid in upside down or a picture of a card taken through the glass mirrors every print of a
submission alike. Nothing in one print gives that away, for the mirror image of a loop is a loop of the
other hand; that several flipped fingers match one person is beyond chance. It is said, never acted on:
nobody becomes a candidate by flipped prints.
"""

from collections.abc import Sequence
from dataclasses import replace

from biometrics.fingerprint.mirrored import mirrored
from biometrics.template import Modality, Template
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import Candidate, ReferenceScore, SearchResult
from matcher.filters import EVERYTHING, TagFilter
from matcher.fusion import best_of, together
from matcher.parameters import MATCHER
from matcher.searching import Searchable
from matcher.verify import Verification, verify

_FINGERS_OF_A_PERSON = 10


def identify_either_way(
    gallery: Searchable,
    probe: Sequence[Template],
    tag_filter: TagFilter = EVERYTHING,
    max_candidates: int = 20,
    added_after: int = 0,
) -> SearchResult:
    """Identify, and when the fingers find nobody, say whether they would if they were flipped.

    Costs a search of `MATCHER.mirrored_prints` prints more, and that only for two fingers or more of
    somebody who is not found.

    Raises: as `matcher.search.identify`.
    """
    found = gallery.identify(probe, tag_filter, max_candidates, added_after)
    if any(_found_by_fingers(candidate, found.subjects_searched) for candidate in found.candidates):
        return found
    chosen = _clearest(probe, found.repeated)
    if len(chosen) < 2:
        return found
    flipped = [_flipped(probe[place]) for place in chosen]
    second = gallery.identify(flipped, tag_filter, 1, added_after)
    for candidate in second.candidates:
        telling = [chosen[place] for place in _matching(candidate.evidence)]
        if len(telling) > 1 and candidate.expected_strangers <= MATCHER.mirrored_strangers:
            return replace(found, mirrored=tuple(sorted(telling)))
    return found


def verify_either_way(
    a: Sequence[Template], b: Sequence[Template], calibrations: CalibrationSource = calibration_for
) -> Verification:
    """Verify, and when no finger agrees, say whether the prints of ``a`` would if they were flipped.

    Raises: as `matcher.verify.verify`.
    """
    outcome = verify(a, b, calibrations)
    places = [place for place, item in enumerate(a) if item.modality is Modality.FINGER]
    others = [item for item in b if item.modality is Modality.FINGER]
    agreeing = [item for item in outcome.evidence if item.modality is Modality.FINGER]
    if len(places) < 2 or not agreeing or _rate_of_fingers(agreeing) <= MATCHER.mirrored_asked_above:
        return outcome
    flipped = verify([_flipped(a[place]) for place in places], others, calibrations)
    telling = _matching(flipped.evidence)
    if len(telling) > 1 and flipped.false_match_rate <= MATCHER.mirrored_rate:
        return replace(outcome, mirrored=tuple(sorted(places[place] for place in telling)))
    return outcome


def _found_by_fingers(candidate: Candidate, subjects: int) -> bool:
    """Whether the fingers alone, a face left aside, single this person out."""
    fingers = [item for item in candidate.evidence if item.modality is Modality.FINGER]
    people = max(subjects, MATCHER.least_gallery)
    return bool(fingers) and _rate_of_fingers(fingers) * people <= MATCHER.found_strangers


def _rate_of_fingers(evidence: Sequence[ReferenceScore]) -> float:
    best: dict[int, float] = {}
    for item in evidence:
        best[item.probe_index] = min(best.get(item.probe_index, 1.0), item.false_match_rate)
    rates = [best_of(rate, _FINGERS_OF_A_PERSON) for rate in best.values()]
    return together(rates, [1.0] * len(rates))


def _clearest(probe: Sequence[Template], repeated: Sequence[Sequence[int]]) -> list[int]:
    """Return the places of the best prints, one of each finger."""
    again = {place for group in repeated for place in group[1:]}
    prints = [
        place for place, item in enumerate(probe) if item.modality is Modality.FINGER and place not in again
    ]
    return sorted(prints, key=lambda place: -probe[place].quality.value)[: MATCHER.mirrored_prints]


def _matching(evidence: Sequence[ReferenceScore]) -> set[int]:
    """Return the places of the prints that match by themselves."""
    return {item.probe_index for item in evidence if item.false_match_rate <= MATCHER.mirrored_print_rate}


def _flipped(template: Template) -> Template:
    return replace(template, payload=mirrored(template.payload))
