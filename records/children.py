"""Who counts as a child in conflict with the law at an encounter."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import EncounterRow, PersonRow

ADULT_AGE = 18
"""Juvenile Justice (Care and Protection of Children) Act 2015, section 2(12)."""


def is_child(flagged: bool, birth_date: date | None, birth_year: int | None, occurred_at: datetime) -> bool:
    """Whether the person was flagged, or by birth date or year under eighteen, at the encounter."""
    day = occurred_at.date()
    if birth_date is not None:
        had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
        return flagged or day.year - birth_date.year - (not had_birthday) < ADULT_AGE
    return flagged or (birth_year is not None and day.year - birth_year < ADULT_AGE)


def refresh_children(session: Session, person: PersonRow) -> None:
    """Judge all encounters of a person anew, after birth date or flag were corrected."""
    for row in session.scalars(select(EncounterRow).where(EncounterRow.person_id == person.id)):
        flagged = person.child_in_conflict or bool(row.particulars.get("child_stated"))
        row.child_in_conflict = is_child(flagged, person.birth_date, person.birth_year, row.occurred_at)
    session.flush()
