"""When records must be destroyed, when a court keeps them, and erasure that leaves only the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, InputRejected, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, require
from records.encounter_details import Disposal
from records.image_store import ImageStore
from records.object_removal import remove_samples
from records.persons import PersonNotFound, person_for
from records.sweep import SweepReport, sweep_orphans
from records.tables import (
    DecisionRow,
    EncounterRow,
    EnrolmentRow,
    LegalHoldRow,
    PersonNameRow,
    PersonRow,
    SampleRow,
    SearchCandidateRow,
    SearchRow,
)
from records.text import require_text
from records.visibility import person_visible

__all__ = [
    "DestructionDue",
    "Erasure",
    "HoldNotFound",
    "LegalHold",
    "OtherStatesHold",
    "ReasonNamesPerson",
    "SweepReport",
    "due_for_destruction",
    "erase_person",
    "lift_hold",
    "place_hold",
    "sweep_orphans",
]

RELEASING = (Disposal.ACQUITTED, Disposal.DISCHARGED, Disposal.RELEASED_WITHOUT_TRIAL)
"""Disposals after which section 4 of the Identification Act 2022 has the record destroyed."""


class LegalHold(Conflict):
    """A court has directed that the record be kept."""

    code = "legal_hold"


class OtherStatesHold(Conflict):
    """Another state has encounters of this person: its officers have to agree."""

    code = "other_states_hold"


class ReasonNamesPerson(InputRejected):
    """The reason of an erasure names the person."""

    code = "reason_names_person"


class HoldNotFound(NotFound):
    """No such hold in force."""

    code = "hold_not_found"


@dataclass(frozen=True)
class Erasure:
    """What an erasure removed."""

    number: str
    samples: int
    templates: int
    encounters: int


@dataclass(frozen=True)
class DestructionDue:
    """A record that is due; ``reason`` is years or disposal, ``since`` when it became due."""

    person_id: UUID
    number: str
    reason: str
    since: date


def erase_person(
    session: Session, store: ImageStore, officer: Officer, person_id: UUID, reason: str
) -> Erasure:
    """Erase all that is known of a person, for ever; the number stays as a tombstone and is never reused.

    Images and templates, names and particulars, encounters and enrolments go; searches keep an empty
    candidate. Galleries drop the references with this commit, the objects are deleted right after it.

    Raises:
        LegalHold: a court has directed to keep the record.
        OtherStatesHold: the officer is bound to a state and another state has encounters of the person.
    """
    require(officer, Permission.ERASE)
    why = require_text(reason, "reason", 2000)
    _require_nameless(session, person_id, why)
    person = session.scalar(
        select(PersonRow).where(PersonRow.id == person_id, person_visible(officer)).with_for_update()
    )
    if person is None:
        raise PersonNotFound("There is no such person in your records; check the number.")
    _require_erasable(session, officer, person_id)
    sample_ids = _samples_of(session, person_id)
    templates = remove_samples(session, store, sample_ids)
    _forget_in_searches(session, person_id)
    _forget_in_enrolments(session, person_id)
    encounters = session.scalars(
        delete(EncounterRow).where(EncounterRow.person_id == person_id).returning(EncounterRow.id)
    ).all()
    session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == person_id))
    _make_tombstone(person)
    session.flush()
    counts = {"samples": len(sample_ids), "templates": templates, "encounters": len(encounters)}
    details = {"number": person.number, "reason": why, **counts}
    audit.append(session, officer, "person.erase", "person", person_id, details=details)
    return Erasure(person.number, len(sample_ids), templates, len(encounters))


def _require_nameless(session: Session, person_id: UUID, reason: str) -> None:
    """The reason stays in the audit for ever: it must not carry the name on."""
    names = session.scalars(select(PersonNameRow.text).where(PersonNameRow.person_id == person_id))
    if any(name.strip() and name.casefold() in reason.casefold() for name in names):
        raise ReasonNamesPerson("Leave the person's names out of the reason: it outlives the erasure.")


def _require_erasable(session: Session, officer: Officer, person_id: UUID) -> None:
    held = session.scalar(
        select(LegalHoldRow.order_number).where(
            LegalHoldRow.person_id == person_id, LegalHoldRow.lifted_at.is_(None)
        )
    )
    if held is not None:
        raise LegalHold("A court's order keeps this record; lift the hold first.", order_number=held)
    if officer.state_code is None:
        return
    elsewhere = session.scalar(
        select(func.count()).where(
            EncounterRow.person_id == person_id, EncounterRow.state_code != officer.state_code
        )
    )
    if elsewhere:
        raise OtherStatesHold("Another case links this record; ask an officer not bound to a state.")


def _samples_of(session: Session, person_id: UUID) -> Sequence[UUID]:
    enrolments = select(EnrolmentRow.id).where(EnrolmentRow.person_id == person_id)
    return session.scalars(
        select(SampleRow.id).where(
            (SampleRow.person_id == person_id) | SampleRow.enrolment_id.in_(enrolments)
        )
    ).all()


def _forget_in_searches(session: Session, person_id: UUID) -> None:
    empty: dict[str, Any] = {"person_id": None, "evidence": []}
    session.execute(
        update(SearchCandidateRow).where(SearchCandidateRow.person_id == person_id).values(**empty)
    )
    session.execute(
        update(DecisionRow).where(DecisionRow.person_id == person_id).values(person_id=None, reason="")
    )
    session.execute(
        update(SearchRow)
        .where(SearchRow.outcome["person_id"].astext == str(person_id))
        .values(outcome=SearchRow.outcome.op("-")("person_id"))
    )


def _forget_in_enrolments(session: Session, person_id: UUID) -> None:
    own = session.scalars(
        select(EnrolmentRow.id).where(EnrolmentRow.person_id == person_id).with_for_update()
    ).all()
    session.execute(delete(EnrolmentRow).where(EnrolmentRow.id.in_(own)))
    mention = [{"person_id": str(person_id)}]
    named = EnrolmentRow.duplicates.contains(mention) | EnrolmentRow.problems.contains(mention)
    others = session.scalars(
        select(EnrolmentRow).where(named | (EnrolmentRow.confirmed_person_id == person_id)).with_for_update()
    )
    for row in others:
        row.duplicates = [item for item in row.duplicates if item.get("person_id") != str(person_id)]
        row.problems = [item for item in row.problems if item.get("person_id") != str(person_id)]
        if row.confirmed_person_id == person_id:
            row.confirmed_person_id = None


def _make_tombstone(person: PersonRow) -> None:
    person.sex, person.birth_date, person.birth_year = "unknown", None, None
    person.nationality, person.relative_relation, person.particulars = "", "", {}
    person.child_in_conflict = person.training = False
    person.erased_at = person.updated_at = now()


def place_hold(
    session: Session, officer: Officer, person_id: UUID, court: str, order_number: str, reason: str
) -> UUID:
    """Note a court's direction to keep a record."""
    require(officer, Permission.ERASE)
    person_for(session, officer, person_id)
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
    """Note that a court's direction has ended."""
    require(officer, Permission.ERASE)
    row = session.get(LegalHoldRow, hold_id, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise HoldNotFound("There is no such hold in force.")
    person_for(session, officer, row.person_id)
    row.lifted_by, row.lifted_at = officer.account_id, now()
    row.lifted_reason = require_text(reason, "reason", 2000)
    session.flush()
    audit.append(session, officer, "hold.lift", "person", row.person_id, details={"hold_id": str(hold_id)})


def due_for_destruction(
    session: Session, officer: Officer, today: date, years: int = 75
) -> tuple[DestructionDue, ...]:
    """Return the records that are due, the longest due first; those a court holds are left out.

    A record is due by years when its newest collection is ``years`` old, and by disposal when every
    encounter ended, finally, in acquittal, discharge or release without trial (section 4(2)).
    """
    require(officer, Permission.ERASE)
    released = EncounterRow.disposal.in_([str(item) for item in RELEASING]) & EncounterRow.disposal_final
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
