"""Turns an enrolment's samples into templates, step by step, and says what is wrong with which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from biometrics.errors import SampleRejected, SeveralFacesFound
from biometrics.template import Template
from enroll.content import sample_label
from enroll.parts import WorkerParts
from enroll.slap_extraction import ExtractedSlap, extract_slap, slap_of
from records import enrolments
from records.enrolments import Enrolment, EnrolmentStatus
from records.samples import Sample, sample_bytes, samples_of_enrolment
from records.templates import save_templates, templates_of_samples


@dataclass(frozen=True)
class Problem:
    """Something about an enrolment's samples that a person should know.

    Attributes:
        message: What is wrong and what to do.
        blocking: The enrolment cannot go on with these samples.
    """

    code: str
    message: str
    sample: Sample | None = None
    blocking: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept with the enrolment."""
        return {
            "code": self.code,
            "message": self.message,
            "sample_id": str(self.sample.id) if self.sample else None,
            "file": _label(self.sample) if self.sample else None,
            "blocking": self.blocking,
        }


def _label(sample: Sample) -> str:
    return sample_label(sample.modality, sample.position, sample.slap)


@dataclass(frozen=True)
class Extracted:
    """The usable samples with their templates, in the same order, and the problems of the others.

    Attributes:
        slaps: With what was found in them; their fingers are among the samples.
    """

    samples: tuple[Sample, ...]
    templates: tuple[Template, ...]
    problems: tuple[Problem, ...]
    slaps: tuple[Sample, ...] = ()


def extract_samples(parts: WorkerParts, enrolment: Enrolment, steps_total: int) -> Extracted | None:
    """Make the template of every sample, keeping each as soon as it is made.

    Templates that an earlier, interrupted attempt made with the same models are used again.

    Returns:
        None when another worker has finished this enrolment meanwhile.
    """
    with parts.database.transaction() as session:
        samples = [item for item in samples_of_enrolment(session, enrolment.id) if item.cut is None]
        kept = {
            item.sample_id: item.template
            for item in templates_of_samples(session, [sample.id for sample in samples])
            if item.template.producer == parts.engines.producer(item.template.modality)
        }
    problems: list[Problem] = []
    made: list[tuple[Sample, Template]] = []
    slaps: list[Sample] = []
    for done, sample in enumerate(samples, start=1):
        if sample.slap is not None:
            slap = _cut_slap(parts, enrolment.id, sample, problems)
            slaps += [slap.sample] if slap else []
            made += slap.usable if slap else []
            if not _keep(parts, enrolment.id, sample, None, done, steps_total):
                return None
            continue
        template = kept.get(sample.id) or _extract(parts, sample, problems)
        if template is not None:
            made.append((sample, template))
        fresh = template if sample.id not in kept else None
        if not _keep(parts, enrolment.id, sample, fresh, done, steps_total):
            return None
    return Extracted(
        tuple(sample for sample, _ in made),
        tuple(template for _, template in made),
        tuple(problems),
        tuple(slaps),
    )


def _cut_slap(
    parts: WorkerParts, enrolment_id: UUID, sample: Sample, problems: list[Problem]
) -> ExtractedSlap | None:
    """Return a slap's fingers; None when it shows none, or when there is nothing more to do."""
    try:
        slap = extract_slap(parts, enrolment_id, sample)
    except SampleRejected as problem:
        problems.append(Problem(problem.code, problem.message, sample))
        return None
    for finger, rejected in slap.rejected if slap else ():
        message = f"In the slap of the {slap_of(sample).position.in_words}: {rejected.message}"
        problems.append(Problem(rejected.code, message, finger))
    return slap


def _extract(parts: WorkerParts, sample: Sample, problems: list[Problem]) -> Template | None:
    with parts.database.transaction() as session:
        data = sample_bytes(session, parts.store, sample.id)
    try:
        return parts.engines.extract_sample(sample, data)
    except SampleRejected as problem:
        # Which face is meant only the sender can say; a print that failed can be done without.
        blocking = isinstance(problem, SeveralFacesFound)
        problems.append(Problem(problem.code, problem.message, sample, blocking))
        return None


def _keep(
    parts: WorkerParts, enrolment_id: UUID, sample: Sample, fresh: Template | None, done: int, total: int
) -> bool:
    with parts.database.transaction() as session:
        # Under the row's lock: a worker that was overtaken must not touch templates in use.
        if enrolments.for_processing(session, enrolment_id).status is not EnrolmentStatus.PROCESSING:
            return False
        if fresh is not None:
            save_templates(session, [(sample.id, fresh)])
        enrolments.set_progress(session, enrolment_id, done, total)
    return True


def judge(extracted: Extracted) -> tuple[Problem, ...]:
    """Return all problems, adding the one that stops an enrolment without any usable sample."""
    if extracted.templates:
        return extracted.problems
    return tuple(
        Problem(problem.code, problem.message, problem.sample, blocking=True)
        for problem in extracted.problems
    )


def is_blocked(problems: Sequence[Problem]) -> bool:
    """Whether one of the problems keeps the enrolment from going on."""
    return any(problem.blocking for problem in problems)
