"""When records must be destroyed, and what destroys them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.access import Officer, Permission, require
from records.encounter_details import Disposal
from records.erasure import (
    EnrolmentFinished,
    Erasure,
    LegalHold,
    OtherStatesHold,
    ReasonNamesPerson,
    discard_enrolment,
    erase_person,
)
from records.sweep import SweepReport, sweep_orphans
from records.tables import (
    EncounterRow,
    LegalHoldRow,
    PersonRow,
)
from records.visibility import person_visible

__all__ = [
    "DestructionDue",
    "EnrolmentFinished",
    "Erasure",
    "LegalHold",
    "OtherStatesHold",
    "ReasonNamesPerson",
    "SweepReport",
    "discard_enrolment",
    "due_for_destruction",
    "erase_person",
    "sweep_orphans",
]

RELEASING = (Disposal.ACQUITTED, Disposal.DISCHARGED, Disposal.RELEASED_WITHOUT_TRIAL)
"""Disposals after which section 4 of the Identification Act 2022 has the record destroyed."""


@dataclass(frozen=True)
class DestructionDue:
    """A record that is due; ``reason`` is years or disposal, ``since`` when it became due."""

    person_id: UUID
    number: str
    reason: str
    since: date


def due_for_destruction(
    session: Session, officer: Officer, today: date, years: int = 75
) -> tuple[DestructionDue, ...]:
    """Return the records that are due, the longest due first; those a court holds are left out.

    A record is due by years when its newest collection is ``years`` old, and by disposal when every
    encounter ended, finally, in acquittal, discharge or release without trial (section 4(2)).
    """
    require(officer, Permission.ERASE)
    # an open case has no disposal: it must count against the record, where bool_and would pass over a null
    ended = func.coalesce(EncounterRow.disposal.in_([str(item) for item in RELEASING]), False)
    released = ended & EncounterRow.disposal_final
    held = select(LegalHoldRow.person_id).where(LegalHoldRow.lifted_at.is_(None))
    rows = session.execute(
        select(
            PersonRow.id,
            PersonRow.number,
            func.max(EncounterRow.occurred_at),
            func.coalesce(func.bool_and(released), False),
            func.max(EncounterRow.disposal_on),
        )
        .join(EncounterRow, EncounterRow.person_id == PersonRow.id)
        .where(person_visible(officer), PersonRow.id.not_in(held))
        .group_by(PersonRow.id, PersonRow.number)
        .having(
            func.coalesce(func.bool_and(released), False)
            | (func.max(EncounterRow.occurred_at) < _years_before(today, years))
        )
    )
    due = [
        _due(person_id, number, newest, all_released, on, years)
        for person_id, number, newest, all_released, on in rows
    ]
    return tuple(sorted(due, key=lambda item: (item.since, item.number)))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _due(
    person_id: UUID, number: str, newest: datetime, released: bool, disposed_on: date | None, years: int
) -> DestructionDue:
    if released and disposed_on is not None:
        return DestructionDue(person_id, number, "disposal", disposed_on)
    return DestructionDue(person_id, number, "years", _years_before(newest.date(), -years))
