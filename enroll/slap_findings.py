"""Says what is wrong with the slaps of an enrolment: fingers not seen, the other hand, exchanged prints."""

from collections.abc import Mapping, Sequence

from biometrics.template import FingerPosition, Impression, Modality, Template
from enroll.extraction import Extracted, Problem
from enroll.parameters import ENROLL
from enroll.placement import in_words
from enroll.slap_extraction import slap_of
from matcher.calibration import CalibrationSource, calibration_for
from matcher.fingerprint.sequence import SequenceCheck, SequenceFinger, SequenceVerdict, check_sequence
from records.samples import Sample, Slap, SlapFinding

Prints = Mapping[FingerPosition, Template]

_ENOUGH_CONFIRMED = 2
"""Fingers of a slap that match the print of the same name settle which hand it is."""


def slap_problems(extracted: Extracted, calibrations: CalibrationSource = calibration_for) -> list[Problem]:
    """Return what a person should know or mend about each slap; nothing is ever named anew.

    Swapped fingers, exchanged hands and a slap of the other hand stop the enrolment: under a wrong
    name the prints of two people could be mixed up for good.
    """
    return [problem for slap in extracted.slaps for problem in _of_slap(slap, extracted, calibrations)]


def finding_words(slap: Slap) -> list[str]:
    """Return what was found in a slap that somebody should look at, as sentences."""
    found, name = slap.finding, slap.position.in_words
    if found is None:
        return []
    if found.hand_contradicted and not slap.hand_checked:
        return [f"The slap given as the {name} looks like the other hand: check which it is."]
    said = []
    if found.not_found:
        said.append(f"Not to be seen in the slap of the {name}: {_listed(found.not_found)}.")
    if found.unusable:
        said.append(f"Seen but too poor to be compared: {_listed(found.unusable)}.")
    if found.unexplained:
        said.append(
            f"The slap of the {name} shows more than the expected fingertips: look whether the boxes lie"
            " on the right ones."
        )
    return said


def _of_slap(slap: Sample, extracted: Extracted, calibrations: CalibrationSource) -> list[Problem]:
    stated = slap_of(slap)
    check = _against_single_prints(slap, extracted, calibrations)
    problems = _sequence(slap, stated, check) if check else []
    if stated.finding is None:
        return problems
    if stated.finding.hand_contradicted and not (stated.hand_checked or _settled(check)):
        # Fingers not seen are named after the wrong hand then: nothing to add.
        return [*problems, _other_hand(slap, stated)]
    return _seen(slap, stated, stated.finding) + problems


def _settled(check: SequenceCheck | None) -> bool:
    """Whether single prints say which hand it is, so that its looks do not matter."""
    if check is None:
        return False
    confirmed = sum(finger.verdict is SequenceVerdict.CONFIRMED for finger in check.fingers)
    return confirmed >= _ENOUGH_CONFIRMED or check.hands_exchanged


def _seen(slap: Sample, stated: Slap, found: SlapFinding) -> list[Problem]:
    if not found.not_found:
        return []  # what lies beside the expected fingers is mostly a neighbour's print on a card
    beside = " Something else on the image looks like a fingertip." if found.unexplained else ""
    return [
        Problem(
            "slap_fingers_not_found",
            f"Not to be seen in the slap of the {stated.position.in_words}: {_listed(found.not_found)}."
            f"{beside} The other fingers are used. Take the slap again with all fingers pressed down, or"
            " state what is missing.",
            slap,
        )
    ]


def _other_hand(slap: Sample, stated: Slap) -> Problem:
    return Problem(
        "slap_other_hand",
        f"The slap given as the {stated.position.in_words} looks like the other hand. If it is, take the"
        " right one. If you have looked and the hand is as stated, send the slap again and say so.",
        slap,
        blocking=True,
    )


def _against_single_prints(
    slap: Sample, extracted: Extracted, calibrations: CalibrationSource
) -> SequenceCheck | None:
    """Compare a slap's fingers with the prints taken one by one; None when there is nothing to compare."""
    pairs = list(zip(extracted.samples, extracted.templates, strict=True))
    fingers = {item.position: item for sample, item in pairs if sample.cut and sample.cut.slap_id == slap.id}
    if not fingers:
        return None
    producer = next(iter(fingers.values())).producer
    single = _single_prints([(sample, item) for sample, item in pairs if item.producer == producer])
    if not single:
        return None
    return check_sequence(
        {position: item.payload for position, item in fingers.items()},
        {position: item.payload for position, item in single.items()},
        calibrations(Modality.FINGER, producer),
        same_finger=ENROLL.duplicates.same_print_rate,
    )


def _single_prints(pairs: Sequence[tuple[Sample, Template]]) -> dict[FingerPosition, Template]:
    """Return one print of each stated finger, the rolled one where there are two."""
    alone = [pair for pair in pairs if pair[0].cut is None and pair[1].position]
    alone.sort(key=lambda pair: pair[0].impression is Impression.ROLLED)
    return {item.position: item for _, item in alone}


def _sequence(slap: Sample, stated: Slap, check: SequenceCheck) -> list[Problem]:
    name = stated.position.in_words
    if check.hands_exchanged:
        return [
            Problem(
                "slap_hands_exchanged",
                f"The slap of the {name} shows the other hand, going by the prints taken finger by finger."
                " Either the slaps or the single prints of the two hands were exchanged: check which, and"
                " take those again.",
                slap,
                blocking=True,
            )
        ]
    own = {
        finger.position: finger.false_match_rate
        for finger in check.fingers
        if finger.verdict is SequenceVerdict.CONFIRMED
    }
    swapped = {
        finger.position: finger
        for finger in check.fingers
        if finger.verdict is SequenceVerdict.SWAPPED
        # a print that is more surely the slap's finger of its own name is not this one too
        and own.get(finger.matches[0], 1.0) >= finger.false_match_rate
    }
    problems = [_swapped(slap, finger, swapped, name) for finger in _once(swapped)]
    problems += [_repeated(slap, group, name) for group in check.repeated if not own.keys() >= set(group)]
    return problems


def _once(swapped: Mapping[FingerPosition, SequenceFinger]) -> list[SequenceFinger]:
    """Return the swapped fingers, of two that stand in each other's place only the first."""
    return [
        finger
        for position, finger in swapped.items()
        if not (_mutual(finger, swapped) and finger.matches[0] < position)
    ]


def _mutual(finger: SequenceFinger, swapped: Mapping[FingerPosition, SequenceFinger]) -> bool:
    other = swapped.get(finger.matches[0])
    return other is not None and other.matches[0] is finger.position


def _swapped(
    slap: Sample, finger: SequenceFinger, swapped: Mapping[FingerPosition, SequenceFinger], name: str
) -> Problem:
    here, there = in_words(finger.position), in_words(finger.matches[0])
    if _mutual(finger, swapped):
        text = (
            f"The prints given for the {here} and the {there} are exchanged, going by the slap of the {name}."
        )
    else:
        text = f"The {here} in the slap of the {name} is the finger that was given as the {there}."
    return Problem(
        "slap_finger_swapped",
        f"{text} Check the fingers, and take the wrongly named prints again.",
        slap,
        blocking=True,
    )


def _repeated(slap: Sample, group: Sequence[FingerPosition], name: str) -> Problem:
    return Problem(
        "finger_rolled_twice",
        f"The prints given for {_listed(group)} are of one finger, going by the slap of the {name}."
        " Take each of them again.",
        slap,
        blocking=True,
    )


def _listed(positions: Sequence[FingerPosition]) -> str:
    words = [f"the {in_words(position)}" for position in positions]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
