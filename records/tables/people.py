"""Tables of persons, their names and encounters, the lifelong numbers and the courts' holds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from records.encounter_details import Disposal, EncounterKind, LawfulBasis
from records.person_details import Sex
from records.tables.schema import JsonList, JsonObject, Row, one_of, state_code


class NumberCounterRow(Row):
    """The last lifelong number issued in a state; the row lock makes allocation serial."""

    __tablename__ = "number_counters"
    __table_args__ = (
        state_code(),
        CheckConstraint("last_issued BETWEEN 1 AND 99999999", name="last_issued_range"),
    )
    state_code: Mapped[str] = mapped_column(primary_key=True)
    last_issued: Mapped[int]


class PersonRow(Row):
    """A person. After erasure the row stays as a tombstone: number, state and dates, nothing else."""

    __tablename__ = "persons"
    __table_args__ = (
        state_code(),
        one_of("sex", Sex),
        CheckConstraint("number ~ '^[0-9]{10}$' AND left(number, 2) = state_code", name="number_form"),
        CheckConstraint(
            "erased_at IS NULL OR (birth_date IS NULL AND birth_year IS NULL AND sex = 'unknown'"
            " AND nationality = '' AND relative_relation = '' AND particulars = '{}'::jsonb)",
            name="erased_is_empty",
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state_code: Mapped[str]
    sex: Mapped[str]
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None] = mapped_column(Integer)
    nationality: Mapped[str]
    relative_relation: Mapped[str]
    child_in_conflict: Mapped[bool]
    training: Mapped[bool]
    particulars: Mapped[JsonObject]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class PersonNameRow(Row):
    """One name of a person or of the person's relative, with what a search in any script needs."""

    __tablename__ = "person_names"
    __table_args__ = (
        one_of("kind", ("primary", "alias", "relative")),
        Index("ix_person_names_keys", "keys", postgresql_using="gin"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str]
    place: Mapped[int] = mapped_column(Integer)
    text: Mapped[str]
    language: Mapped[str]
    script: Mapped[str]
    romanised: Mapped[str]
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))


class EncounterRow(Row):
    """One arrest or other occasion, in one state's partition."""

    __tablename__ = "encounters"
    __table_args__ = (
        state_code(),
        one_of("kind", EncounterKind),
        one_of("lawful_basis", LawfulBasis),
        one_of("disposal", Disposal),
        CheckConstraint("fir_year BETWEEN 1860 AND 2200", name="fir_year_range"),
        Index("ix_encounters_fir", "fir_serial", "fir_year"),
        Index("ix_encounters_person_state", "person_id", "state_code"),
        Index("ix_encounters_state_time", "state_code", "occurred_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    state_code: Mapped[str]
    district: Mapped[str]
    station_code: Mapped[str] = mapped_column(index=True)
    station_name: Mapped[str]
    occurred_at: Mapped[datetime]
    lawful_basis: Mapped[str]
    superintendent_approval: Mapped[str]
    order_number: Mapped[str]
    fir_number: Mapped[str]
    fir_serial: Mapped[int | None]
    fir_year: Mapped[int | None] = mapped_column(Integer)
    fir_registration: Mapped[str] = mapped_column(index=True)
    acts_sections: Mapped[JsonList]
    case_number: Mapped[str] = mapped_column(index=True)
    cnr: Mapped[str]
    device_id: Mapped[str]
    disposal: Mapped[str | None]
    disposal_on: Mapped[date | None]
    disposal_final: Mapped[bool]
    child_in_conflict: Mapped[bool]
    training: Mapped[bool]
    particulars: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class LegalHoldRow(Row):
    """A court's direction to keep a record that would otherwise be destroyed."""

    __tablename__ = "legal_holds"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    court: Mapped[str]
    order_number: Mapped[str]
    reason: Mapped[str]
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    placed_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str | None]
