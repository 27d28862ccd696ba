"""The pages of retention: what is due for destruction, how a case ended, what a court keeps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.console.forms import described, require_fields, validated
from api.console.page_route import PageRoute
from api.console.pages.persons import person_page
from api.console.visit import FormVisit, FormVisitHere, VisitHere
from api.routes.persons import read_person
from api.routes.retention import add_hold, end_hold, list_due, record_disposal
from api.schemas.retention import DisposalBody, HoldBody, HoldLifting
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_DISPOSAL = {"disposal": ("disposal", "How the case ended"), "on": ("on", "Date of the order")}
_HOLD = {
    "court": ("court", "Court"),
    "order_number": ("order_number", "Order number"),
    "reason": ("hold_reason", "Reason"),
}


@router.get("/destruction-due")
def due(visit: VisitHere, cursor: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    """Show the records that must be destroyed, the longest due first."""
    found = list_due(visit.parts, visit.officer, cursor=cursor)
    return visit.page(
        "destruction_due.html",
        "due",
        "Due for destruction",
        items=found.items,
        **visit.page_links(found.next_cursor),
    )


@router.post("/persons/{person_id}/disposals/{encounter_id}")
def dispose(visit: FormVisitHere, person_id: UUID, encounter_id: UUID) -> Response:
    """Record how one case ended."""
    require(visit.officer, Permission.EDIT_PERSONS)
    fields = visit.fields
    try:
        require_fields(fields, dict(_DISPOSAL.values()))
        values = {"disposal": fields["disposal"], "on": fields["on"], "final": "final" in fields}
        body = validated(DisposalBody, values, _DISPOSAL)
        record_disposal(encounter_id, body, visit.parts, visit.officer)
    except NishanError as error:
        return _again(visit, person_id, error)
    return visit.go(f"/persons/{person_id}")


@router.post("/persons/{person_id}/holds")
def hold(visit: FormVisitHere, person_id: UUID) -> Response:
    """Note a court's direction to keep the record."""
    require(visit.officer, Permission.ERASE)
    fields = visit.fields
    try:
        require_fields(fields, dict(_HOLD.values()))
        values = {name: fields[field] for name, (field, _) in _HOLD.items()}
        add_hold(person_id, validated(HoldBody, values, _HOLD), visit.parts, visit.officer)
    except NishanError as error:
        return _again(visit, person_id, error)
    return visit.go(f"/persons/{person_id}")


@router.post("/persons/{person_id}/holds/{hold_id}/lift")
def lift(visit: FormVisitHere, person_id: UUID, hold_id: UUID) -> Response:
    """Note that a court's direction has ended."""
    require(visit.officer, Permission.ERASE)
    try:
        require_fields(visit.fields, {"lifting_reason": "Why the direction has ended"})
        end_hold(hold_id, HoldLifting(reason=visit.fields["lifting_reason"]), visit.parts, visit.officer)
    except NishanError as error:
        return _again(visit, person_id, error)
    return visit.go(f"/persons/{person_id}")


def _again(visit: FormVisit, person_id: UUID, error: NishanError) -> Response:
    person = read_person(person_id, visit.parts, visit.officer, Response())
    return person_page(visit, person, described(error))
