"""Accepted enrolments: kept until processed, idempotent by the client's reference, confirmed by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, Role, may_see_children, require, require_state
from records.children import is_child
from records.encounters import EncounterDetails, check_encounter
from records.object_removal import remove_samples
from records.pages import Page, cut_page, id_place, page_size
from records.person_details import PersonDetails, check_person
from records.samples import SampleRole, StagedSample, sample_row
from records.stored_values import from_json, to_json
from records.tables import EnrolmentRow, PersonRow, SampleRow
from records.text import check_texts, require_text


class DuplicateReference(Conflict):
    """The reference was used before with other content."""

    code = "duplicate_reference"


class EnrolmentNotFound(NotFound):
    """No such enrolment for this officer."""

    code = "enrolment_not_found"


class NotAwaitingConfirmation(Conflict):
    """The enrolment does not wait for this."""

    code = "not_awaiting_confirmation"


class EnrolmentStatus(StrEnum):
    """How far an enrolment is."""

    ACCEPTED = "accepted"
    PROCESSING = "processing"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    COMPLETE = "complete"
    NEEDS_RECAPTURE = "needs_recapture"
    FAILED = "failed"


class ConfirmationDecision(StrEnum):
    """What a person decided about possible duplicates."""

    SAME_PERSON = "same_person"
    NEW_PERSON = "new_person"
    RECAPTURE = "recapture"


@dataclass(frozen=True)
class Confirmation:
    """Who confirmed what, when and why."""

    decision: ConfirmationDecision
    person_id: UUID | None
    officer_id: UUID
    decided_at: datetime
    reason: str


@dataclass(frozen=True)
class Enrolment:
    """One enrolment; the staged details are None once they live in persons and encounters."""

    id: UUID
    reference: str
    status: EnrolmentStatus
    steps_done: int
    steps_total: int
    problems: tuple[Mapping[str, Any], ...]
    duplicates: tuple[Mapping[str, Any], ...]
    person_details: PersonDetails | None
    encounter_details: EncounterDetails | None
    state_code: str
    station_code: str
    officer_id: UUID
    person_id: UUID | None
    person_number: str | None
    encounter_id: UUID | None
    sample_ids: tuple[UUID, ...]
    confirmation: Confirmation | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True)
class Accepted:
    """An enrolment and whether this call created it (False: the same one was accepted before)."""

    enrolment: Enrolment
    created: bool


def existing(session: Session, officer: Officer, reference: str, content_digest: str) -> Enrolment | None:
    """Return what this officer sent before under the reference, None when it is new.

    Raises:
        DuplicateReference: it was used with other content.
    """
    row = session.scalar(
        select(EnrolmentRow).where(
            EnrolmentRow.officer_id == officer.account_id,
            EnrolmentRow.reference == require_text(reference, "reference", 200),
        )
    )
    if row is None:
        return None
    if row.content_digest != content_digest:
        raise DuplicateReference(
            "This reference was used for another enrolment; send a new reference.", reference=reference
        )
    return _enrolment(session, row)


def accept(
    session: Session,
    officer: Officer,
    reference: str,
    person_details: PersonDetails,
    encounter_details: EncounterDetails,
    samples: Sequence[StagedSample],
    content_digest: str,
) -> Accepted:
    """Store an enrolment for processing; the caller queues the job in the same transaction.

    Raises:
        PermissionMissing, PartitionForbidden: this officer may not enrol here.
        CaptureNotPermitted: the law does not permit the capture.
        DuplicateReference: the reference was used with other content.
    """
    require(officer, Permission.ENROL)
    require_state(officer, encounter_details.state_code)
    check_person(person_details)
    check_encounter(encounter_details)
    values = _values(officer, reference, person_details, encounter_details, content_digest, len(samples))
    added = session.scalar(
        insert(EnrolmentRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["officer_id", "reference"])
        .returning(EnrolmentRow.id)
    )
    if added is None:
        known = existing(session, officer, reference, content_digest)
        assert known is not None
        return Accepted(known, created=False)
    session.add_all([sample_row(sample, SampleRole.ENROLMENT, officer, added) for sample in samples])
    session.flush()
    details = {"samples": len(samples), "station_code": encounter_details.station_code}
    audit.append(session, officer, "enrolment.accept", "enrolment", added, details=details)
    return Accepted(_enrolment(session, session.get_one(EnrolmentRow, added)), created=True)


def _values(
    officer: Officer,
    reference: str,
    person: PersonDetails,
    encounter: EncounterDetails,
    content_digest: str,
    samples: int,
) -> dict[str, Any]:
    at = now()
    flagged = person.child_in_conflict or encounter.child_in_conflict
    return {
        "id": new_id(),
        "reference": require_text(reference, "reference", 200),
        "content_digest": content_digest,
        "status": str(EnrolmentStatus.ACCEPTED),
        "steps_done": 0,
        "steps_total": samples,
        "problems": [],
        "duplicates": [],
        "person_details": to_json(person),
        "encounter_details": to_json(encounter),
        "officer_id": officer.account_id,
        "state_code": encounter.state_code,
        "station_code": encounter.station_code,
        "child_in_conflict": is_child(
            flagged, person.birth_date, person.stated_birth_year, encounter.occurred_at
        ),
        "training": person.training or encounter.training,
        "created_at": at,
        "updated_at": at,
    }


def for_processing(session: Session, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment, locked until this transaction ends: two workers never process one at once."""
    return _enrolment(session, _locked(session, enrolment_id))


def _locked(session: Session, enrolment_id: UUID) -> EnrolmentRow:
    row = session.get(EnrolmentRow, enrolment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise EnrolmentNotFound("There is no such enrolment.")
    return row


def enrolment_visible(officer: Officer) -> ColumnElement[bool]:
    """Own enrolments, and those of the officer's state; of children, as for encounters."""
    own = EnrolmentRow.officer_id == officer.account_id
    conditions: list[ColumnElement[bool]] = []
    if officer.state_code is not None:
        conditions.append(EnrolmentRow.state_code == officer.state_code)
    if officer.role is Role.STATION:
        conditions.append(EnrolmentRow.station_code == (officer.station_code or ""))
    elif not may_see_children(officer):
        conditions.append(EnrolmentRow.child_in_conflict.is_(False))
    return or_(own, and_(*conditions)) if conditions else or_(own, EnrolmentRow.id.is_not(None))


def enrolment_for(session: Session, officer: Officer, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment the officer may see."""
    return _visible(session, officer, EnrolmentRow.id == enrolment_id)


def enrolment_by_reference(session: Session, officer: Officer, reference: str) -> Enrolment:
    """Return the officer's own enrolment by its reference."""
    own = EnrolmentRow.officer_id == officer.account_id
    return _visible(session, officer, and_(own, EnrolmentRow.reference == reference))


def _visible(session: Session, officer: Officer, condition: ColumnElement[bool]) -> Enrolment:
    require(officer, Permission.READ_PERSONS)
    row = session.scalar(select(EnrolmentRow).where(condition, enrolment_visible(officer)))
    if row is None:
        raise EnrolmentNotFound("There is no such enrolment in your records.")
    return _enrolment(session, row)


def list_enrolments(
    session: Session,
    officer: Officer,
    status: EnrolmentStatus | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Page[Enrolment]:
    """Return visible enrolments, newest first."""
    require(officer, Permission.READ_PERSONS)
    size = page_size(limit)
    query = select(EnrolmentRow).where(enrolment_visible(officer))
    if status is not None:
        query = query.where(EnrolmentRow.status == str(status))
    if after := id_place(cursor):
        query = query.where(EnrolmentRow.id < after)
    rows = session.scalars(query.order_by(EnrolmentRow.id.desc()).limit(size + 1)).all()
    return cut_page(rows, size, lambda row: _enrolment(session, row), lambda row: [str(row.id)])


def set_progress(
    session: Session, enrolment_id: UUID, done: int, total: int, status: EnrolmentStatus | None = None
) -> None:
    """Note how many steps are done."""
    row = _locked(session, enrolment_id)
    row.steps_done, row.steps_total, row.updated_at = done, total, now()
    if status is not None:
        row.status = str(status)
    session.flush()


def save_outcome(
    session: Session,
    enrolment_id: UUID,
    status: EnrolmentStatus,
    *,
    problems: Sequence[Mapping[str, Any]] = (),
    duplicates: Sequence[Mapping[str, Any]] = (),
    person_id: UUID | None = None,
    encounter_id: UUID | None = None,
) -> Enrolment:
    """Store what processing found; COMPLETE clears the staged details."""
    check_texts([*problems, *duplicates], "outcome")
    row = _locked(session, enrolment_id)
    row.status, row.updated_at = str(status), now()
    row.problems, row.duplicates = to_json(list(problems)), to_json(list(duplicates))
    if status is EnrolmentStatus.COMPLETE:
        row.person_id, row.encounter_id, row.completed_at = person_id, encounter_id, now()
        row.person_details = row.encounter_details = None
        row.steps_done = row.steps_total
    session.flush()
    details = {"status": str(status), "problems": len(problems), "duplicates": len(duplicates)}
    audit.append(session, None, "enrolment.outcome", "enrolment", enrolment_id, details=details)
    return _enrolment(session, row)


def record_confirmation(
    session: Session,
    officer: Officer,
    enrolment_id: UUID,
    decision: ConfirmationDecision,
    person_id: UUID | None,
    reason: str,
) -> Enrolment:
    """Store a person's decision about duplicates; processing goes on from there.

    Raises:
        NotAwaitingConfirmation: it does not wait for one, or the named person is none of the duplicates.
    """
    require(officer, Permission.DECIDE)
    why = require_text(reason, "reason", 2000)
    enrolment_for(session, officer, enrolment_id)
    row = _locked(session, enrolment_id)
    if row.status != EnrolmentStatus.AWAITING_CONFIRMATION:
        raise NotAwaitingConfirmation(f"This enrolment is {row.status}: there is nothing to confirm.")
    proposed = {str(duplicate.get("person_id")) for duplicate in row.duplicates}
    if (decision is ConfirmationDecision.SAME_PERSON) != (person_id is not None):
        raise NotAwaitingConfirmation("Name the person for 'same person', and only then.")
    if person_id is not None and str(person_id) not in proposed:
        raise NotAwaitingConfirmation("Choose one of the proposed persons.")
    recapture = decision is ConfirmationDecision.RECAPTURE
    row.status = str(EnrolmentStatus.NEEDS_RECAPTURE if recapture else EnrolmentStatus.PROCESSING)
    row.confirmation, row.confirmed_person_id, row.confirmation_reason = str(decision), person_id, why
    row.confirmed_by, row.confirmed_at, row.updated_at = officer.account_id, now(), now()
    session.flush()
    details = {"decision": str(decision), "person_id": str(person_id) if person_id else None}
    audit.append(session, officer, "enrolment.confirm", "enrolment", enrolment_id, details=details)
    return _enrolment(session, row)


def replace_samples(
    session: Session,
    officer: Officer,
    enrolment_id: UUID,
    samples: Sequence[StagedSample],
    content_digest: str,
) -> Enrolment:
    """Take new captures for an enrolment that asked for them; those of the same fingers replace the old."""
    require(officer, Permission.ENROL)
    enrolment_for(session, officer, enrolment_id)
    row = _locked(session, enrolment_id)
    if row.status not in (EnrolmentStatus.NEEDS_RECAPTURE, EnrolmentStatus.FAILED):
        raise NotAwaitingConfirmation(f"This enrolment is {row.status}: it asks for no new captures.")
    retaken = {(str(sample.modality), int(sample.position)) for sample in samples}
    old = session.scalars(select(SampleRow).where(SampleRow.enrolment_id == enrolment_id)).all()
    remove_samples(
        session, None, [sample.id for sample in old if (sample.modality, sample.position) in retaken]
    )
    session.add_all([sample_row(sample, SampleRole.ENROLMENT, officer, enrolment_id) for sample in samples])
    row.status, row.content_digest, row.updated_at = str(EnrolmentStatus.ACCEPTED), content_digest, now()
    row.problems, row.duplicates, row.confirmation, row.steps_done = [], [], None, 0
    row.confirmed_person_id = row.confirmed_by = row.confirmed_at = row.confirmation_reason = None
    session.flush()
    details = {"samples": len(samples)}
    audit.append(session, officer, "enrolment.recapture", "enrolment", enrolment_id, details=details)
    return _enrolment(session, row)


def unfinished(session: Session, older_than: datetime, limit: int = 100) -> tuple[UUID, ...]:
    """Return enrolments not touched since ``older_than`` that no worker has finished, oldest first."""
    waiting = (str(EnrolmentStatus.ACCEPTED), str(EnrolmentStatus.PROCESSING))
    rows = session.scalars(
        select(EnrolmentRow.id)
        .where(EnrolmentRow.status.in_(waiting), EnrolmentRow.updated_at < older_than)
        .order_by(EnrolmentRow.updated_at)
        .limit(limit)
    )
    return tuple(rows)


def _enrolment(session: Session, row: EnrolmentRow) -> Enrolment:
    samples = session.scalars(
        select(SampleRow.id).where(SampleRow.enrolment_id == row.id).order_by(SampleRow.id)
    ).all()
    number = None
    if row.person_id is not None:
        number = session.scalar(select(PersonRow.number).where(PersonRow.id == row.person_id))
    return Enrolment(
        id=row.id,
        reference=row.reference,
        status=EnrolmentStatus(row.status),
        steps_done=row.steps_done,
        steps_total=row.steps_total,
        problems=tuple(row.problems),
        duplicates=tuple(row.duplicates),
        person_details=from_json(PersonDetails, row.person_details) if row.person_details else None,
        encounter_details=from_json(EncounterDetails, row.encounter_details)
        if row.encounter_details
        else None,
        state_code=row.state_code,
        station_code=row.station_code,
        officer_id=row.officer_id,
        person_id=row.person_id,
        person_number=number,
        encounter_id=row.encounter_id,
        sample_ids=tuple(samples),
        confirmation=_confirmation(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        completed_at=row.completed_at,
    )


def _confirmation(row: EnrolmentRow) -> Confirmation | None:
    if row.confirmation is None or row.confirmed_by is None or row.confirmed_at is None:
        return None
    return Confirmation(
        decision=ConfirmationDecision(row.confirmation),
        person_id=row.confirmed_person_id,
        officer_id=row.confirmed_by,
        decided_at=row.confirmed_at,
        reason=row.confirmation_reason or "",
    )
