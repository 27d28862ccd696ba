"""Accepts enrolments: checked against the law, kept once under the client's reference."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import now
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, require, require_state
from records.children import is_child
from records.encounters import EncounterDetails, check_encounter
from records.enrolment_progress import (
    for_processing,
    record_confirmation,
    replace_samples,
    save_outcome,
    set_progress,
    unfinished,
)
from records.enrolment_reading import enrolment_by_reference, enrolment_for, list_enrolments
from records.enrolment_values import (
    Accepted,
    Confirmation,
    ConfirmationDecision,
    DuplicateReference,
    Enrolment,
    EnrolmentNotFound,
    EnrolmentStatus,
    NotAwaitingConfirmation,
    read_enrolment,
)
from records.person_details import PersonDetails, check_person
from records.samples import SampleRole, StagedSample, sample_row
from records.stored_values import to_json
from records.tables import EnrolmentRow
from records.text import require_text

__all__ = [
    "Accepted",
    "Confirmation",
    "ConfirmationDecision",
    "DuplicateReference",
    "Enrolment",
    "EnrolmentNotFound",
    "EnrolmentStatus",
    "NotAwaitingConfirmation",
    "accept",
    "enrolment_by_reference",
    "enrolment_for",
    "existing",
    "for_processing",
    "list_enrolments",
    "record_confirmation",
    "replace_samples",
    "save_outcome",
    "set_progress",
    "unfinished",
]


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
    return read_enrolment(session, row)


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
    return Accepted(read_enrolment(session, session.get_one(EnrolmentRow, added)), created=True)


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
