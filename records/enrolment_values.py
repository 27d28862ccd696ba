"""What an enrolment is, and how it is read from its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from records.encounters import EncounterDetails
from records.person_details import PersonDetails
from records.stored_values import from_json
from records.tables import EnrolmentRow, PersonRow, SampleRow


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


def locked_enrolment(session: Session, enrolment_id: UUID) -> EnrolmentRow:
    row = session.get(EnrolmentRow, enrolment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise EnrolmentNotFound("There is no such enrolment.")
    return row


def read_enrolment(session: Session, row: EnrolmentRow) -> Enrolment:
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
