"""The table of enrolments: what was accepted, how far it is, what was found, who confirmed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonList, JsonObject, Row, one_of, state_code


class EnrolmentRow(Row):
    """One accepted enrolment. The staged details are cleared once they live in persons and encounters."""

    __tablename__ = "enrolments"
    __table_args__ = (
        one_of(
            "status",
            ("accepted", "processing", "awaiting_confirmation", "complete", "needs_recapture", "failed"),
        ),
        state_code(),
        one_of("confirmation", ("same_person", "new_person", "recapture")),
        CheckConstraint("status <> 'complete' OR person_id IS NOT NULL", name="complete_has_person"),
        UniqueConstraint("officer_id", "reference"),
        Index("ix_enrolments_state_status", "state_code", "status"),
        Index("ix_enrolments_status_updated_at", "status", "updated_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    content_digest: Mapped[str]
    status: Mapped[str]
    steps_done: Mapped[int] = mapped_column(Integer)
    steps_total: Mapped[int] = mapped_column(Integer)
    problems: Mapped[JsonList]
    duplicates: Mapped[JsonList]
    person_details: Mapped[JsonObject | None]
    encounter_details: Mapped[JsonObject | None]
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    state_code: Mapped[str]
    station_code: Mapped[str]
    child_in_conflict: Mapped[bool]
    training: Mapped[bool]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounters.id"))
    confirmation: Mapped[str | None]
    confirmed_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    confirmation_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
