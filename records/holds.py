"""Directions of courts to keep a record that would otherwise be destroyed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, require
from records.erasure_guard import living_person
from records.persons import PersonNotFound, person_for
from records.tables import LegalHoldRow
from records.text import require_text


class HoldNotFound(NotFound):
    """No such hold in force."""

    code = "hold_not_found"


@dataclass(frozen=True)
class Hold:
    """A direction in force; nobody can erase the record while it is."""

    id: UUID
    court: str
    order_number: str
    reason: str
    placed_at: datetime


def place_hold(
    session: Session, officer: Officer, person_id: UUID, court: str, order_number: str, reason: str
) -> UUID:
    """Note a court's direction to keep a record.

    Raises:
        PersonErased: an erasure was quicker.
    """
    require(officer, Permission.ERASE)
    person_for(session, officer, person_id)
    living_person(session, person_id)
    row = LegalHoldRow(
        id=new_id(),
        person_id=person_id,
        court=require_text(court, "court", 300),
        order_number=require_text(order_number, "order number", 200),
        reason=require_text(reason, "reason", 2000),
        placed_by=officer.account_id,
        placed_at=now(),
    )
    session.add(row)
    session.flush()
    audit.append(session, officer, "hold.place", "person", person_id, details={"hold_id": str(row.id)})
    return row.id


def lift_hold(session: Session, officer: Officer, hold_id: UUID, reason: str) -> None:
    """Note that a court's direction has ended.

    Raises:
        HoldNotFound: it was lifted before, or is of a record the officer may not see.
    """
    require(officer, Permission.ERASE)
    row = session.get(LegalHoldRow, hold_id, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise HoldNotFound("There is no such hold in force.")
    try:
        person_for(session, officer, row.person_id)
    except PersonNotFound:
        raise HoldNotFound("There is no such hold in force.") from None
    row.lifted_by, row.lifted_at = officer.account_id, now()
    row.lifted_reason = require_text(reason, "reason", 2000)
    session.flush()
    audit.append(session, officer, "hold.lift", "person", row.person_id, details={"hold_id": str(hold_id)})


def holds_of(session: Session, officer: Officer, person_id: UUID) -> tuple[Hold, ...]:
    """Return the directions in force for one person, the oldest first."""
    person_for(session, officer, person_id)
    rows = session.scalars(
        select(LegalHoldRow)
        .where(LegalHoldRow.person_id == person_id, LegalHoldRow.lifted_at.is_(None))
        .order_by(LegalHoldRow.placed_at, LegalHoldRow.id)
    )
    return tuple(Hold(row.id, row.court, row.order_number, row.reason, row.placed_at) for row in rows)
