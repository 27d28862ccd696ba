"""The page that compares someone with one enrolled person."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.console.face_choice import FaceChoice, choice_after
from api.console.forms import Values, captures, described, number, require_fields, sample_files, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.refusals import refusals_audited
from api.schemas.searches import VerificationAnswer, VerificationQuery
from api.uploads import ProbeFile
from api.verification import verify
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_PARTS = ("face", *(f"finger_{position}" for position in range(11)))
_REQUIRED = {
    "person_number": "Person number",
    "purpose": "Purpose of the search",
    "case_number": "Case number",
}
_PLACES = {
    "person_number": ("person_number", "Person number"),
    "purpose": ("purpose", "Purpose of the search"),
    "case_number": ("case_number", "Case number"),
    "captures": ("dpi", "Resolution"),
}


@router.get("/verify")
def show(visit: VisitHere, person_number: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show the form."""
    require(visit.officer, Permission.VERIFY)
    return _form(visit, Values(person_number=person_number))


@router.post("/verify")
def compare(visit: FormVisitHere) -> Response:
    """Compare and show the outcome; or show the form again with what is wrong."""
    files = sample_files(visit.files, _PARTS)
    has_prints = any(file.part != "face" for file in files)
    values = Values({**visit.fields, "kind": "finger" if has_prints else "face"})
    try:
        with refusals_audited(visit.parts, visit.officer, "verification"):
            query = _query(visit, files)
        answer = verify(visit.parts, visit.officer, query, files)
    except NishanError as error:
        faces = choice_after(error, visit.parts, files)
        return _form(visit, values, None if faces else described(error), faces)
    return _outcome(visit, answer)


def _query(visit: FormVisit, files: list[ProbeFile]) -> VerificationQuery:
    fields = visit.fields
    require_fields(fields, _REQUIRED)
    body = {
        "person_number": fields["person_number"].replace(" ", ""),
        "purpose": fields["purpose"],
        "case_number": fields["case_number"],
        "face_index": number(fields.get("face_index", "")),
        "captures": captures(files, fields),
    }
    return validated(VerificationQuery, body, _PLACES)


def _outcome(visit: Visit, answer: VerificationAnswer) -> Response:
    best = answer.evidence[0] if answer.evidence else None
    return visit.page(
        "verification.html",
        "verify",
        "Comparison",
        result=answer,
        best=best,
        best_probe=answer.probes[best.probe_index] if best else next(iter(answer.probes), None),
    )


def _form(
    visit: Visit, values: Values, problem: ShownProblem | None = None, faces: FaceChoice | None = None
) -> Response:
    return visit.page(
        "verify.html",
        "verify",
        "Verify one person",
        problem.status if problem else 422 if faces else 200,
        values=values,
        problem=problem,
        errors=problem.by_field if problem else {},
        faces=faces,
        limits=visit.parts.settings,
    )
