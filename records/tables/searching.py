"""Tables of searches, their probes, candidates and decisions, and of batches of searches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonList, JsonObject, Row, one_of, state_code

KINDS = ("face", "finger", "multimodal", "verification")


class BatchRow(Row):
    """One batch of probes, searched as a job."""

    __tablename__ = "batches"
    __table_args__ = (
        one_of("status", ("open", "queued", "running", "complete", "failed", "cancelled")),
        state_code(),
        CheckConstraint("max_candidates BETWEEN 1 AND 500", name="max_candidates_range"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    purpose: Mapped[str]
    case_number: Mapped[str]
    filters: Mapped[JsonObject]
    max_candidates: Mapped[int] = mapped_column(Integer)
    target_fpir: Mapped[int | None] = mapped_column(Integer)
    incomplete_accepted: Mapped[bool] = mapped_column(server_default=false())
    status: Mapped[str]
    problem: Mapped[str | None]
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    state_code: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class SearchRow(Row):
    """One search as answered."""

    __tablename__ = "searches"
    __table_args__ = (
        one_of("kind", KINDS),
        state_code(),
        CheckConstraint("purpose <> ''", name="purpose_stated"),
        CheckConstraint("case_number <> ''", name="case_number_stated"),
        Index("ix_searches_officer", "officer_id", "id"),
        Index("ix_searches_state", "state_code", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    purpose: Mapped[str]
    case_number: Mapped[str] = mapped_column(index=True)
    filters: Mapped[JsonObject]
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    state_code: Mapped[str | None]
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("batches.id"), index=True)
    subjects_searched: Mapped[int]
    references_searched: Mapped[int]
    gallery_position: Mapped[int]
    shards_searched: Mapped[int] = mapped_column(server_default="1")
    shards_total: Mapped[int] = mapped_column(server_default="1")
    elapsed_ms: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]


class SearchProbeRow(Row):
    """Which samples were searched with, in order; ``minutiae`` where an examiner gave or corrected them."""

    __tablename__ = "search_probes"
    search_id: Mapped[UUID] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("samples.id"), index=True)
    minutiae: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))


class SearchCandidateRow(Row):
    """One candidate of a search; an erased person's row keeps only its rank."""

    __tablename__ = "search_candidates"
    search_id: Mapped[UUID] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    score: Mapped[float] = mapped_column(Float)
    false_match_rate: Mapped[float] = mapped_column(Float)
    expected_strangers: Mapped[float] = mapped_column(Float)
    rate_lowest: Mapped[float | None] = mapped_column(Float)
    rate_highest: Mapped[float | None] = mapped_column(Float)
    rate_extrapolated: Mapped[bool] = mapped_column(server_default=false())
    evidence: Mapped[JsonList]


class DecisionRow(Row):
    """What an officer decided about a candidate, or about the whole answer when no person is named."""

    __tablename__ = "decisions"
    __table_args__ = (one_of("verdict", ("match", "no_match", "inconclusive")),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    search_id: Mapped[UUID] = mapped_column(ForeignKey("searches.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    verdict: Mapped[str]
    reason: Mapped[str]
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime]


class BatchItemRow(Row):
    """One probe of a batch."""

    __tablename__ = "batch_items"
    __table_args__ = (
        one_of("status", ("queued", "done", "failed")),
        UniqueConstraint("batch_id", "place"),
        Index("ix_batch_items_status", "batch_id", "status", "place"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    place: Mapped[int] = mapped_column(Integer)
    name: Mapped[str]
    status: Mapped[str]
    problem: Mapped[str | None]
    search_id: Mapped[UUID | None] = mapped_column(ForeignKey("searches.id"))


class BatchProbeRow(Row):
    """One file of a probe of a batch, and what was stated of it beside its sample."""

    __tablename__ = "batch_probes"
    item_id: Mapped[UUID] = mapped_column(ForeignKey("batch_items.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("samples.id"), index=True)
    sketch: Mapped[bool] = mapped_column(server_default=false())
    minutiae: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
