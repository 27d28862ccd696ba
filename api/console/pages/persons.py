"""The pages of persons: find a record, read it, erase it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.console.forms import FormIncomplete, described, require_fields
from api.console.page_route import PageRoute
from api.console.problems import FieldProblem, ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.routes.persons import erase, list_persons, read_person
from api.routes.retention import list_holds
from api.schemas.persons import Erasure, PersonAnswer
from core.errors import InputRejected, NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_REQUIRED = {"reason": "Reason", "number": "Person's number"}


@router.get("/persons")
def find(
    visit: VisitHere,
    text: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Find persons by name, number or FIR; without text the newest."""
    require(visit.officer, Permission.READ_PERSONS)
    problem, items, following = None, [], None
    try:
        found = list_persons(visit.parts, visit.officer, text.strip(), _SHOWN, cursor)
        items, following = found.items, found.next_cursor
    except InputRejected as error:
        problem = described(error)
    return visit.page(
        "persons.html",
        "persons",
        "Persons",
        problem.status if problem else 200,
        items=items,
        text=text,
        problem=problem,
        **visit.page_links(following),
    )


@router.get("/persons/{person_id}")
def show(visit: VisitHere, person_id: UUID) -> Response:
    """Show a record; the reading is written to the audit."""
    return person_page(visit, read_person(person_id, visit.parts, visit.officer, Response()))


@router.post("/persons/{person_id}/erase")
def destroy(visit: FormVisitHere, person_id: UUID) -> Response:
    """Erase a person whose number was typed to confirm it."""
    require(visit.officer, Permission.ERASE)
    person = read_person(person_id, visit.parts, visit.officer, Response())
    try:
        require_fields(visit.fields, _REQUIRED)
        if visit.fields["number"] != person.number:
            raise FormIncomplete([FieldProblem("number", _REQUIRED["number"], "This is another number.")])
        erase(person_id, Erasure(reason=visit.fields["reason"]), visit.parts, visit.officer)
    except NishanError as error:
        return person_page(visit, person, described(error))
    return visit.page("erased.html", "persons", "Record erased", number=person.number)


def person_page(visit: Visit, person: PersonAnswer, problem: ShownProblem | None = None) -> Response:
    """Answer with a record, and with what was wrong in a form of its page."""
    return visit.page(
        "person.html",
        "persons",
        person.number,
        problem.status if problem else 200,
        person=person,
        portrait=person.thumbnail,
        encounters=person.encounters,
        samples=person.samples,
        may_verify=visit.may(Permission.VERIFY),
        may_edit=visit.may(Permission.EDIT_PERSONS),
        may_erase=visit.may(Permission.ERASE),
        holds=list_holds(person.id, visit.parts, visit.officer),
        problem=problem,
    )
