"""Which enrolments an officer may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from records.access import Officer, Permission, Role, may_see_children, require
from records.enrolment_values import Enrolment, EnrolmentNotFound, EnrolmentStatus, read_enrolment
from records.pages import Page, newest_first
from records.tables import EnrolmentRow


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
    return read_enrolment(session, row)


def list_enrolments(
    session: Session,
    officer: Officer,
    status: EnrolmentStatus | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Page[Enrolment]:
    """Return visible enrolments, newest first."""
    require(officer, Permission.READ_PERSONS)
    query = select(EnrolmentRow).where(enrolment_visible(officer))
    if status is not None:
        query = query.where(EnrolmentRow.status == str(status))
    return newest_first(
        session, query, EnrolmentRow.id, limit, cursor, lambda row: read_enrolment(session, row)
    )
