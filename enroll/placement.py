"""Reports prints that match another finger of the proposed person than the one they were given for."""

from collections.abc import Sequence

from biometrics.template import FingerPosition
from enroll.duplicates import Duplicate
from enroll.extraction import Problem
from matcher.swaps import Misplaced, is_other_hand
from records.samples import Sample


def placement_problems(duplicates: Sequence[Duplicate], samples: Sequence[Sample]) -> list[Problem]:
    """Return one problem for a hand, or one per swapped pair or misplaced print, by the most alike person.

    Only the first proposal counts: against a stranger every finger looks misplaced.
    """
    if not duplicates:
        return []
    wrong = duplicates[0].misplaced
    if duplicates[0].other_hand:
        crossed = [item for item in wrong if is_other_hand(item.stated, item.found)]
        return [_other_hand(samples[crossed[0].probe_index])]
    pairs = {(item.stated, item.found) for item in wrong}
    problems = []
    for item in wrong:
        mutual = (item.found, item.stated) in pairs
        if mutual and item.stated > item.found:
            continue
        problems.append(_swapped(item, samples) if mutual else _misplaced(item, samples))
    return problems


def mirrored_problem(samples: Sequence[Sample]) -> Problem:
    """Return what to say of prints that match somebody only when flipped."""
    named = ", ".join(in_words(sample.position) for sample in samples)
    return Problem(
        "prints_mirrored",
        f"The prints seem to be mirrored: flipped left to right, several ({named}) match one enrolled"
        " person. Capture all of them again, or flip the images.",
        samples[0],
        blocking=True,
    )


def _other_hand(first: Sample) -> Problem:
    return Problem(
        "hands_exchanged",
        "These prints seem to be of the other hand: finger for finger they match the opposite hand of the"
        " person proposed. Check the hands; if this is so, capture the prints again under the right ones.",
        first,
    )


def _swapped(item: Misplaced, samples: Sequence[Sample]) -> Problem:
    return Problem(
        "fingers_swapped",
        f"The prints of the {in_words(item.stated)} and the {in_words(item.found)} seem to be swapped,"
        " going by the person proposed. Check the fingers; if this is so, capture both again.",
        samples[item.probe_index],
    )


def _misplaced(item: Misplaced, samples: Sequence[Sample]) -> Problem:
    return Problem(
        "finger_misplaced",
        f"The print given for the {in_words(item.stated)} matches the {in_words(item.found)} of the"
        " person proposed. Check the finger; if this is so, capture it again.",
        samples[item.probe_index],
    )


def in_words(position: FingerPosition) -> str:
    """Return the finger's name, such as `right index finger`."""
    if position is FingerPosition.UNKNOWN:
        return "unstated finger"
    name = position.name.lower().replace("_", " ")
    return name if name.endswith("thumb") else f"{name} finger"
