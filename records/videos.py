"""Videos sent as probes: accepted, read by those who may, searched track by track, deleted with all of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import now
from records import audit
from records.access import Officer, Permission, Purpose, permissions, require
from records.image_store import ImageStore
from records.object_removal import remove_objects, remove_samples
from records.pages import Page, newest_first
from records.searches import check_purpose
from records.tables import VideoRow, VideoSearchRow, VideoShotRow, VideoTrackRow
from records.text import check_text, require_text
from records.video_space import VideoSpace, claim_space
from records.video_store import StagedVideo, part_keys
from records.video_values import (
    TrackUnknown,
    Video,
    VideoNotFound,
    VideoNotReady,
    VideoStatus,
    VideoTrack,
    locked_video,
    read_tracks,
    read_video,
)
from records.visibility import video_visible

__all__ = [
    "TrackUnknown",
    "Video",
    "VideoNotFound",
    "VideoNotReady",
    "VideoStatus",
    "VideoTrack",
    "accept_video",
    "delete_video",
    "expire_video",
    "hold_back_deletion",
    "link_search",
    "list_videos",
    "overdue_videos",
    "track_of_search",
    "tracks_of",
    "tracks_to_search",
    "unfinished_videos",
    "video_for",
]


def accept_video(
    session: Session,
    officer: Officer,
    staged: StagedVideo,
    file_name: str,
    purpose: Purpose,
    case_number: str,
    space: VideoSpace,
) -> Video:
    """Add the row of a stored video; the caller queues its job in the same transaction.

    Raises:
        VideoSpaceFull: the videos kept already leave no room for it.
    """
    require(officer, Permission.SEARCH)
    check_purpose(purpose, case_number)
    claim_space(session, officer, space, staged.bytes)
    row = VideoRow(
        id=staged.id,
        status=str(VideoStatus.ACCEPTED),
        purpose=str(purpose),
        case_number=case_number.strip(),
        file_name=check_text(file_name, "file name", 500),
        media_type=staged.media_type,
        byte_count=staged.bytes,
        sha256=staged.sha256,
        part_count=staged.parts,
        done_ms=0,
        total_ms=0,
        frames=0,
        too_small=0,
        tracks_dropped=0,
        problem=None,
        officer_id=officer.account_id,
        state_code=officer.state_code,
        created_at=now(),
        finished_at=None,
    )
    session.add(row)
    session.flush()
    details = {"bytes": staged.bytes, "sha256": staged.sha256}
    audit.append(session, officer, "video.accept", "video", row.id, purpose, row.case_number, details)
    return read_video(session, row)


def video_for(session: Session, officer: Officer, video_id: UUID) -> Video:
    """Return a video the officer may read.

    Raises:
        VideoNotFound: there is none for this officer.
    """
    return read_video(session, _visible(session, officer, video_id))


def _visible(session: Session, officer: Officer, video_id: UUID) -> VideoRow:
    row = session.scalar(select(VideoRow).where(VideoRow.id == video_id, video_visible(officer)))
    if row is None:
        raise VideoNotFound("There is no such video in your records.")
    return row


def list_videos(
    session: Session, officer: Officer, limit: int = 20, cursor: str | None = None
) -> Page[Video]:
    """Return videos the officer may read, newest first."""
    query = select(VideoRow).where(video_visible(officer))
    return newest_first(session, query, VideoRow.id, limit, cursor, lambda row: read_video(session, row))


def tracks_of(session: Session, officer: Officer, video_id: UUID) -> tuple[VideoTrack, ...]:
    """Return the tracks of a video the officer may read, in order of appearance."""
    _visible(session, officer, video_id)
    return read_tracks(session, officer, video_id)


def tracks_to_search(
    session: Session, officer: Officer, video_id: UUID, numbers: Sequence[int]
) -> tuple[Video, tuple[VideoTrack, ...]]:
    """Return a video and the tracks of the given numbers, in that order, each once.

    Raises:
        VideoNotReady: it has not been looked through.
        TrackUnknown: it has no such track, or none was named.
    """
    require(officer, Permission.SEARCH)
    video = video_for(session, officer, video_id)
    if video.status is not VideoStatus.COMPLETE:
        raise VideoNotReady(f"This video is {video.status}; its tracks can be searched once it is complete.")
    tracks = {track.number: track for track in read_tracks(session, officer, video_id)}
    wanted = list(dict.fromkeys(numbers))
    unknown = [number for number in wanted if number not in tracks]
    if unknown or not wanted:
        raise TrackUnknown(
            f"Choose among the tracks 1 to {len(tracks)} of this video.", field="tracks", unknown=unknown[:20]
        )
    return video, tuple(tracks[number] for number in wanted)


def hold_back_deletion(session: Session, video_id: UUID) -> None:
    """Let a deletion of the video wait until this transaction has ended; to be called before its other locks.

    Raises:
        VideoNotFound: it was deleted meanwhile.
    """
    kept = select(VideoRow.id).where(VideoRow.id == video_id).with_for_update(read=True)
    if session.scalar(kept) is None:
        raise VideoNotFound("This video was deleted meanwhile.")


def link_search(session: Session, search_id: UUID, track_id: UUID) -> None:
    """Note that a search was made with a track."""
    session.add(VideoSearchRow(search_id=search_id, track_id=track_id))
    session.flush()


def track_of_search(session: Session, search_id: UUID) -> tuple[UUID, int] | None:
    """Return the video and the track's number that a search was made with; None for other searches."""
    row = session.execute(
        select(VideoTrackRow.video_id, VideoTrackRow.place)
        .join(VideoSearchRow, VideoSearchRow.track_id == VideoTrackRow.id)
        .where(VideoSearchRow.search_id == search_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def delete_video(session: Session, store: ImageStore, officer: Officer, video_id: UUID, reason: str) -> None:
    """Delete a video with its tracks, templates and shots; the searches made with it stay, without pictures.

    Raises:
        VideoNotFound: there is none for this officer.
        PermissionMissing: it is another officer's, and this one may not erase.
    """
    why = require_text(reason, "reason", 2000)
    row = _visible(session, officer, video_id)
    if row.officer_id != officer.account_id or Permission.SEARCH not in permissions(officer.role):
        require(officer, Permission.ERASE)
    _delete(session, store, video_id, officer, why)


def unfinished_videos(session: Session) -> tuple[UUID, ...]:
    """Return the videos that no worker has looked through to the end."""
    states = (str(VideoStatus.ACCEPTED), str(VideoStatus.PROCESSING))
    return tuple(session.scalars(select(VideoRow.id).where(VideoRow.status.in_(states))))


def overdue_videos(session: Session, before: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Return videos accepted before a moment, the oldest first."""
    return tuple(
        session.scalars(
            select(VideoRow.id).where(VideoRow.created_at < before).order_by(VideoRow.created_at).limit(limit)
        )
    )


def expire_video(session: Session, store: ImageStore, video_id: UUID) -> None:
    """Delete a video whose time is over, for the service itself."""
    _delete(session, store, video_id, None, "kept for as long as the operator's settings say")


def _delete(
    session: Session, store: ImageStore, video_id: UUID, officer: Officer | None, reason: str
) -> None:
    row = locked_video(session, video_id)
    tracks = session.scalars(select(VideoTrackRow.id).where(VideoTrackRow.video_id == video_id)).all()
    session.execute(delete(VideoSearchRow).where(VideoSearchRow.track_id.in_(tracks)))
    samples = session.scalars(
        delete(VideoShotRow).where(VideoShotRow.track_id.in_(tracks)).returning(VideoShotRow.sample_id)
    ).all()
    remove_samples(session, store, samples)
    remove_objects(session, store, part_keys(video_id, row.part_count))
    session.execute(delete(VideoTrackRow).where(VideoTrackRow.video_id == video_id))
    session.delete(row)
    session.flush()
    details = {"reason": reason, "tracks": len(tracks), "shots": len(samples), "sha256": row.sha256}
    audit.append(session, officer, "video.delete", "video", video_id, row.purpose, row.case_number, details)
