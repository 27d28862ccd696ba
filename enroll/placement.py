"""Reports prints that match another finger of the proposed person than the one they were given for."""

from collections.abc import Sequence

from biometrics.template import FingerPosition
from enroll.duplicates import Duplicate
from enroll.extraction import Problem
from matcher.swaps import Misplaced
from records.samples import Sample


def placement_problems(duplicates: Sequence[Duplicate], samples: Sequence[Sample]) -> list[Problem]:
    """Return one problem per swapped pair or misplaced print, judged by the most alike person.

    Only the first proposal counts: against a stranger every finger looks misplaced.
    """
    if not duplicates:
        return []
    wrong = duplicates[0].misplaced
    pairs = {(item.stated, item.found) for item in wrong}
    problems = []
    for item in wrong:
        mutual = (item.found, item.stated) in pairs
        if mutual and item.stated > item.found:
            continue
        problems.append(_swapped(item, samples) if mutual else _misplaced(item, samples))
    return problems


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
