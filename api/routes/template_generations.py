"""Requests of the administrator: another model's templates built, switched to, rolled back, retired."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere
from api.lifespan import Parts
from api.schemas.shape import PageAnswer
from api.schemas.template_generations import (
    FailureAnswer,
    GenerationAnswer,
    ReachAnswer,
    RebuildBody,
    RollbackBody,
    TemplatesAnswer,
)
from biometrics.template import Modality
from enroll import generations
from models.registry import all_models
from records import generations as steering
from records.access import Permission, require
from records.generation_reading import failures_of, generation_for, list_generations, reach

router = APIRouter(tags=["template generations"], prefix="/template-generations")


@router.get("")
def read_templates(parts: PartsHere, officer: OfficerHere) -> TemplatesAnswer:
    """List the generations of templates, and say how much of the gallery searches reach."""
    require(officer, Permission.MANAGE_TEMPLATES)
    running = [parts.engines.made(modality) for modality in Modality]
    with parts.database.snapshot() as session:
        reached = [reach(session, made) for made in running]
        found = list_generations(session, officer)
    return TemplatesAnswer(
        modalities=[ReachAnswer.of(each, _models(parts, each.modality)) for each in reached],
        generations=[GenerationAnswer.of(each) for each in found],
    )


@router.post("", status_code=202)
def rebuild(
    body: RebuildBody, parts: PartsHere, officer: OfficerHere, response: Response
) -> GenerationAnswer:
    """Begin to extract all kept samples of a modality again; searches go on as before until a switch."""
    begun = generations.rebuild(parts.database, parts.engines, officer, body.modality, body.model, body.lanes)
    answer = GenerationAnswer.of(begun)
    response.headers["Location"] = answer.href
    return answer


@router.post("/rollback")
def roll_back(body: RollbackBody, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Make the generation active that was active before, as long as it is kept."""
    calibrations = parts.gallery.calibrations
    before = generations.roll_back(parts.database, parts.engines, calibrations, officer, body.modality)
    parts.active_models.forget()
    return GenerationAnswer.of(before)


@router.get("/{generation_id}")
def read_generation(generation_id: UUID, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Read how far a generation is."""
    with parts.database.transaction() as session:
        return GenerationAnswer.of(generation_for(session, officer, generation_id))


@router.get("/{generation_id}/failures")
def read_failures(
    generation_id: UUID,
    parts: PartsHere,
    officer: OfficerHere,
    limit: LimitHere = 50,
    cursor: CursorHere = None,
) -> PageAnswer[FailureAnswer]:
    """List the samples of which no template could be made, each with the reason."""
    with parts.database.transaction() as session:
        page = failures_of(session, officer, generation_id, limit, cursor)
    return PageAnswer(items=[FailureAnswer.of(each) for each in page.items], next_cursor=page.next_cursor)


@router.post("/{generation_id}/pause")
def pause(generation_id: UUID, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Stop building; what was made stays."""
    with parts.database.transaction() as session:
        return GenerationAnswer.of(steering.pause(session, officer, generation_id))


@router.post("/{generation_id}/resume")
def resume(generation_id: UUID, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Go on building."""
    return GenerationAnswer.of(generations.resume(parts.database, parts.engines, officer, generation_id))


@router.post("/{generation_id}/switch")
def switch(generation_id: UUID, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Extract probes with this generation's model from now on, in every process and without a restart."""
    calibrations = parts.gallery.calibrations
    active = generations.switch(parts.database, parts.engines, calibrations, officer, generation_id)
    parts.active_models.forget()
    return GenerationAnswer.of(active)


@router.delete("/{generation_id}", status_code=202)
def retire(generation_id: UUID, parts: PartsHere, officer: OfficerHere) -> GenerationAnswer:
    """Give a generation up: stop building it, and delete its templates."""
    return GenerationAnswer.of(generations.retire(parts.database, officer, generation_id))


def _models(parts: Parts, modality: Modality) -> list[str]:
    task = "face_embedding" if modality is Modality.FACE else "minutiae_extraction"
    return [entry.name for entry in all_models(parts.settings.models_dir) if entry.task == task]
