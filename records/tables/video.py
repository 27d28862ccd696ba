"""Tables of videos sent as probes, the tracks of faces found in them, their shots, and their searches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonList, JsonObject, Row, one_of, state_code


class VideoRow(Row):
    """One video: its bytes lie encrypted in the object store, in parts under ``videos/<id>/``."""

    __tablename__ = "videos"
    __table_args__ = (
        one_of("status", ("accepted", "processing", "complete", "failed")),
        state_code(),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("purpose <> ''", name="purpose_stated"),
        CheckConstraint("case_number <> ''", name="case_number_stated"),
        Index("ix_videos_officer", "officer_id", "id"),
        Index("ix_videos_state", "state_code", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    purpose: Mapped[str]
    case_number: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[str]
    part_count: Mapped[int] = mapped_column(Integer)
    done_ms: Mapped[int]
    total_ms: Mapped[int]
    frames: Mapped[int] = mapped_column(Integer)
    too_small: Mapped[int] = mapped_column(Integer)
    tracks_dropped: Mapped[int] = mapped_column(Integer)
    problem: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    state_code: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class VideoTrackRow(Row):
    """One face while it was in view; its template is fused of all frames and in no gallery."""

    __tablename__ = "video_tracks"
    __table_args__ = (
        UniqueConstraint("video_id", "place"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality_range"),
        CheckConstraint("from_ms <= to_ms", name="times_in_order"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    video_id: Mapped[UUID] = mapped_column(ForeignKey("videos.id"))
    place: Mapped[int] = mapped_column(Integer)
    from_ms: Mapped[int]
    to_ms: Mapped[int]
    sightings: Mapped[int] = mapped_column(Integer)
    producer: Mapped[str]
    payload: Mapped[bytes]
    quality: Mapped[float] = mapped_column(Float)
    quality_reasons: Mapped[JsonList]


class VideoShotRow(Row):
    """One of the best views of a track, best first; its picture is a sample."""

    __tablename__ = "video_shots"
    __table_args__ = (CheckConstraint("quality BETWEEN 0 AND 1", name="quality_range"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("video_tracks.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("samples.id"), unique=True)
    time_ms: Mapped[int]
    quality: Mapped[float] = mapped_column(Float)


class VideoSearchRow(Row):
    """Which track a search was made with."""

    __tablename__ = "video_searches"
    search_id: Mapped[UUID] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("video_tracks.id"), index=True)
