"""The report on groups: draw faces of the own gallery, compare all with all, count by group, note it."""

from collections.abc import Sequence

import numpy as np

from api.certainty import face_population_answer
from api.lifespan import Parts
from api.schemas.fairness import FairnessAnswer, GroupAnswer, GroupingAnswer, UnequalAnswer
from biometrics.template import Modality
from matcher.calibration import CalibrationSource, calibration_for
from matcher.face.strangers import alike_pairs
from matcher.fairness import Grouping, GroupRate, overall, rates_by_group
from matcher.parameters import FAIRNESS
from matcher.thresholds import threshold
from records.access import Officer, Permission, require
from records.fairness import FaceSample, draw_faces, note_report

STATED_RATE = 1e-3
"""Asked for when nothing is said: a few hundred people show it."""


def report(
    parts: Parts,
    officer: Officer,
    stated_rate: float | None = None,
    target_fpir: int | None = None,
    training: bool = False,
) -> FairnessAnswer:
    """Measure the false-match rates by sex, age and state at a threshold; one at a time, else 503.

    Args:
        target_fpir: Instead of a rate: that of the threshold for the people there are.
    """
    require(officer, Permission.READ_FAIRNESS)
    with parts.group_reports.one():
        with parts.database.transaction() as session:
            sample = draw_faces(session, officer, training=training)
        stated = stated_rate or STATED_RATE
        if target_fpir is not None:
            stated = threshold(target_fpir, max(sample.people_estimated, 1)).false_match_rate
        with parts.capacity.turn():
            answer = _measured(sample, stated, target_fpir, parts.gallery.calibrations)
        with parts.database.transaction() as session:
            note_report(
                session,
                officer,
                {
                    "stated_rate": answer.stated_rate,
                    "target_fpir": target_fpir,
                    "training": training,
                    "face_population": answer.face_population and answer.face_population.name,
                    "people_compared": answer.people_compared,
                    "warnings": len(answer.warnings),
                },
            )
    return answer


def _measured(
    sample: FaceSample,
    stated: float,
    target_fpir: int | None,
    calibrations: CalibrationSource = calibration_for,
) -> FairnessAnswer:
    enough = len(sample.payloads) >= FAIRNESS.least_people
    everybody: GroupRate | None = None
    groupings: list[Grouping] = []
    duplicates, population = 0, None
    if enough:
        calibration = calibrations(Modality.FACE, sample.producer)
        population = calibration.population
        pairs, scores = alike_pairs(sample.payloads, calibration.score_at(stated))
        strangers = scores < calibration.score_at(calibration.least_rate)
        duplicates = int(np.count_nonzero(~strangers))
        everybody = overall(len(sample.payloads), pairs[strangers], stated)
        groupings = [
            rates_by_group(name, labels, pairs[strangers], stated) for name, labels in sample.labels.items()
        ]
    shown = [_grouping(each, stated) for each in groupings]
    return FairnessAnswer(
        stated_rate=stated,
        target_fpir=target_fpir,
        producer=sample.producer,
        face_population=face_population_answer(population),
        people_in_gallery=sample.people_estimated if enough else 0,
        people_compared=len(sample.payloads) if enough else 0,
        everyone=sample.whole,
        suspected_duplicates=duplicates,
        overall=_group(everybody, stated) if everybody else None,
        groupings=shown,
        warnings=_warnings(shown) if enough else [_TOO_FEW],
    )


_TOO_FEW = f"Fewer than {FAIRNESS.least_people} people have a face to compare: nothing is shown of so few."


def _grouping(grouping: Grouping, stated: float) -> GroupingAnswer:
    return GroupingAnswer(
        attribute=grouping.name,
        groups=[_group(each, stated) for each in grouping.groups],
        across=_group(grouping.across, stated) if grouping.across else None,
        suppressed=list(grouping.suppressed),
        unequal=[
            UnequalAnswer(higher=each.higher, lower=each.lower, ratio=each.ratio, certain=each.certain)
            for each in grouping.unequal
        ],
    )


def _group(rate: GroupRate, stated: float) -> GroupAnswer:
    return GroupAnswer(
        group=rate.group,
        people=rate.people,
        comparisons=rate.comparisons,
        matches=rate.matches,
        rate=rate.rate,
        interval=rate.interval,
        too_few=rate.too_few,
        above_stated=rate.interval[0] > stated,
    )


def _warnings(groupings: Sequence[GroupingAnswer]) -> list[str]:
    found = []
    for grouping in groupings:
        for each in grouping.unequal:
            if each.certain:
                times = f"{each.ratio:.1f} times" if each.ratio else "far more than 3 times"
                found.append(
                    f"By {grouping.attribute}: strangers of '{each.higher}' match {times} as often as "
                    f"those of '{each.lower}'. Weigh a candidate of '{each.higher}' with more care."
                )
        found += [
            f"By {grouping.attribute}: strangers of '{group.group}' match more often than stated."
            for group in grouping.groups
            if group.above_stated
        ]
    return found
