"""The page that asks: who is this?"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from api.console.face_choice import choice_after
from api.console.forms import (
    MARK,
    SLAPS,
    Values,
    captures,
    described,
    listed,
    number,
    require_fields,
    sample_files,
    validated,
)
from api.console.page_route import PageRoute
from api.console.sample_form import SampleForm
from api.console.visit import FormVisit, FormVisitHere, VisitHere
from api.examined import with_minutiae
from api.identify import identify
from api.refusals import refusals_audited
from api.schemas.marks import MinutiaeBody
from api.schemas.searches import SearchQuery
from api.uploads import MAX_PHOTOS, PartRepeated, ProbeFile, SentForm, json_part
from biometrics.template import Modality
from core.errors import InputRejected, NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_FORM = SampleForm("identify.html", "identify", "Identify")

_KINDS = ("face", "finger", "both", "mark")
"""What the page may show fields for; whatever was chosen in any of them is sent."""

_OF_A_PERSON = ("face", *(f"finger_{position}" for position in range(11)), *SLAPS)
MINUTIAE = "minutiae"
"""Field with the minutiae as the examiner left them; empty as long as nothing was changed."""

_REQUIRED = {"purpose": "Purpose of the search", "case_number": "Case number"}
_PLACES = {
    "purpose": ("purpose", "Purpose of the search"),
    "case_number": ("case_number", "Case number"),
    "filters.states": ("states", "State codes"),
    "filters.sex": ("sex", "Sex"),
    "filters.age_lowest": ("age_lowest", "Age from"),
    "filters.age_highest": ("age_highest", "Age to"),
    "filters.encounter_from": ("encounter_from", "Recorded from"),
    "filters.encounter_to": ("encounter_to", "Recorded to"),
    "target_fpir": ("target_fpir", "False alarms to allow"),
    "max_candidates": ("max_candidates", "Candidates to show"),
    "captures": ("dpi", "Resolution"),
}
_FACTS = {
    "states": ("states", "State codes"),
    "age": ("age_lowest", "Age from"),
    "encounter_from": ("encounter_from", "Recorded from"),
}
_FILTERS = ("states", "sex", "age_lowest", "age_highest", "encounter_from", "encounter_to", "target_fpir")


class MarkNotAlone(InputRejected):
    """A mark was sent together with photos or prints of a person."""

    code = "mark_not_alone"


@router.get("/identify")
def show(visit: VisitHere) -> Response:
    """Show the empty form."""
    require(visit.officer, Permission.SEARCH)
    return _FORM.answer(visit, Values(kind="face"))


@router.post("/identify")
def search(visit: FormVisitHere) -> Response:
    """Search and go to the answer; or show the form again: what is wrong, or which face is meant."""
    files: list[ProbeFile] = []
    values = Values(
        {**visit.fields, "kind": _kind(visit), "filtered": any(visit.fields.get(name) for name in _FILTERS)}
    )
    try:
        with refusals_audited(visit.parts, visit.officer, "search"):
            files = _probe(visit)
            query = _query(visit, files)
        answer = identify(visit.parts, visit.officer, query, files)
    except NishanError as error:
        faces = choice_after(error, visit.parts, files)
        return _FORM.answer(visit, values, None if faces else described(error, _FACTS), faces)
    return visit.go(f"/searches/{answer.id}")


def _kind(visit: FormVisit) -> str:
    kind = visit.fields.get("kind", "face")
    return kind if kind in _KINDS else "face"


def _has_mark(visit: FormVisit) -> bool:
    return any(file.part == MARK for file in visit.files)


def _probe(visit: FormVisit) -> list[ProbeFile]:
    """Return all files that were chosen, whichever fields were open; a mark takes its finger's part name.

    Raises:
        MarkNotAlone: there is something beside a mark.
    """
    chosen = sample_files(visit.files, _OF_A_PERSON)
    if sum(file.part == "face" for file in chosen) > MAX_PHOTOS:
        raise PartRepeated(f"Choose up to {MAX_PHOTOS} photos.", part="face")
    if not _has_mark(visit):
        return chosen
    if chosen:
        raise MarkNotAlone(
            "A mark is searched alone: nobody knows whose it is. Remove the mark, or all other files."
        )
    position = number(visit.fields.get("mark_position", "0"))
    name = f"finger_{position if position in range(11) else 0}"
    probe = [ProbeFile(name, file.data) for file in sample_files(visit.files, (MARK,))]
    if not visit.fields.get(MINUTIAE):
        return probe
    examined = json_part(SentForm({MINUTIAE: visit.fields[MINUTIAE]}, ()), MINUTIAE, MinutiaeBody)
    return with_minutiae(probe, {name: examined})


def _query(visit: FormVisit, files: list[ProbeFile]) -> SearchQuery:
    fields = visit.fields
    require_fields(fields, _REQUIRED)
    body = {
        "purpose": fields["purpose"],
        "case_number": fields["case_number"],
        "filters": _filters(fields),
        "max_candidates": fields.get("max_candidates") or 20,
        "target_fpir": number(fields.get("target_fpir", "")),
        "face_index": number(fields.get("face_index", "")),
        "captures": captures(files, _captured_as(visit)) | _sketched(visit, files),
    }
    return validated(SearchQuery, body, _PLACES)


def _captured_as(visit: FormVisit) -> dict[str, str]:
    if _has_mark(visit):
        return {"impression": "latent", "dpi": visit.fields.get("mark_dpi", "")}
    return visit.fields


def _sketched(visit: FormVisit, files: list[ProbeFile]) -> dict[str, dict[str, Any]]:
    photos = [file.part for file in files if file.modality is Modality.FACE]
    return {part: {"sketch": True} for part in photos if visit.fields.get("sketch")}


def _filters(fields: Mapping[str, str]) -> dict[str, Any]:
    return {
        "states": listed(fields.get("states", ""), ",; "),
        "sex": fields.get("sex") or None,
        "age_lowest": number(fields.get("age_lowest", "")),
        "age_highest": number(fields.get("age_highest", "")),
        "encounter_from": fields.get("encounter_from") or None,
        "encounter_to": fields.get("encounter_to") or None,
    }
