"""Template generations as they are read: all of them, their failures, and how far the probes of now reach."""

from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from biometrics.template import Modality
from records.access import Officer, Permission, require
from records.generation_rows import active_row
from records.generation_scope import belongs
from records.generation_values import (
    KEPT,
    Generation,
    GenerationFailure,
    GenerationNotFound,
    GenerationState,
    Made,
    ModalityTemplates,
    read_generation,
)
from records.pages import Page, cut_page, page_size, read_cursor
from records.tables import GenerationFailureRow, GenerationRow, SampleRow, TemplateRow


def list_generations(session: Session, officer: Officer) -> tuple[Generation, ...]:
    """Return all generations, the newest first."""
    require(officer, Permission.MANAGE_TEMPLATES)
    rows = session.scalars(select(GenerationRow).order_by(GenerationRow.id.desc()))
    return tuple(read_generation(row) for row in rows)


def generation_for(session: Session, officer: Officer, generation_id: UUID) -> Generation:
    """Return one generation."""
    require(officer, Permission.MANAGE_TEMPLATES)
    return generation_by_id(session, generation_id)


def generation_by_id(session: Session, generation_id: UUID) -> Generation:
    """Return one generation for a worker."""
    row = session.get(GenerationRow, generation_id)
    if row is None:
        raise GenerationNotFound("There is no such generation of templates.")
    return read_generation(row)


def active_generation(session: Session, modality: Modality) -> Generation | None:
    """Return the generation that probes get, None while the settings alone decide."""
    row = active_row(session, modality)
    return read_generation(row) if row else None


def kept_generations(session: Session) -> tuple[Generation, ...]:
    """Return the generations that what is enrolled now must have templates of."""
    rows = session.scalars(
        select(GenerationRow)
        .where(GenerationRow.state.in_(KEPT), GenerationRow.model.is_not(None))
        .order_by(GenerationRow.id)
    )
    return tuple(read_generation(row) for row in rows)


def unfinished_generations(session: Session) -> tuple[Generation, ...]:
    """Return the generations that a job must be working on."""
    working = (GenerationState.BUILDING, GenerationState.RETIRING)
    rows = session.scalars(select(GenerationRow).where(GenerationRow.state.in_(working)))
    return tuple(read_generation(row) for row in rows)


def failures_of(
    session: Session, officer: Officer, generation_id: UUID, limit: int = 50, cursor: str | None = None
) -> Page[GenerationFailure]:
    """Return the samples that gave no template of a generation, in the order of their ids."""
    generation_for(session, officer, generation_id)
    size = page_size(limit)
    other = exists().where(TemplateRow.sample_id == GenerationFailureRow.sample_id)
    query = (
        select(GenerationFailureRow, SampleRow.person_id, other)
        .join(SampleRow, SampleRow.id == GenerationFailureRow.sample_id)
        .where(GenerationFailureRow.generation_id == generation_id)
    )
    if cursor:
        query = query.where(GenerationFailureRow.sample_id > read_cursor(cursor, UUID)[0])
    rows = session.execute(query.order_by(GenerationFailureRow.sample_id).limit(size + 1)).all()
    return cut_page(rows, size, _failure, lambda row: [str(row[0].sample_id)])


def _failure(row: tuple[GenerationFailureRow, UUID | None, bool]) -> GenerationFailure:
    failure, person_id, searchable = row
    return GenerationFailure(
        failure.sample_id, person_id, failure.code, failure.message, failure.at, searchable
    )


def reach(session: Session, running: Made) -> ModalityTemplates:
    """Count the samples that can be searched, and those that the probes of now can find among them."""
    own = aliased(TemplateRow)
    found = (
        select(own.id)
        .where(own.sample_id == TemplateRow.sample_id, belongs(running.modality, running.producer, own))
        .exists()
    )
    samples = func.count(TemplateRow.sample_id.distinct())
    counted = session.execute(
        select(samples, samples.filter(found)).where(
            TemplateRow.modality == str(running.modality), TemplateRow.person_id.is_not(None)
        )
    ).one()
    return ModalityTemplates(running.modality, running.model, running.producer, counted[0], counted[1])
