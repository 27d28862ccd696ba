"""Tables of template generations: which there are, what could not be extracted, what retired ones held."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from biometrics.template import Modality
from records.tables.schema import Row, one_of

STATES = ("building", "paused", "complete", "failed", "retiring", "retired")


class GenerationRow(Row):
    """All templates of one modality made by one producer; one generation of a modality is active."""

    __tablename__ = "template_generations"
    __table_args__ = (
        one_of("modality", Modality),
        one_of("state", STATES),
        CheckConstraint("lanes BETWEEN 1 AND 64", name="lanes_range"),
        UniqueConstraint("modality", "producer"),
        Index("ix_template_generations_active", "modality", unique=True, postgresql_where="active"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    modality: Mapped[str]
    producer: Mapped[str]
    model: Mapped[str | None]
    state: Mapped[str]
    active: Mapped[bool]
    lanes: Mapped[int] = mapped_column(Integer)
    total: Mapped[int]
    done: Mapped[int]
    failed: Mapped[int]
    worked_s: Mapped[float] = mapped_column(Float)
    problem: Mapped[str | None]
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class GenerationFailureRow(Row):
    """A sample of which no template of a generation could be made, and why; it goes with its sample."""

    __tablename__ = "generation_failures"
    generation_id: Mapped[UUID] = mapped_column(ForeignKey("template_generations.id"), primary_key=True)
    sample_id: Mapped[UUID] = mapped_column(
        ForeignKey("samples.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    code: Mapped[str]
    message: Mapped[str]
    at: Mapped[datetime]


class RetiredReferenceRow(Row):
    """Of which sample a deleted template was, so that the evidence of earlier searches still shows it."""

    __tablename__ = "retired_references"
    reference_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("samples.id", ondelete="CASCADE"), index=True)
