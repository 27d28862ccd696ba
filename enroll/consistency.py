"""Finds prints of one finger given as prints of two, within one enrolment."""

from itertools import combinations

from biometrics.template import Modality
from enroll.extraction import Extracted, Problem
from enroll.parameters import ENROLL
from enroll.placement import in_words
from matcher.calibration import CalibrationSource, calibration_for
from matcher.verify import verify
from records.samples import Sample


def same_finger_twice(
    extracted: Extracted, calibrations: CalibrationSource = calibration_for
) -> list[Problem]:
    """Return one blocking problem for each pair of prints that come from one finger but should not.

    Two impressions of one stated finger (plain and rolled) should match and are no problem. A slap's
    fingers against prints taken one by one are judged as a sequence, by enroll.slap_findings; two slaps
    with the same fingers are one problem.
    """
    prints = [
        (sample, template)
        for sample, template in zip(extracted.samples, extracted.templates, strict=True)
        if template.modality is Modality.FINGER
    ]
    problems: dict[object, Problem] = {}
    for (first, one), (second, other) in combinations(prints, 2):
        if one.position == other.position and one.position:
            continue
        if one.producer == other.producer and (first.cut is None) != (second.cut is None):
            continue
        comparison = verify([one], [other], calibrations).evidence[0]
        if comparison.false_match_rate <= ENROLL.duplicates.same_print_rate:
            between = first.cut and second.cut and (first.cut.slap_id, second.cut.slap_id)
            problems.setdefault(between or (first.id, second.id), _problem(first, second))
    return list(problems.values())


def _problem(first: Sample, second: Sample) -> Problem:
    return Problem(
        "same_finger_twice",
        f"The prints given for the {in_words(first.position)} and the"
        f" {in_words(second.position)} are of the same finger."
        " Capture both again, each on its own.",
        second,
        blocking=True,
    )
