"""Tables of samples (images in the object store), templates, the gallery feed and objects to delete."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from biometrics.template import Impression, Modality
from matcher.candidates import ChangeKind
from records.tables.schema import JsonList, JsonObject, Row, one_of, state_code


class SampleRow(Row):
    """One image as captured: its bytes lie encrypted in the object store under ``object_key``.

    A slap says in ``slap`` what it shows; a finger cut out of one names it in ``slap_id``.
    """

    __tablename__ = "samples"
    __table_args__ = (
        one_of("role", ("enrolment", "probe")),
        one_of("modality", Modality),
        one_of("impression", Impression),
        state_code(),
        CheckConstraint("position BETWEEN 0 AND 10", name="position_known"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("dpi > 0 AND dpi < 100000", name="dpi_range"),
        CheckConstraint("(slap ->> 'position')::integer BETWEEN 11 AND 15", name="slap_known"),
        CheckConstraint("(slap_id IS NULL) = (slap_cut IS NULL)", name="cut_wholly"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    modality: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    impression: Mapped[str | None]
    dpi: Mapped[float | None] = mapped_column(Float)
    media_type: Mapped[str]
    file_name: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    object_key: Mapped[str] = mapped_column(unique=True)
    thumbnail_key: Mapped[str | None] = mapped_column(unique=True)
    face_index: Mapped[int | None] = mapped_column(SmallInteger)
    slap: Mapped[JsonObject | None]
    slap_id: Mapped[UUID | None] = mapped_column(ForeignKey("samples.id"), index=True)
    slap_cut: Mapped[JsonObject | None]
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    state_code: Mapped[str | None]
    station_code: Mapped[str | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounters.id"), index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    created_at: Mapped[datetime]


class TemplateRow(Row):
    """One template; its id is the reference id of every gallery and is never used again."""

    __tablename__ = "templates"
    __table_args__ = (
        one_of("modality", Modality),
        CheckConstraint("position BETWEEN 0 AND 10", name="position_known"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality_range"),
        CheckConstraint("(person_id IS NULL) = (encounter_id IS NULL)", name="linked_wholly"),
        UniqueConstraint("sample_id", "producer"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("samples.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    encounter_id: Mapped[UUID | None] = mapped_column(ForeignKey("encounters.id"), index=True)
    modality: Mapped[str]
    producer: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    payload: Mapped[bytes]
    quality: Mapped[float] = mapped_column(Float)
    quality_reasons: Mapped[JsonList]
    tags: Mapped[JsonObject]
    created_at: Mapped[datetime]


class GalleryChangeRow(Row):
    """One line of the gallery feed, numbered in commit order."""

    __tablename__ = "gallery_changes"
    __table_args__ = (one_of("kind", ChangeKind), Index("ix_gallery_changes_reference_id", "reference_id"))
    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    reference_id: Mapped[int]
    created_at: Mapped[datetime]


class ObjectToDeleteRow(Row):
    """An object of an erased record: deleted right after the erasure's commit, surely by the next sweep."""

    __tablename__ = "objects_to_delete"
    object_key: Mapped[str] = mapped_column(primary_key=True)
    requested_at: Mapped[datetime]
