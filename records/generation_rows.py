"""The rows of template generations: locked, found, and written down when a modality has none yet."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from biometrics.template import Modality
from core.clock import now
from core.ids import new_id
from records import audit
from records.access import Officer
from records.generation_scope import is_generation, lacking
from records.generation_values import GenerationNotFound, GenerationState, Made, read_generation
from records.parameters import LOCKS
from records.tables import GenerationFailureRow, GenerationRow, SampleRow, TemplateRow

_NONE_MADE = "No template was made of it when it was enrolled."


def lock(session: Session) -> None:
    """Keep other acts on generations out until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(LOCKS.generations)))


def locked_row(session: Session, generation_id: UUID) -> GenerationRow:
    row = session.get(GenerationRow, generation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise GenerationNotFound("There is no such generation of templates.")
    return row


def active_row(session: Session, modality: Modality) -> GenerationRow | None:
    return session.scalar(
        select(GenerationRow).where(GenerationRow.modality == str(modality), GenerationRow.active)
    )


def row_of(session: Session, made: Made) -> GenerationRow:
    """Return the locked row of a generation, a new one that holds nothing yet when there is none."""
    row = session.scalar(
        select(GenerationRow)
        .where(GenerationRow.modality == str(made.modality), GenerationRow.producer == made.producer)
        .with_for_update()
    )
    return row or _add(session, made.modality, made.producer, made.model, GenerationState.PAUSED)


def adopt(session: Session, running: Made) -> None:
    """Write down the generations whose templates are there, unless it was done: the running one is active."""
    if active_row(session, running.modality) is not None:
        return
    found = session.scalars(
        select(TemplateRow.producer).where(TemplateRow.modality == str(running.modality)).distinct()
    )
    for producer in sorted({*found} - {running.producer}):
        if is_generation(running.modality, producer):
            _add(session, running.modality, producer, None, GenerationState.COMPLETE)
    row = _add(session, running.modality, running.producer, running.model, GenerationState.COMPLETE)
    row.active, row.activated_at = True, now()
    session.flush()


def excuse_lacking(session: Session, row: GenerationRow) -> None:
    """Note of every sample that a generation lacks that it gave no template when it was enrolled."""
    columns = ["generation_id", "sample_id", "code", "message", "at"]
    values = (literal(row.id), SampleRow.id, literal("none_made"), literal(_NONE_MADE), literal(now()))
    lacked = select(*values).where(lacking(read_generation(row)))
    session.execute(insert(GenerationFailureRow).from_select(columns, lacked))


def set_state(session: Session, row: GenerationRow, state: GenerationState) -> None:
    row.state, row.updated_at = str(state), now()
    session.flush()


def note(
    session: Session,
    officer: Officer | None,
    action: str,
    row: GenerationRow,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append the audit row of an act on a generation."""
    said = {"modality": row.modality, "producer": row.producer, "model": row.model, **(details or {})}
    audit.append(session, officer, action, "template_generation", row.id, details=said)


def _add(
    session: Session, modality: Modality, producer: str, model: str | None, state: GenerationState
) -> GenerationRow:
    row = GenerationRow(
        id=new_id(),
        modality=str(modality),
        producer=producer,
        model=model,
        state=str(state),
        active=False,
        lanes=1,
        total=0,
        done=0,
        failed=0,
        worked_s=0.0,
        problem=None,
        started_by=None,
        created_at=now(),
        updated_at=now(),
        activated_at=None,
    )
    session.add(row)
    session.flush()
    return row
