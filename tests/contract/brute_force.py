"""The plain truth a gallery is held against: replay every change, compare everything, sort."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from biometrics.template import Modality, Template
from matcher.calibration import CalibrationSource
from matcher.candidates import Change, ChangeKind, Reference, ReferenceScore
from matcher.face.comparison import compare as compare_faces
from matcher.filters import TagFilter
from matcher.fingerprint.comparison import compare as compare_fingers
from matcher.fusion import Compared, fits, fuse


def replay(changes: Sequence[Change], position: int) -> dict[int, tuple[int, Reference]]:
    """Return what a gallery at ``position`` holds: reference id -> (number of its addition, reference)."""
    held: dict[int, tuple[int, Reference]] = {}
    for change in changes:
        if change.number > position:
            break
        reference = change.reference if change.kind is ChangeKind.ADD else None
        before = held.pop(change.reference_id, None)
        if reference is not None:
            only_described = (
                before is not None
                and before[1].payload == reference.payload
                and before[1].producer == reference.producer
                and before[1].position == reference.position
            )
            number = before[0] if before is not None and only_described else change.number
            held[change.reference_id] = (number, reference)
    return held


def passes(reference: Reference, tag_filter: TagFilter) -> bool:
    """Whether a reference meets every condition."""
    tags = {**reference.tags, "position": int(reference.position)}
    return all(tags.get(name) in allowed for name, allowed in tag_filter.one_of.items()) and all(
        name in tags and bounds.lowest <= tags[name] <= bounds.highest
        for name, bounds in tag_filter.ranges.items()
    )


def rank(
    references: Sequence[Reference], probe: Sequence[Template], calibrations: CalibrationSource
) -> list[tuple[UUID, float]]:
    """Return every subject with its fused false-match rate, most alike first."""
    rates = []
    for subject in {reference.subject for reference in references}:
        own = [reference for reference in references if reference.subject == subject]
        evidence: list[ReferenceScore] = []
        compared: list[Compared] = []
        for index, template in enumerate(probe):
            partners = [
                reference
                for reference in own
                if (reference.modality, reference.producer) == (template.modality, template.producer)
            ]
            fitting = sum(fits(template.position, reference.position) for reference in partners)
            face = template.modality is Modality.FACE
            average = _averaged(probe, partners, calibrations) if face and not index else None
            compared.append(
                Compared(
                    template.position,
                    fitting,
                    len(partners),
                    0 if face else None,
                    template.quality.value,
                    average,
                )
            )
            evidence += [_compare(index, template, reference, calibrations) for reference in partners]
        if evidence:
            rates.append((subject, fuse(evidence, compared)))
    return sorted(rates, key=lambda item: item[1])


def _averaged(
    probe: Sequence[Template], partners: Sequence[Reference], calibrations: CalibrationSource
) -> float | None:
    """Return the rate of the mean of the probe's faces, weighted by quality, against the plain mean."""
    faces = [template for template in probe if template.modality is Modality.FACE]
    if len(faces) * len(partners) < 2:
        return None
    weights = [max(face.quality.value, 0.2) ** 5 for face in faces]
    ours = np.average([np.frombuffer(face.payload, "<f4") for face in faces], axis=0, weights=weights)
    theirs = np.mean([np.frombuffer(reference.payload, "<f4") for reference in partners], axis=0)
    score = float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs))
    return calibrations(Modality.FACE, faces[0].producer).false_match_rate(score)


def _compare(
    index: int, template: Template, reference: Reference, calibrations: CalibrationSource
) -> ReferenceScore:
    if template.modality is Modality.FACE:
        score = float(compare_faces(template.payload, reference.payload))
    else:
        score = float(compare_fingers(template.payload, reference.payload).score)
    return ReferenceScore(
        reference.reference_id,
        index,
        template.modality,
        reference.position,
        score,
        calibrations(template.modality, template.producer).false_match_rate(score),
    )
