"""Carries out what a person decided about an enrolment that may be of somebody already known."""

from functools import partial
from uuid import UUID

from biometrics.template import Modality, Template
from enroll.completion import await_confirmation, complete_as_known, complete_as_new
from enroll.duplicates import Duplicate, DuplicateSearch, search_duplicates
from enroll.errors import DuplicatesChanged, NotACandidate, ReasonMissing
from enroll.extraction import Extracted
from enroll.staged import staged_record
from records import enrolments
from records.access import Officer, Permission, require
from records.database import Database, Session
from records.enrolments import (
    ConfirmationDecision,
    Enrolment,
    EnrolmentStatus,
    NotAwaitingConfirmation,
)
from records.following import Following
from records.generation_reading import active_generation
from records.samples import samples_of_enrolment
from records.templates import templates_of_samples


def decide(
    database: Database,
    follower: Following,
    officer: Officer,
    enrolment_id: UUID,
    decision: ConfirmationDecision,
    person_id: UUID | None,
    reason: str,
) -> Enrolment:
    """Complete a waiting enrolment as the officer decided, in one transaction.

    Args:
        follower: Of this process's gallery; a new person is searched for once more before
            becoming one.
        person_id: The candidate, for `same_person`; otherwise None.

    Raises:
        ReasonMissing, NotACandidate: the decision is incomplete.
        NotAwaitingConfirmation: there is nothing to decide (any more).
        DuplicatesChanged: somebody alike was enrolled meanwhile; decide again.
    """
    require(officer, Permission.ENROL)
    if not reason.strip():
        raise ReasonMissing("Give the reason of the decision in a few words.", field="reason")
    waiting = _look(database, officer, enrolment_id)
    first = DuplicateSearch(0)
    if decision is ConfirmationDecision.NEW_PERSON:
        with database.transaction() as session:
            probe = _probe(session, waiting)
        first = search_duplicates(follower.gallery, probe.templates, training=staged_record(waiting).training)
    with database.transaction() as session:
        enrolment, newcomers = _carry_out(
            session, follower, officer, enrolment_id, decision, person_id, reason, first
        )
    if newcomers:
        raise DuplicatesChanged(
            "Somebody alike was enrolled since the candidates were shown. Look at the new candidates"
            " and decide again.",
            enrolment_id=str(enrolment_id),
        )
    return enrolment


def _look(database: Database, officer: Officer, enrolment_id: UUID) -> Enrolment:
    with database.transaction() as session:
        enrolment = enrolments.enrolment_for(session, officer, enrolment_id)
    if enrolment.status is not EnrolmentStatus.AWAITING_CONFIRMATION:
        raise NotAwaitingConfirmation(
            f"This enrolment is {enrolment.status.value}; there is nothing to decide.",
            status=enrolment.status.value,
        )
    return enrolment


def _carry_out(
    session: Session,
    follower: Following,
    officer: Officer,
    enrolment_id: UUID,
    decision: ConfirmationDecision,
    person_id: UUID | None,
    reason: str,
    first: DuplicateSearch,
) -> tuple[Enrolment, tuple[Duplicate, ...]]:
    enrolment = enrolments.for_processing(session, enrolment_id)
    shown = frozenset(UUID(item["person_id"]) for item in enrolment.duplicates)
    probe = _probe(session, enrolment)
    if decision is ConfirmationDecision.NEW_PERSON:
        return _as_new(session, follower, officer, enrolment, probe, shown, first, reason)
    if decision is ConfirmationDecision.RECAPTURE:
        enrolments.record_confirmation(session, officer, enrolment_id, decision, None, reason)
        return _needs_recapture(session, enrolment, reason), ()
    if person_id is None or person_id not in shown:
        raise NotACandidate("Choose one of the people this enrolment proposes.", field="person_id")
    enrolments.record_confirmation(session, officer, enrolment_id, decision, person_id, reason)
    return complete_as_known(session, enrolment, officer, person_id, probe), ()


def _as_new(
    session: Session,
    follower: Following,
    officer: Officer,
    enrolment: Enrolment,
    probe: Extracted,
    shown: frozenset[UUID],
    first: DuplicateSearch,
    reason: str,
) -> tuple[Enrolment, tuple[Duplicate, ...]]:
    newcomers = tuple(item for item in first.duplicates if item.subject not in shown)
    if not newcomers:
        savepoint = session.begin_nested()
        enrolments.record_confirmation(
            session, officer, enrolment.id, ConfirmationDecision.NEW_PERSON, None, reason
        )
        newcomers = complete_as_new(session, follower, enrolment, officer, probe, first, shown)
        if not newcomers:
            savepoint.commit()
            return enrolments.for_processing(session, enrolment.id), ()
        savepoint.rollback()
    return await_confirmation(session, enrolment, probe, newcomers, keep=enrolment.duplicates), newcomers


def _needs_recapture(session: Session, enrolment: Enrolment, reason: str) -> Enrolment:
    problem = {
        "code": "recapture_asked",
        "message": f"Capture the samples again: {reason.strip()}",
        "sample_id": None,
        "file": None,
        "blocking": True,
    }
    return enrolments.save_outcome(
        session, enrolment.id, EnrolmentStatus.NEEDS_RECAPTURE, problems=[*enrolment.problems, problem]
    )


def _probe(session: Session, enrolment: Enrolment) -> Extracted:
    """Return the usable samples, each with its template of the active generation, or its first one."""
    active = {active.producer for active in map(partial(active_generation, session), Modality) if active}
    templates: dict[UUID, Template] = {}
    for item in templates_of_samples(session, enrolment.sample_ids):
        if item.sample_id not in templates or item.template.producer in active:
            templates[item.sample_id] = item.template
    samples = [sample for sample in samples_of_enrolment(session, enrolment.id) if sample.id in templates]
    return Extracted(tuple(samples), tuple(templates[sample.id] for sample in samples), ())
