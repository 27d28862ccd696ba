"""Photographs as they are and with a fault each, with what face quality says of them and is made of."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import LabelledPhotograph, the_subject
from benchmarks.photo_degradations import degrade, draw_fault
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.face.aligner import align, share_inside
from biometrics.face.detected import DetectedFace
from biometrics.face.extractor import FaceExtractor
from biometrics.face.parameters import FACE
from biometrics.face.population import Population
from biometrics.face.quality import Respect, judge, respects
from biometrics.image import DecodedImage, ImageLimits, Pixels, decode_image, to_bgr

REFERENCE = "reference"
"""Kind of the photograph with which the others are compared."""

FAULTS_PER_PHOTOGRAPH = 2


@dataclass(frozen=True)
class JudgedFace:
    """One photograph.

    Attributes:
        person: Number of the person.
        kind: The fault done to the photograph, empty if none, or ``REFERENCE``.
        vector: The template; None where the extractor refused.
        value: The quality, 0 where refused.
        found: What the value is made of.
        codes: Reasons, worst first; why it was refused where it was.
        length: How long the network made the vector.
        answer_ms: Processor time from pixels to template with quality, 0 where refused.
        judging_ms: What of it went into quality.
    """

    person: int
    kind: str
    vector: NDArray[np.float64] | None
    value: float
    found: tuple[Respect, ...]
    codes: tuple[str, ...]
    length: float
    answer_ms: float
    judging_ms: float


def chosen_pairs(photographs: Sequence[LabelledPhotograph], people: int) -> list[list[LabelledPhotograph]]:
    """Return the first two photographs of each of the first people who have two."""
    groups = [list(own) for _, own in groupby(photographs, lambda each: each.person)]
    return [own[:2] for own in groups if len(own) > 1][:people]


def judge_pairs(
    pairs: Sequence[Sequence[LabelledPhotograph]],
    extractor: FaceExtractor,
    population: Population,
    seed: int,
    progress: ProgressLike,
) -> Iterator[JudgedFace]:
    """Judge each person's first photograph, the second, and the second with faults."""
    for person, pair in enumerate(progress.track(pairs, len(pairs), "judging")):
        reference, probe = (
            to_bgr(decode_image(each.path.read_bytes(), ImageLimits()).pixels) for each in pair
        )
        yield _judged(reference, person, REFERENCE, extractor, population)[0]
        plain, face = _judged(probe, person, "", extractor, population)
        yield plain
        if face is None:
            continue
        for number in range(FAULTS_PER_PHOTOGRAPH):
            kind, strength, random = draw_fault(FAULTS_PER_PHOTOGRAPH * person + number, seed)
            damaged = degrade(probe, face.box, kind, strength, random)
            yield _judged(damaged, person, kind, extractor, population)[0]


def _judged(
    bgr: Pixels, person: int, kind: str, extractor: FaceExtractor, population: Population
) -> tuple[JudgedFace, DetectedFace | None]:
    image = DecodedImage(bgr, None, "PNG")
    start = time.process_time()
    faces = extractor.find(image)
    if not faces:
        return _refused(person, kind, "no_face_found"), None
    try:
        extraction = extractor.extract_face(image, the_subject(faces, image))
    except SampleRejected as problem:
        return _refused(person, kind, problem.code), None
    answered = time.process_time()
    face, template = extraction.face, extraction.template
    aligned = align(bgr, face.landmarks, FACE.alignment)
    inside = share_inside(bgr, face.landmarks, FACE.alignment)
    clarity = (extraction.length, *population.lengths)
    judging = time.process_time()
    judge(face, aligned, FACE.quality, inside, clarity)
    judged = time.process_time()
    return JudgedFace(
        person=person,
        kind=kind,
        vector=np.frombuffer(template.payload, "<f4").astype(np.float64),
        value=template.quality.value,
        found=respects(face, aligned, FACE.quality, inside, clarity),
        codes=tuple(reason.code for reason in template.quality.reasons),
        length=extraction.length,
        answer_ms=1000 * (answered - start),
        judging_ms=1000 * (judged - judging),
    ), face


def _refused(person: int, kind: str, code: str) -> JudgedFace:
    return JudgedFace(person, kind, None, 0.0, (), (code,), 0.0, 0.0, 0.0)
