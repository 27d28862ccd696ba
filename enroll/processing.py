"""Processes an accepted enrolment: templates, consistency, duplicates, and the recording of the person."""

from dataclasses import replace
from uuid import UUID

from core.logging import get_logger
from enroll.completion import await_confirmation, complete_as_new
from enroll.consistency import same_finger_twice
from enroll.duplicates import DuplicateSearch, search_duplicates
from enroll.extraction import Extracted, extract_samples, is_blocked, judge
from enroll.generation_templates import also_for_generations
from enroll.parts import WorkerParts
from enroll.placement import mirrored_problem
from enroll.slap_findings import slap_problems
from enroll.staged import staged_record
from records import enrolments
from records.accounts import officer_of_account
from records.database import Database
from records.enrolments import Enrolment, EnrolmentStatus

_LOG = get_logger(__name__)

_LATER_STEPS = 3
"""Steps after the samples: consistency, duplicates, recording."""

_OPEN = (EnrolmentStatus.ACCEPTED, EnrolmentStatus.PROCESSING)


def process(parts: WorkerParts, enrolment_id: UUID) -> EnrolmentStatus:
    """Bring an accepted enrolment to its next resting point and return that status.

    Safe to run again, by any worker, at any time, even at once: what is made on the way is kept
    under the enrolment's row lock, and only one transaction of all attempts records a person.

    Raises:
        Unavailable: a part is down; nothing is lost, try again.
    """
    enrolment = _begin(parts.database, enrolment_id)
    if enrolment.status not in _OPEN:
        return enrolment.status
    total = len(enrolment.sample_ids) + _LATER_STEPS
    extracted = extract_samples(parts, enrolment, total)
    if extracted is None:
        return _status(parts.database, enrolment_id)
    extracted = replace(extracted, problems=judge(extracted))
    if not is_blocked(extracted.problems):
        twice = same_finger_twice(extracted, parts.gallery.calibrations)
        slaps = slap_problems(extracted, parts.gallery.calibrations)
        extracted = replace(extracted, problems=(*extracted.problems, *slaps, *twice))
    if is_blocked(extracted.problems):
        return _ask_for_samples(parts.database, enrolment_id, extracted)
    also_for_generations(parts, enrolment_id)
    _progress(parts.database, enrolment_id, total - 2, total)
    first = search_duplicates(parts.gallery, extracted.templates, training=staged_record(enrolment).training)
    if first.mirrored:
        flipped = mirrored_problem([extracted.samples[place] for place in first.mirrored])
        extracted = replace(extracted, problems=(*extracted.problems, flipped))
        return _ask_for_samples(parts.database, enrolment_id, extracted)
    _progress(parts.database, enrolment_id, total - 1, total)
    status = _conclude(parts, enrolment_id, extracted, first)
    _LOG.info("enrolment processed", enrolment=str(enrolment_id), status=status.value)
    return status


def _begin(database: Database, enrolment_id: UUID) -> Enrolment:
    with database.transaction() as session:
        enrolment = enrolments.for_processing(session, enrolment_id)
        if enrolment.status is EnrolmentStatus.ACCEPTED:
            total = len(enrolment.sample_ids) + _LATER_STEPS
            enrolments.set_progress(session, enrolment_id, 0, total, EnrolmentStatus.PROCESSING)
    return enrolment


def _conclude(
    parts: WorkerParts, enrolment_id: UUID, extracted: Extracted, first: DuplicateSearch
) -> EnrolmentStatus:
    with parts.database.transaction() as session:
        enrolment = enrolments.for_processing(session, enrolment_id)
        if enrolment.status is not EnrolmentStatus.PROCESSING:
            return enrolment.status
        duplicates = first.duplicates
        if not duplicates:
            officer = officer_of_account(session, enrolment.officer_id)
            duplicates = complete_as_new(session, parts.follower, enrolment, officer, extracted, first)
        if not duplicates:
            return EnrolmentStatus.COMPLETE
        await_confirmation(session, enrolment, extracted, duplicates)
        return EnrolmentStatus.AWAITING_CONFIRMATION


def _ask_for_samples(database: Database, enrolment_id: UUID, extracted: Extracted) -> EnrolmentStatus:
    with database.transaction() as session:
        if enrolments.for_processing(session, enrolment_id).status is EnrolmentStatus.PROCESSING:
            enrolments.save_outcome(
                session,
                enrolment_id,
                EnrolmentStatus.NEEDS_RECAPTURE,
                problems=[problem.as_dict() for problem in extracted.problems],
            )
    return EnrolmentStatus.NEEDS_RECAPTURE


def _progress(database: Database, enrolment_id: UUID, done: int, total: int) -> None:
    with database.transaction() as session:
        if enrolments.for_processing(session, enrolment_id).status is EnrolmentStatus.PROCESSING:
            enrolments.set_progress(session, enrolment_id, done, total)


def _status(database: Database, enrolment_id: UUID) -> EnrolmentStatus:
    with database.transaction() as session:
        return enrolments.for_processing(session, enrolment_id).status


def give_up(database: Database, enrolment_id: UUID, code: str, message: str) -> None:
    """Mark an enrolment as failed when its job will not be tried again; its samples stay."""
    with database.transaction() as session:
        if enrolments.for_processing(session, enrolment_id).status in _OPEN:
            problem = {"code": code, "message": message, "sample_id": None, "file": None, "blocking": True}
            enrolments.save_outcome(session, enrolment_id, EnrolmentStatus.FAILED, problems=[problem])
