"""Tables of calibrations fitted on the own gallery: the rates, and who was left out as the same person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonList, JsonObject, Row, one_of

CALIBRATION_STATES = ("fitting", "fitted", "failed")


class OwnCalibrationRow(Row):
    """One fit of false-match rates on the gallery's own faces of one producer; one may be in use."""

    __tablename__ = "own_calibrations"
    __table_args__ = (
        one_of("state", CALIBRATION_STATES),
        Index("ix_own_calibrations_active", "producer", unique=True, postgresql_where="active"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    producer: Mapped[str]
    state: Mapped[str]
    active: Mapped[bool]
    done: Mapped[int]
    total: Mapped[int]
    people: Mapped[int | None]
    same_person_pairs: Mapped[int | None]
    same_person_from: Mapped[float | None] = mapped_column(Float)
    held_out: Mapped[JsonList | None]
    calibration: Mapped[JsonObject | None]
    problem: Mapped[str | None]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    chosen_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    chosen_at: Mapped[datetime | None]


class SamePersonRow(Row):
    """Two people so alike that a fit took them for one."""

    __tablename__ = "own_calibration_pairs"
    calibration_id: Mapped[UUID] = mapped_column(
        ForeignKey("own_calibrations.id", ondelete="CASCADE"), primary_key=True
    )
    first_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    score: Mapped[float] = mapped_column(Float)
