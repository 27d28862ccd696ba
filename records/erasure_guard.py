"""Keeps new data from being attached to a person who is being or has been erased."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from records.tables import PersonRow


class PersonErased(Conflict):
    """The person was erased meanwhile."""

    code = "person_erased"


def living_person(session: Session, person_id: UUID) -> PersonRow:
    """Return a person's row, locked so that an erasure waits until this transaction has ended.

    Raises:
        PersonErased: the person was erased; enrol as a new person.
    """
    person = session.scalar(
        select(PersonRow)
        .where(PersonRow.id == person_id, PersonRow.erased_at.is_(None))
        .with_for_update(read=True)
    )
    if person is None:
        raise PersonErased("This person was erased meanwhile; enrol as a new person.")
    return person
