"""The page that corrects a person's particulars."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.console.forms import Values, described, form_page, require_fields, validated
from api.console.page_route import PageRoute
from api.console.person_form import PLACES, REQUIRED, corrections, shown_values
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.routes.persons import correct_person, read_person
from api.schemas.persons import PersonAnswer, PersonPatch
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)


@router.get("/persons/{person_id}/edit")
def show(visit: VisitHere, person_id: UUID) -> Response:
    """Show the particulars for correction, with the state they are of."""
    require(visit.officer, Permission.EDIT_PERSONS)
    read = Response()
    person = read_person(person_id, visit.parts, visit.officer, read)
    return _form(visit, person, Values({**shown_values(person), "state": read.headers["ETag"]}))


@router.post("/persons/{person_id}/edit")
def save(visit: FormVisitHere, person_id: UUID) -> Response:
    """Save the correction, unless somebody else changed the record meanwhile."""
    require(visit.officer, Permission.EDIT_PERSONS)
    person = read_person(person_id, visit.parts, visit.officer, Response())
    try:
        require_fields(visit.fields, REQUIRED)
        patch = validated(PersonPatch, corrections(person, visit.fields), PLACES)
        state = visit.fields.get("state", "")
        correct_person(person_id, patch, visit.parts, visit.officer, Response(), state)
    except NishanError as error:
        return _form(visit, person, Values(visit.fields), described(error, PLACES))
    return visit.go(f"/persons/{person_id}")


def _form(
    visit: Visit, person: PersonAnswer, values: Values, problem: ShownProblem | None = None
) -> Response:
    title = "Correct the particulars"
    return form_page(visit, "person_edit.html", "persons", title, values, problem, person=person)
