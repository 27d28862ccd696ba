"""How workers build a generation and delete one: each sample and each handful of deletions a transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from biometrics.template import Modality, Template
from core.clock import now
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.erasure_guard import PersonErased, living_person
from records.generation_reading import generation_by_id
from records.generation_rows import lock, locked_row, note, set_state
from records.generation_scope import belongs, count_lacking
from records.generation_values import KEPT, Generation, GenerationState, read_generation
from records.parameters import GENERATIONS
from records.retagging import tag_references
from records.tables import GenerationFailureRow, GenerationRow, RetiredReferenceRow, SampleRow, TemplateRow
from records.templates import save_templates
from records.text import check_text


def save_rebuilt(
    session: Session, generation_id: UUID, sample_id: UUID, template: Template, worked_s: float | None
) -> bool:
    """Keep a sample's template of a generation beside those it has; searchable with this commit.

    Rows are locked in the order of an erasure and of a completion (person, sample), so that a sample
    that is erased or becomes a person's meanwhile is seen as it is in the end.

    Args:
        worked_s: Seconds that it took; None when this was no part of the rebuild that is counted.

    Returns:
        False when nothing was kept: the generation takes no more, or the sample is gone or has moved.
    """
    row = locked_row(session, generation_id)
    sample = _locked_sample(session, sample_id)
    if row.state not in KEPT or sample is None:
        return False
    (reference_id,) = save_templates(session, [(sample_id, template)])
    if sample.person_id is not None:
        linked = {"person_id": sample.person_id, "encounter_id": sample.encounter_id}
        session.execute(update(TemplateRow).where(TemplateRow.id == reference_id).values(**linked))
        stored = session.get_one(TemplateRow, reference_id, populate_existing=True)
        tag_references(session, sample.person_id, [stored])
    _count(session, row, worked_s, done=1)
    return True


def save_failure(
    session: Session,
    generation_id: UUID,
    sample_id: UUID,
    code: str,
    message: str,
    worked_s: float | None,
) -> bool:
    """Note why a sample gave no template of a generation, so that it is not tried again and again."""
    row = locked_row(session, generation_id)
    if row.state not in KEPT or _locked_sample(session, sample_id) is None:
        return False
    values = {
        "generation_id": generation_id,
        "sample_id": sample_id,
        "code": code,
        "message": check_text(message, "message"),
        "at": now(),
    }
    session.execute(insert(GenerationFailureRow).values(**values).on_conflict_do_nothing())
    _count(session, row, worked_s, failed=1)
    return True


def complete_generation(session: Session, generation_id: UUID) -> Generation:
    """Mark a generation complete when it lacks nothing any more.

    What comes while this counts is found by the switch, which counts again.
    """
    lacked = count_lacking(session, generation_by_id(session, generation_id))  # may take long: before locks
    lock(session)
    row = locked_row(session, generation_id)
    row.total = row.done + row.failed + lacked
    if row.state == GenerationState.BUILDING and not lacked:
        set_state(session, row, GenerationState.COMPLETE)
        note(session, None, "templates.complete", row, {"done": row.done, "failed": row.failed})
    session.flush()
    return read_generation(row)


def fail_generation(session: Session, generation_id: UUID, message: str) -> None:
    """Stop building when the job will not be tried again; what was made stays."""
    row = locked_row(session, generation_id)
    if row.state == GenerationState.BUILDING:
        row.problem = check_text(message, "problem")
        set_state(session, row, GenerationState.FAILED)
        note(session, None, "templates.fail", row, {"done": row.done, "failed": row.failed})


def delete_some(session: Session, generation_id: UUID, after: int) -> int | None:
    """Delete some templates of a generation that is given up, in the order of their ids.

    Templates that another kept generation shares (foreign ones of one form) stay. Of which samples the
    deleted ones were is kept, for the evidence of earlier searches.

    Args:
        after: Look only at templates with larger ids.

    Returns:
        The last id that was looked at; None when the generation has none any more.
    """
    row = locked_row(session, generation_id)
    if row.state != GenerationState.RETIRING:
        return None
    modality = Modality(row.modality)
    ids = session.scalars(
        select(TemplateRow.id)
        .where(
            TemplateRow.id > after,
            TemplateRow.modality == row.modality,
            belongs(modality, row.producer),
            not_(_shared(session, row)),
        )
        .order_by(TemplateRow.id)
        .limit(GENERATIONS.delete_rows)
    ).all()
    if ids:
        _delete(session, ids)
        return ids[-1]
    if after:
        return 0
    session.execute(delete(GenerationFailureRow).where(GenerationFailureRow.generation_id == row.id))
    set_state(session, row, GenerationState.RETIRED)
    note(session, None, "templates.retired", row)
    return None


def _delete(session: Session, ids: Sequence[int]) -> None:
    # one that is erased at the same time is no longer there: its erasure announces it
    gone = session.execute(
        delete(TemplateRow).where(TemplateRow.id.in_(ids)).returning(TemplateRow.id, TemplateRow.sample_id)
    ).all()
    if gone:
        kept = [{"reference_id": reference_id, "sample_id": sample_id} for reference_id, sample_id in gone]
        session.execute(insert(RetiredReferenceRow).values(kept))
        gallery_feed.append(session, ChangeKind.REMOVE, sorted(row.id for row in gone))


def _shared(session: Session, row: GenerationRow) -> ColumnElement[bool]:
    others = session.scalars(
        select(GenerationRow.producer).where(
            GenerationRow.modality == row.modality,
            GenerationRow.id != row.id,
            or_(GenerationRow.state.in_(KEPT), GenerationRow.active),
        )
    )
    conditions = [belongs(Modality(row.modality), producer) for producer in others]
    return or_(TemplateRow.id.is_(None), *conditions)


def _locked_sample(session: Session, sample_id: UUID) -> SampleRow | None:
    """Return the locked row; None when it was erased, or changed hands between the two looks."""
    seen = session.get(SampleRow, sample_id, populate_existing=True)
    if seen is None:
        return None
    person_id = seen.person_id
    try:
        if person_id is not None:
            living_person(session, person_id)
    except PersonErased:
        return None
    row = session.get(SampleRow, sample_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.person_id == person_id else None


def _count(
    session: Session, row: GenerationRow, worked_s: float | None, done: int = 0, failed: int = 0
) -> None:
    if row.state == GenerationState.BUILDING and worked_s is not None:
        row.done, row.failed, row.worked_s = row.done + done, row.failed + failed, row.worked_s + worked_s
        row.updated_at = now()
    session.flush()
