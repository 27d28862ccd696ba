"""What a video, its tracks and their shots are, and how they are read from their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from biometrics.quality import Quality, QualityReason
from biometrics.template import Modality, Template
from core.errors import Conflict, InputRejected, NotFound
from records.access import Officer, Purpose
from records.stored_values import from_json
from records.tables import AccountRow, SearchRow, VideoRow, VideoSearchRow, VideoShotRow, VideoTrackRow
from records.visibility import search_visible


class VideoNotFound(NotFound):
    """No such video for this officer."""

    code = "video_not_found"


class TrackUnknown(InputRejected):
    """The video has no track of that number."""

    code = "track_unknown"


class VideoNotReady(Conflict):
    """The video has not been looked through yet, or could not be."""

    code = "video_not_ready"


class VideoStatus(StrEnum):
    """How far a video is."""

    ACCEPTED = "accepted"
    PROCESSING = "processing"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(frozen=True)
class VideoProblem:
    """Why a video could not be looked through."""

    code: str
    message: str


@dataclass(frozen=True)
class Video:
    """One video. ``done_ms`` of ``total_ms`` have been looked at; 0 while the length is not known."""

    id: UUID
    status: VideoStatus
    purpose: Purpose
    case_number: str
    file_name: str
    media_type: str
    bytes: int
    sha256: str
    parts: int
    done_ms: int
    total_ms: int
    frames: int
    too_small: int
    tracks_dropped: int
    problem: VideoProblem | None
    officer_id: UUID
    officer_username: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class VideoShot:
    """One of the best views of a track."""

    sample_id: UUID
    time_ms: int
    quality: float


@dataclass(frozen=True)
class VideoTrack:
    """One face while it was in view; ``number`` counts from 1 in order of appearance.

    Attributes:
        template: Fused of all frames that show it.
        shots: Best first.
        search_ids: Searches made with it that the officer may read, oldest first.
    """

    id: UUID
    number: int
    from_ms: int
    to_ms: int
    sightings: int
    template: Template
    shots: tuple[VideoShot, ...]
    search_ids: tuple[UUID, ...]


def read_video(session: Session, row: VideoRow) -> Video:
    return Video(
        id=row.id,
        status=VideoStatus(row.status),
        purpose=Purpose(row.purpose),
        case_number=row.case_number,
        file_name=row.file_name,
        media_type=row.media_type,
        bytes=row.byte_count,
        sha256=row.sha256,
        parts=row.part_count,
        done_ms=row.done_ms,
        total_ms=row.total_ms,
        frames=row.frames,
        too_small=row.too_small,
        tracks_dropped=row.tracks_dropped,
        problem=VideoProblem(**row.problem) if row.problem else None,
        officer_id=row.officer_id,
        officer_username=session.get_one(AccountRow, row.officer_id).username,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def read_tracks(session: Session, officer: Officer, video_id: UUID) -> tuple[VideoTrack, ...]:
    rows = session.scalars(
        select(VideoTrackRow).where(VideoTrackRow.video_id == video_id).order_by(VideoTrackRow.place)
    ).all()
    ids = [row.id for row in rows]
    shots = session.scalars(
        select(VideoShotRow).where(VideoShotRow.track_id.in_(ids)).order_by(VideoShotRow.place)
    ).all()
    searches = session.scalars(
        select(VideoSearchRow)
        .join(SearchRow, SearchRow.id == VideoSearchRow.search_id)
        .where(VideoSearchRow.track_id.in_(ids), search_visible(officer))
        .order_by(VideoSearchRow.search_id)
    ).all()
    return tuple(
        _track(
            row,
            [shot for shot in shots if shot.track_id == row.id],
            [search.search_id for search in searches if search.track_id == row.id],
        )
        for row in rows
    )


def _track(row: VideoTrackRow, shots: Sequence[VideoShotRow], search_ids: Sequence[UUID]) -> VideoTrack:
    reasons = tuple(from_json(QualityReason, reason) for reason in row.quality_reasons)
    return VideoTrack(
        id=row.id,
        number=row.place,
        from_ms=row.from_ms,
        to_ms=row.to_ms,
        sightings=row.sightings,
        template=Template(Modality.FACE, row.producer, bytes(row.payload), Quality(row.quality, reasons)),
        shots=tuple(VideoShot(shot.sample_id, shot.time_ms, shot.quality) for shot in shots),
        search_ids=tuple(search_ids),
    )


def locked_video(session: Session, video_id: UUID) -> VideoRow:
    row = session.get(VideoRow, video_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise VideoNotFound("There is no such video.")
    return row
