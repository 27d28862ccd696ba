"""When records must be destroyed, and what destroys them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Select, case, cast, func, select, tuple_
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
from records.pages import Page, cut_page, page_size, read_cursor
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
    session: Session,
    officer: Officer,
    today: date,
    years: int = 75,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DestructionDue]:
    """Return a page of the records that are due, the longest due first; those a court holds are left out.

    A record is due by years when its newest collection is ``years`` old, and by disposal when every
    encounter ended, finally, in acquittal, discharge or release without trial (section 4(2)).
    """
    require(officer, Permission.ERASE)
    size = page_size(limit)
    due = _all_due(officer, today, years).subquery()
    query = select(due.c.id, due.c.number, due.c.reason, due.c.since)
    if cursor:
        since, number = read_cursor(cursor, date.fromisoformat, str)
        query = query.where(tuple_(due.c.since, due.c.number) > (since, number))
    rows = session.execute(query.order_by(due.c.since, due.c.number).limit(size + 1)).all()
    return cut_page(
        rows, size, lambda row: DestructionDue(*row), lambda row: [row.since.isoformat(), row.number]
    )


def _all_due(officer: Officer, today: date, years: int) -> Select[tuple[UUID, str, str, date]]:
    # an open case has no disposal: it must count against the record, where bool_and would pass over a null
    ended = func.coalesce(EncounterRow.disposal.in_([str(item) for item in RELEASING]), False)
    released = func.coalesce(func.bool_and(ended & EncounterRow.disposal_final), False)
    newest, disposed_on = func.max(EncounterRow.occurred_at), func.max(EncounterRow.disposal_on)
    by_disposal = released & disposed_on.is_not(None)
    held = select(LegalHoldRow.person_id).where(LegalHoldRow.lifted_at.is_(None))
    return (
        select(
            PersonRow.id,
            PersonRow.number,
            case((by_disposal, "disposal"), else_="years").label("reason"),
            case(
                (by_disposal, disposed_on),
                else_=cast(cast(newest, Date) + func.make_interval(years), Date),
            ).label("since"),
        )
        .join(EncounterRow, EncounterRow.person_id == PersonRow.id)
        .where(person_visible(officer), PersonRow.id.not_in(held))
        .group_by(PersonRow.id, PersonRow.number)
        .having((by_disposal & (disposed_on <= today)) | (newest < _years_before(today, years)))
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
