"""How an enrolment goes on: processed, found, confirmed by a person, captured anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from records import audit
from records.access import Officer, Permission, require
from records.enrolment_reading import enrolment_for
from records.enrolment_values import (
    ConfirmationDecision,
    Enrolment,
    EnrolmentStatus,
    NotAwaitingConfirmation,
    locked_enrolment,
    read_enrolment,
)
from records.object_removal import remove_samples
from records.samples import SampleRole, StagedSample, sample_row
from records.stored_values import to_json
from records.tables import EnrolmentRow, SampleRow
from records.text import check_texts, require_text


def for_processing(session: Session, enrolment_id: UUID) -> Enrolment:
    """Return an enrolment, locked until this transaction ends: two workers never process one at once."""
    return read_enrolment(session, locked_enrolment(session, enrolment_id))


def set_progress(
    session: Session, enrolment_id: UUID, done: int, total: int, status: EnrolmentStatus | None = None
) -> None:
    """Note how many steps are done."""
    row = locked_enrolment(session, enrolment_id)
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
    row = locked_enrolment(session, enrolment_id)
    row.status, row.updated_at = str(status), now()
    row.problems, row.duplicates = to_json(list(problems)), to_json(list(duplicates))
    if status is EnrolmentStatus.COMPLETE:
        row.person_id, row.encounter_id, row.completed_at = person_id, encounter_id, now()
        row.person_details = row.encounter_details = None
        row.steps_done = row.steps_total
    session.flush()
    details = {"status": str(status), "problems": len(problems), "duplicates": len(duplicates)}
    audit.append(session, None, "enrolment.outcome", "enrolment", enrolment_id, details=details)
    return read_enrolment(session, row)


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
    row = locked_enrolment(session, enrolment_id)
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
    return read_enrolment(session, row)


def replace_samples(
    session: Session,
    officer: Officer,
    enrolment_id: UUID,
    samples: Sequence[StagedSample],
    content_digest: str,
) -> Enrolment:
    """Take new captures for an enrolment that asked for them; those of the same fingers replace the old.

    Slaps are replaced together: a new one means that the old ones were mixed up or poor.
    """
    require(officer, Permission.ENROL)
    enrolment_for(session, officer, enrolment_id)
    row = locked_enrolment(session, enrolment_id)
    if row.status not in (EnrolmentStatus.NEEDS_RECAPTURE, EnrolmentStatus.FAILED):
        raise NotAwaitingConfirmation(f"This enrolment is {row.status}: it asks for no new captures.")
    retaken = {(sample.modality, sample.position) for sample in samples if not sample.slap}
    slaps_retaken = any(sample.slap for sample in samples)
    old = session.scalars(
        select(SampleRow).where(SampleRow.enrolment_id == enrolment_id, SampleRow.slap_id.is_(None))
    )
    gone = [row.id for row in old if (slaps_retaken if row.slap else (row.modality, row.position) in retaken)]
    remove_samples(session, None, gone)
    session.add_all([sample_row(sample, SampleRole.ENROLMENT, officer, enrolment_id) for sample in samples])
    row.status, row.content_digest, row.updated_at = str(EnrolmentStatus.ACCEPTED), content_digest, now()
    row.problems, row.duplicates, row.confirmation, row.steps_done = [], [], None, 0
    row.confirmed_person_id = row.confirmed_by = row.confirmed_at = row.confirmation_reason = None
    session.flush()
    details = {"samples": len(samples)}
    audit.append(session, officer, "enrolment.recapture", "enrolment", enrolment_id, details=details)
    return read_enrolment(session, row)


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
