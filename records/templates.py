"""Templates: kept with their producer, searchable from the moment they are linked to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from biometrics.quality import Quality, QualityReason
from biometrics.template import FingerPosition, Modality, Template
from core.clock import now
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.erasure_guard import living_person
from records.retagging import tag_references
from records.stored_values import from_json, to_json
from records.tables import SampleRow, TemplateRow


@dataclass(frozen=True)
class StoredTemplate:
    """A template with its row number, which is the reference id of every gallery."""

    reference_id: int
    sample_id: UUID
    template: Template
    person_id: UUID | None


def save_templates(session: Session, items: Sequence[tuple[UUID, Template]]) -> tuple[int, ...]:
    """Store templates of samples and return their reference ids, in order.

    A template of the same sample and producer is replaced and keeps its id; when it is searchable
    already, the change is announced.
    """
    return tuple(_save(session, sample_id, template) for sample_id, template in items)


def _save(session: Session, sample_id: UUID, template: Template) -> int:
    values: dict[str, Any] = {
        "modality": str(template.modality),
        "position": int(template.position),
        "payload": template.payload,
        "quality": template.quality.value,
        "quality_reasons": [to_json(reason) for reason in template.quality.reasons],
        "created_at": now(),
    }
    fresh = insert(TemplateRow).values(sample_id=sample_id, producer=template.producer, tags={}, **values)
    stored = session.execute(
        fresh.on_conflict_do_update(index_elements=["sample_id", "producer"], set_=values).returning(
            TemplateRow.id, TemplateRow.person_id
        )
    ).one()
    if stored.person_id is not None:
        gallery_feed.append(session, ChangeKind.ADD, [stored.id])
    return int(stored.id)


def link_to_person(session: Session, sample_ids: Sequence[UUID], person_id: UUID, encounter_id: UUID) -> int:
    """Make samples and their templates a person's: searchable with this transaction's commit.

    Returns:
        The number of references that became searchable.
    """
    living_person(session, person_id)
    ids = list(sample_ids)
    linked = {"person_id": person_id, "encounter_id": encounter_id}
    session.execute(update(SampleRow).where(SampleRow.id.in_(ids)).values(**linked))
    session.execute(update(TemplateRow).where(TemplateRow.sample_id.in_(ids)).values(**linked))
    rows = session.scalars(
        select(TemplateRow)
        .where(TemplateRow.sample_id.in_(ids))
        .order_by(TemplateRow.id)
        .execution_options(populate_existing=True)
    ).all()
    tag_references(session, person_id, rows)
    return len(rows)


def templates_of_samples(session: Session, sample_ids: Sequence[UUID]) -> tuple[StoredTemplate, ...]:
    """Return the templates of samples, by reference id."""
    return _stored(session, TemplateRow.sample_id.in_(list(sample_ids)))


def templates_of_person(
    session: Session, person_id: UUID, producer: str | None = None
) -> tuple[StoredTemplate, ...]:
    """Return the templates of a person, of one producer or all."""
    conditions = [TemplateRow.person_id == person_id]
    if producer is not None:
        conditions.append(TemplateRow.producer == producer)
    return _stored(session, *conditions)


def _stored(session: Session, *conditions: Any) -> tuple[StoredTemplate, ...]:
    rows = session.scalars(select(TemplateRow).where(*conditions).order_by(TemplateRow.id))
    return tuple(StoredTemplate(row.id, row.sample_id, _template(row), row.person_id) for row in rows)


def _template(row: TemplateRow) -> Template:
    reasons = tuple(from_json(QualityReason, reason) for reason in row.quality_reasons)
    return Template(
        modality=Modality(row.modality),
        producer=row.producer,
        payload=bytes(row.payload),
        quality=Quality(row.quality, reasons),
        position=FingerPosition(row.position),
    )
