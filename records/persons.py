"""Persons: created with a lifelong number, read within the officer's partition, corrected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, require
from records.children import refresh_children
from records.kept_statements import among, kept
from records.names import index_name
from records.numbers import allocate_number
from records.person_details import (
    Address,
    NameKind,
    PersonDetails,
    PersonInvalid,
    PersonName,
    Sex,
    check_person,
)
from records.person_search import PersonSummary, find_persons
from records.retagging import retag_person
from records.stored_values import from_json, to_json
from records.tables import PersonNameRow, PersonRow
from records.visibility import person_visible

__all__ = [
    "Address",
    "NameKind",
    "Person",
    "PersonChanged",
    "PersonDetails",
    "PersonInvalid",
    "PersonName",
    "PersonNotFound",
    "PersonSummary",
    "Sex",
    "add_names",
    "create_person",
    "find_persons",
    "person_by_number",
    "person_for",
    "persons_by_id",
    "update_person",
]

_RELATIVE = "relative"


class PersonNotFound(NotFound):
    """No such person for this officer."""

    code = "person_not_found"


class PersonChanged(Conflict):
    """The person was corrected by somebody else since it was read."""

    code = "person_changed"


@dataclass(frozen=True)
class Person:
    """One person with a lifelong number."""

    id: UUID
    number: str
    state_code: str
    details: PersonDetails
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = None

    @property
    def display_name(self) -> str:
        """The name to show."""
        return self.details.display_name


def create_person(session: Session, details: PersonDetails, state_code: str) -> Person:
    """Store a new person under the state's next number."""
    check_person(details)
    at = now()
    row = PersonRow(
        id=new_id(),
        number=allocate_number(session, state_code),
        state_code=state_code,
        created_at=at,
        updated_at=at,
        erased_at=None,
        **_columns(details),
    )
    session.add(row)
    session.flush()
    _store_names(session, row.id, details)
    return _person(session, row)


def _columns(details: PersonDetails) -> dict[str, Any]:
    return {
        "sex": str(details.sex),
        "birth_date": details.birth_date,
        "birth_year": details.stated_birth_year,
        "nationality": details.nationality,
        "relative_relation": details.relative_relation,
        "child_in_conflict": details.child_in_conflict,
        "training": details.training,
        "particulars": {
            "addresses": [to_json(address) for address in details.addresses],
            "marks": list(details.marks),
            "particulars": dict(details.particulars),
        },
    }


def _store_names(session: Session, person_id: UUID, details: PersonDetails) -> None:
    session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == person_id))
    _insert_names(session, person_id, details.names, 0)
    if details.relative_name.strip():
        relative = PersonName(NameKind.PRIMARY, details.relative_name)
        session.add(_name_row(person_id, relative, len(details.names), _RELATIVE))
    session.flush()


def _insert_names(session: Session, person_id: UUID, names: Sequence[PersonName], first: int) -> None:
    for place, name in enumerate(names, first):
        session.add(_name_row(person_id, name, place, str(name.kind)))


def _name_row(person_id: UUID, name: PersonName, place: int, kind: str) -> PersonNameRow:
    indexed = index_name(name.text)
    return PersonNameRow(
        person_id=person_id,
        kind=kind,
        place=place,
        text=indexed.text,
        language=name.language,
        script=name.script or indexed.script,
        romanised=indexed.romanised,
        keys=list(indexed.keys),
    )


def add_names(session: Session, person_id: UUID, names: Sequence[PersonName]) -> None:
    """Add names given at a later encounter as aliases; those already known are left out."""
    known = session.scalars(
        select(PersonNameRow.text).where(
            PersonNameRow.person_id == person_id, PersonNameRow.kind != _RELATIVE
        )
    ).all()
    seen = {text.casefold() for text in known}
    fresh = [
        replace(name, kind=NameKind.ALIAS)
        for name in names
        if index_name(name.text).text.casefold() not in seen and name.text.strip()
    ]
    check_person(PersonDetails(names=fresh or (PersonName(NameKind.ALIAS, "-"),)))
    _insert_names(session, person_id, fresh, len(known))
    session.flush()


def person_for(session: Session, officer: Officer, person_id: UUID) -> Person:
    """Return a person the officer may see.

    Raises:
        PersonNotFound: there is none, it was erased, or none of its encounters is the officer's to see.
    """
    return _visible(session, officer, PersonRow.id == person_id)


def person_by_number(session: Session, officer: Officer, number: str) -> Person:
    """Return the person with a lifelong number, under the same conditions."""
    return _visible(session, officer, PersonRow.number == number)


def _visible(session: Session, officer: Officer, condition: Any) -> Person:
    require(officer, Permission.READ_PERSONS)
    row = session.scalar(select(PersonRow).where(condition, person_visible(officer)))
    if row is None:
        raise PersonNotFound("There is no such person in your records; check the number.")
    return _person(session, row)


def persons_by_id(session: Session, officer: Officer, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Return those of the persons that the officer may see."""
    rows = session.scalars(_persons_among(officer), {"persons": list(person_ids)}).all()
    names = _names_of(session, [row.id for row in rows])
    return {row.id: _build(row, names.get(row.id, [])) for row in rows}


def update_person(
    session: Session,
    officer: Officer,
    person_id: UUID,
    details: PersonDetails,
    unchanged_since: datetime | None = None,
) -> Person:
    """Replace what is stated about a person; references are tagged anew through the feed.

    Args:
        unchanged_since: ``updated_at`` of the state that ``details`` were made from.

    Raises:
        PersonChanged: somebody else corrected the person since.
    """
    require(officer, Permission.EDIT_PERSONS)
    check_person(details)
    person_for(session, officer, person_id)
    locked = select(PersonRow).where(PersonRow.id == person_id).with_for_update()
    row = session.scalars(locked.execution_options(populate_existing=True)).one()
    if unchanged_since is not None and row.updated_at != unchanged_since:
        raise PersonChanged("Somebody else corrected this person meanwhile. Read it again, then repeat.")
    for column, value in _columns(details).items():
        setattr(row, column, value)
    row.updated_at = now()
    _store_names(session, person_id, details)
    refresh_children(session, row)
    retag_person(session, person_id)
    audit.append(session, officer, "person.update", "person", person_id, details={"number": row.number})
    return _person(session, row)


@kept
def _persons_among(officer: Officer) -> Select[PersonRow]:
    return select(PersonRow).where(among(PersonRow.id, "persons"), person_visible(officer))


_NAMES_AMONG = (
    select(PersonNameRow)
    .where(among(PersonNameRow.person_id, "persons"))
    .order_by(PersonNameRow.person_id, PersonNameRow.place)
)


def _names_of(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, list[PersonNameRow]]:
    rows = session.scalars(_NAMES_AMONG, {"persons": list(person_ids)})
    names: dict[UUID, list[PersonNameRow]] = {}
    for row in rows:
        names.setdefault(row.person_id, []).append(row)
    return names


def _person(session: Session, row: PersonRow) -> Person:
    return _build(row, _names_of(session, [row.id]).get(row.id, []))


def _build(row: PersonRow, names: Sequence[PersonNameRow]) -> Person:
    stored = row.particulars
    details = PersonDetails(
        names=tuple(
            PersonName(NameKind(name.kind), name.text, name.language, name.script)
            for name in names
            if name.kind != _RELATIVE
        ),
        relative_relation=row.relative_relation,
        relative_name=next((name.text for name in names if name.kind == _RELATIVE), ""),
        sex=Sex(row.sex),
        birth_date=row.birth_date,
        birth_year=row.birth_year,
        nationality=row.nationality,
        addresses=tuple(from_json(Address, address) for address in stored.get("addresses", [])),
        marks=tuple(stored.get("marks", [])),
        child_in_conflict=row.child_in_conflict,
        training=row.training,
        particulars=stored.get("particulars", {}),
    )
    return Person(row.id, row.number, row.state_code, details, row.created_at, row.updated_at, row.erased_at)
