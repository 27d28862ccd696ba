"""The pages of batches: send one, watch it, read its results."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import batches
from api.certainty import face_population_answer
from api.console.forms import Values, described, form_page, number, require_fields, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.rendering import sample_label
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.console.words import part_label
from api.notices import reach_notices
from api.refusals import refusals_audited
from api.routes.batches import cancel, read_batch, read_batches
from api.schemas.batches import BatchBody
from api.schemas.persons import PersonLine
from core.errors import NishanError
from records.access import Permission, require
from records.batches import BatchItem, BatchItemFile, items_of
from records.linking import LinkedCandidate, first_candidates

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_MINUTIAE_ONLY = ("image/fmr",)
_REQUIRED = {"name": "Title", "purpose": "Purpose of the search", "case_number": "Case number"}
_PLACES = {
    "name": ("name", "Title"),
    "purpose": ("purpose", "Purpose of the search"),
    "case_number": ("case_number", "Case number"),
    "modality": ("modality", "What the images show"),
    "max_candidates": ("max_candidates", "Candidates per probe"),
    "target_fpir": ("target_fpir", "False alarms to allow"),
}
Cursor = Annotated[str | None, Query(max_length=500)]


@dataclass(frozen=True)
class _Best:
    """The first candidate of a probe."""

    person: PersonLine
    false_match_rate: float
    expected_strangers: float
    population: str


@dataclass(frozen=True)
class _Line:
    """One probe of a batch with what was found."""

    item: BatchItem
    shows: str
    best: _Best | None


@router.get("/batches")
def list_all(visit: VisitHere, cursor: Cursor = None) -> Response:
    """Show the form and the batches so far."""
    require(visit.officer, Permission.BATCH)
    return _form(visit, Values(), cursor=cursor)


@router.post("/batches")
def start(visit: FormVisitHere) -> Response:
    """Accept a batch and go to its progress."""
    fields = visit.fields
    try:
        with refusals_audited(visit.parts, visit.officer, "batch"):
            body = _body(visit)
        answer = batches.take(visit.parts, visit.officer, body, visit.files)
    except NishanError as error:
        return _form(visit, Values(fields), described(error))
    return visit.go(f"/batches/{answer.id}")


@router.get("/batches/{batch_id}")
def show(visit: VisitHere, batch_id: UUID, cursor: Cursor = None) -> Response:
    """Show how far a batch is and what was found."""
    batch = read_batch(batch_id, visit.parts, visit.officer)
    with visit.parts.database.transaction() as session:
        found = items_of(session, visit.officer, batch_id, _SHOWN, cursor)
        searched = [item.search_id for item in found.items if item.search_id]
        first = first_candidates(session, visit.officer, searched)
    return visit.page(
        "batch.html",
        "batches",
        batch.name,
        batch=batch,
        items=[_line(item, first.get(item.search_id) if item.search_id else None) for item in found.items],
        notices=reach_notices(sum(item.references_incomparable for item in found.items)),
        **visit.page_links(found.next_cursor),
    )


@router.post("/batches/{batch_id}/cancel")
def stop(visit: FormVisitHere, batch_id: UUID) -> Response:
    """Stop a running batch."""
    cancel(batch_id, visit.parts, visit.officer)
    return visit.go(f"/batches/{batch_id}")


def _body(visit: FormVisit) -> BatchBody:
    fields = visit.fields
    require_fields(fields, _REQUIRED)
    body: dict[str, Any] = {name: fields[name] for name in _REQUIRED}
    body["max_candidates"] = fields.get("max_candidates") or "20"
    body["modality"] = fields.get("modality") or "face"
    body |= {
        "target_fpir": number(fields.get("target_fpir", "")),
        "incomplete_accepted": bool(fields.get("incomplete_accepted")),
    }
    return validated(BatchBody, body, _PLACES)


def _line(item: BatchItem, first: LinkedCandidate | None) -> _Line:
    shows = " + ".join(dict.fromkeys(_shows(file) for file in item.files))
    return _Line(item, shows, _best(first) if first else None)


def _shows(file: BatchItemFile) -> str:
    """Name what a file is: a sketch, a mark with minutiae, a record of another system, or what it shows."""
    if file.sketch:
        return "Sketch"
    label = part_label(file.sample.slap.position.part) if file.sample.slap else sample_label(file.sample)
    if file.minutiae is not None:
        return f"{label}, examiner's minutiae"
    return f"{label}, minutiae only" if file.sample.media_type in _MINUTIAE_ONLY else label


def _best(first: LinkedCandidate) -> _Best:
    told = face_population_answer(first.face_population)
    line, whose = PersonLine.of(first.person), told.statement if told else ""
    return _Best(line, first.false_match_rate, first.expected_strangers, whose)


def _form(
    visit: Visit, values: Values, problem: ShownProblem | None = None, cursor: str | None = None
) -> Response:
    found = read_batches(visit.parts, visit.officer, _SHOWN, cursor)
    return form_page(
        visit,
        "batches.html",
        "batches",
        "Batches",
        values,
        problem,
        items=found.items,
        limits=visit.parts.settings,
        **visit.page_links(found.next_cursor),
    )
