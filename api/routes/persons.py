"""Requests about persons: find, read, correct, erase."""

import dataclasses
import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere
from api.errors import PreconditionFailed, PreconditionRequired
from api.lifespan import Parts
from api.schemas.encounters import EncounterAnswer
from api.schemas.persons import (
    AddressAnswer,
    Erasure,
    NameAnswer,
    PersonAnswer,
    PersonLine,
    PersonPatch,
    identity_values,
)
from api.schemas.samples import SampleAnswer
from api.schemas.shape import PageAnswer
from api.schemas.slaps import SlapAnswer
from biometrics.template import Modality
from records import audit
from records.access import Officer, Permission, require
from records.encounters import encounters_of
from records.persons import Person, find_persons, person_by_number, person_for, update_person
from records.retention import erase_person
from records.samples import samples_of_person

router = APIRouter(tags=["persons"], prefix="/persons")

SearchText = Annotated[
    str,
    Query(
        max_length=200,
        description="Name in any script, alias, relative's name, person number, or a FIR such as 17/2026.",
        examples=["Lakshmi"],
    ),
]


@router.get("")
def list_persons(
    parts: PartsHere,
    officer: OfficerHere,
    text: SearchText = "",
    limit: LimitHere = 20,
    cursor: CursorHere = None,
) -> PageAnswer[PersonLine]:
    """Find persons by text; without text the newest come first."""
    with parts.database.transaction() as session:
        page = find_persons(session, officer, text, limit, cursor)
    return PageAnswer(
        items=[PersonLine.of_summary(summary) for summary in page.items], next_cursor=page.next_cursor
    )


@router.get("/by-number/{number}")
def read_person_by_number(
    number: str, parts: PartsHere, officer: OfficerHere, response: Response
) -> PersonAnswer:
    """Read a person by the lifelong number."""
    with parts.database.transaction() as session:
        person = person_by_number(session, officer, number)
    return _read(parts, officer, person.id, response)


@router.get("/{person_id}")
def read_person(person_id: UUID, parts: PartsHere, officer: OfficerHere, response: Response) -> PersonAnswer:
    """Read a person with the encounters and samples you may see. The reading is written to the audit."""
    return _read(parts, officer, person_id, response)


@router.patch("/{person_id}")
def correct_person(
    person_id: UUID,
    patch: PersonPatch,
    parts: PartsHere,
    officer: OfficerHere,
    response: Response,
    if_match: Annotated[str | None, Header(description="The ETag of the state that you have read.")] = None,
) -> PersonAnswer:
    """Correct particulars; what the body leaves out stays. Searches filter by the new values at once."""
    require(officer, Permission.EDIT_PERSONS)
    if if_match is None:
        raise PreconditionRequired("Read the person first and send its ETag in the header If-Match.")
    with parts.database.transaction() as session:
        person = person_for(session, officer, person_id)
        if if_match.strip() != etag(person):
            raise PreconditionFailed("The person was changed since you read it. Read it again, then repeat.")
        details = dataclasses.replace(person.details, **patch.changes())
        update_person(session, officer, person_id, details, unchanged_since=person.updated_at)
    return _read(parts, officer, person_id, response)


@router.delete("/{person_id}", status_code=204)
def erase(person_id: UUID, body: Erasure, parts: PartsHere, officer: OfficerHere) -> None:
    """Destroy the record: particulars, samples and templates. The number is never given out again."""
    with parts.database.transaction() as session:
        erase_person(session, parts.images, officer, person_id, body.reason)


def etag(person: Person) -> str:
    """Return the name of the present state of a person's particulars."""
    state = f"{person.id} {person.updated_at.isoformat()}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


def _read(parts: Parts, officer: Officer, person_id: UUID, response: Response) -> PersonAnswer:
    with parts.database.transaction() as session:
        person = person_for(session, officer, person_id)
        encounters = encounters_of(session, officer, person_id)
        samples = samples_of_person(session, officer, person_id)
        audit.append(session, officer, "person.read", "person", person_id)
    response.headers["ETag"] = etag(person)
    details = person.details
    faces = (sample.id for sample in samples if sample.modality is Modality.FACE)
    return PersonAnswer(
        **identity_values(person, next(faces, None)),
        names=[NameAnswer.of(name) for name in details.names],
        state_code=person.state_code,
        relative_relation=details.relative_relation,
        birth_date=details.birth_date,
        nationality=details.nationality,
        addresses=[AddressAnswer(**dataclasses.asdict(address)) for address in details.addresses],
        marks=list(details.marks),
        child_in_conflict=details.child_in_conflict,
        created_at=person.created_at,
        updated_at=person.updated_at,
        encounters=[EncounterAnswer.of(encounter) for encounter in encounters],
        samples=[SampleAnswer.of(sample) for sample in samples],
        slaps=SlapAnswer.all_of(samples, samples),
    )
