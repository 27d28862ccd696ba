"""The administrator's page of templates: how much searches reach, and another model taken into use."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.console.forms import Values, described, form_page, number, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.routes import template_generations as routes
from api.schemas.template_generations import RebuildBody, RollbackBody
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_PLACES = {
    "modality": ("modality", "What the images show"),
    "model": ("model", "Model"),
    "lanes": ("lanes", "Threads at once"),
}
_NOTICES = {
    "building": "All kept samples are extracted again. Searches go on as before until you switch.",
    "paused": "Building is paused; what was made stays.",
    "resumed": "Building goes on.",
    "switched": "Switched. Searches use the new templates from now on; the earlier ones are kept until you"
    " give them up.",
    "back": "Switched back. Searches use the earlier templates again.",
    "retired": "Given up. Its templates are being deleted.",
}

Said = Annotated[str, Query(max_length=20)]
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("/templates")
def show(visit: VisitHere, said: Said = "") -> Response:
    """Show what searches reach, the generations, and the form for another one."""
    require(visit.officer, Permission.MANAGE_TEMPLATES)
    return _page(visit, notice=_NOTICES.get(said))


@router.post("/templates")
def begin(visit: FormVisitHere) -> Response:
    """Begin to build a generation."""
    fields = visit.fields
    modality, _, model = fields.get("model", "").partition(":")
    values = {"modality": modality, "model": model or None, "lanes": number(fields.get("lanes") or "1")}
    try:
        require(visit.officer, Permission.MANAGE_TEMPLATES)
        body = validated(RebuildBody, values, _PLACES)
        routes.rebuild(body, visit.parts, visit.officer, Response())
    except NishanError as error:
        return _page(visit, described(error, _PLACES), Values(fields))
    return visit.go("/templates?said=building")


@router.post("/templates/rollback")
def roll_back(visit: FormVisitHere) -> Response:
    """Switch back to the generation that was active before."""
    values = {"modality": visit.fields.get("modality", "")}

    def act() -> None:
        routes.roll_back(validated(RollbackBody, values, _PLACES), visit.parts, visit.officer)

    return _done(visit, "back", act)


@router.get("/templates/{generation_id}")
def show_one(visit: VisitHere, generation_id: UUID, cursor: Cursor = None) -> Response:
    """Show how far a generation is, and what could not be extracted."""
    generation = routes.read_generation(generation_id, visit.parts, visit.officer)
    failures = routes.read_failures(generation_id, visit.parts, visit.officer, _SHOWN, cursor)
    return visit.page(
        "template_generation.html",
        "templates",
        "Templates",
        generation=generation,
        failures=failures.items,
        **visit.page_links(failures.next_cursor),
    )


@router.post("/templates/{generation_id}/pause")
def pause(visit: FormVisitHere, generation_id: UUID) -> Response:
    """Pause building."""
    return _done(visit, "paused", lambda: routes.pause(generation_id, visit.parts, visit.officer))


@router.post("/templates/{generation_id}/resume")
def resume(visit: FormVisitHere, generation_id: UUID) -> Response:
    """Go on building."""
    return _done(visit, "resumed", lambda: routes.resume(generation_id, visit.parts, visit.officer))


@router.post("/templates/{generation_id}/switch")
def switch(visit: FormVisitHere, generation_id: UUID) -> Response:
    """Switch to a generation."""
    return _done(visit, "switched", lambda: routes.switch(generation_id, visit.parts, visit.officer))


@router.post("/templates/{generation_id}/retire")
def retire(visit: FormVisitHere, generation_id: UUID) -> Response:
    """Give a generation up."""
    return _done(visit, "retired", lambda: routes.retire(generation_id, visit.parts, visit.officer))


def _done(visit: FormVisit, said: str, act: Callable[[], object]) -> Response:
    try:
        act()
    except NishanError as error:
        require(visit.officer, Permission.MANAGE_TEMPLATES)
        return _page(visit, described(error, _PLACES))
    return visit.go(f"/templates?said={said}")


def _page(
    visit: Visit,
    problem: ShownProblem | None = None,
    values: Values | None = None,
    notice: str | None = None,
) -> Response:
    state = routes.read_templates(visit.parts, visit.officer)
    return form_page(
        visit,
        "template_generations.html",
        "templates",
        "Templates",
        values or Values(),
        problem,
        state=state,
        running=next((each for each in state.generations if each.status in ("building", "retiring")), None),
        models={
            f"{each.modality}:{name}": f"{'Faces' if each.modality == 'face' else 'Fingerprints'}: {name}"
            + (" (in use)" if name == each.model else "")
            for each in state.modalities
            for name in each.models
        },
        notice=notice,
    )
