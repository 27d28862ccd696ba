"""Erases all that is known of a person; only the number stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, InputRejected
from records import audit
from records.access import Officer, Permission, require
from records.enrolment_reading import enrolment_for
from records.enrolment_values import EnrolmentStatus, locked_enrolment
from records.image_store import ImageStore
from records.object_removal import remove_samples
from records.persons import PersonNotFound
from records.tables import (
    DecisionRow,
    EncounterRow,
    EnrolmentRow,
    LegalHoldRow,
    PersonNameRow,
    PersonRow,
    SamePersonRow,
    SampleRow,
    SearchCandidateRow,
    SearchRow,
)
from records.text import require_text
from records.visibility import person_visible


class LegalHold(Conflict):
    """A court has directed that the record be kept."""

    code = "legal_hold"


class OtherStatesHold(Conflict):
    """Another state has encounters of this person: its officers have to agree."""

    code = "other_states_hold"


class EnrolmentFinished(Conflict):
    """The enrolment has become a person's encounter."""

    code = "enrolment_finished"


class ReasonNamesPerson(InputRejected):
    """The reason of an erasure names the person."""

    code = "reason_names_person"


@dataclass(frozen=True)
class Erasure:
    """What an erasure removed."""

    number: str
    samples: int
    templates: int
    encounters: int


def erase_person(
    session: Session, store: ImageStore, officer: Officer, person_id: UUID, reason: str
) -> Erasure:
    """Erase all that is known of a person, for ever; the number stays as a tombstone and is never reused.

    Images and templates, names and particulars, encounters, enrolments and lifted holds go; searches
    keep an empty candidate. Galleries drop the references with this commit, the objects are deleted
    right after it.

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
    return _erase(session, store, officer, person, why)


def repeat_erasure(session: Session, store: ImageStore, person_id: UUID) -> bool:
    """Erase a person again whom a backup has brought back; return whether there was anything to erase."""
    person = session.scalar(
        select(PersonRow).where(PersonRow.id == person_id, PersonRow.erased_at.is_(None)).with_for_update()
    )
    if person is None:
        return False
    _erase(session, store, None, person, "erased before; a backup had brought the record back")
    return True


def _erase(
    session: Session, store: ImageStore, officer: Officer | None, person: PersonRow, reason: str
) -> Erasure:
    person_id = person.id
    sample_ids = _samples_of(session, person_id)
    templates = remove_samples(session, store, sample_ids)
    _forget_in_searches(session, person_id)
    _forget_in_enrolments(session, person_id)
    encounters = session.scalars(
        delete(EncounterRow).where(EncounterRow.person_id == person_id).returning(EncounterRow.id)
    ).all()
    session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == person_id))
    alike = (SamePersonRow.first_id == person_id) | (SamePersonRow.second_id == person_id)
    session.execute(delete(SamePersonRow).where(alike))
    session.execute(delete(LegalHoldRow).where(LegalHoldRow.person_id == person_id))  # all lifted by now
    _make_tombstone(person)
    session.flush()
    counts = {"samples": len(sample_ids), "templates": templates, "encounters": len(encounters)}
    details = {"number": person.number, "reason": reason, **counts}
    audit.append(session, officer, "person.erase", "person", person_id, details=details)
    return Erasure(person.number, len(sample_ids), templates, len(encounters))


def discard_enrolment(
    session: Session, store: ImageStore, officer: Officer, enrolment_id: UUID, reason: str
) -> int:
    """Erase an enrolment that never became a person, with its images; return how many there were.

    Raises:
        EnrolmentFinished: it is complete: erase the person instead.
    """
    require(officer, Permission.EDIT_PERSONS)
    why = require_text(reason, "reason", 2000)
    enrolment_for(session, officer, enrolment_id)
    row = locked_enrolment(session, enrolment_id)
    if row.status == EnrolmentStatus.COMPLETE:
        raise EnrolmentFinished("This enrolment is complete; erase the person instead.")
    return _discard(session, store, officer, row, why)


def discard_again(session: Session, store: ImageStore, enrolment_id: UUID) -> bool:
    """Erase an enrolment again that a backup has brought back; return whether there was anything to erase.

    Raises:
        NotFound: there is no such enrolment.
    """
    row = locked_enrolment(session, enrolment_id)
    if row.status == EnrolmentStatus.COMPLETE:
        return False
    _discard(session, store, None, row, "erased before; a backup had brought it back")
    return True


def _discard(
    session: Session, store: ImageStore, officer: Officer | None, row: EnrolmentRow, reason: str
) -> int:
    samples = session.scalars(select(SampleRow.id).where(SampleRow.enrolment_id == row.id)).all()
    remove_samples(session, store, samples)
    session.delete(row)
    session.flush()
    details = {"samples": len(samples), "reason": reason}
    audit.append(session, officer, "enrolment.discard", "enrolment", row.id, details=details)
    return len(samples)


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
