"""How a worker goes through a video: begin, tell how far it is, keep what was found, or say why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from biometrics.template import Template
from core.clock import now
from core.ids import new_id
from records import audit
from records.samples import SampleRole, StagedSample, sample_row
from records.stored_values import to_json
from records.tables import VideoRow, VideoShotRow, VideoTrackRow
from records.video_values import Video, VideoStatus, locked_video, read_video

_OPEN = (VideoStatus.ACCEPTED, VideoStatus.PROCESSING)


@dataclass(frozen=True)
class FoundShot:
    """One view of a face, its picture already in the object store."""

    staged: StagedSample
    time_ms: int
    quality: float


@dataclass(frozen=True)
class FoundTrack:
    """One face as a worker found it; shots best first."""

    from_ms: int
    to_ms: int
    sightings: int
    template: Template
    shots: Sequence[FoundShot]


@dataclass(frozen=True)
class VideoOutcome:
    """What looking through a video gave."""

    tracks: Sequence[FoundTrack]
    read_ms: int
    stated_ms: int
    frames: int
    too_small: int
    tracks_dropped: int


def begin_video(session: Session, video_id: UUID) -> Video | None:
    """Mark a video as being processed and return it; None when it is finished already.

    Raises:
        VideoNotFound: it was deleted meanwhile.
    """
    row = locked_video(session, video_id)
    if row.status not in _OPEN:
        return None
    row.status, row.done_ms = str(VideoStatus.PROCESSING), 0
    session.flush()
    return read_video(session, row)


def set_video_progress(session: Session, video_id: UUID, done_ms: int, total_ms: int) -> None:
    """Note how far a worker is.

    Raises:
        VideoNotFound: it was deleted: nothing is left to do.
    """
    row = locked_video(session, video_id)
    if row.status == VideoStatus.PROCESSING:
        row.done_ms, row.total_ms = done_ms, total_ms
        session.flush()


def save_video_outcome(session: Session, video_id: UUID, outcome: VideoOutcome) -> bool:
    """Keep the tracks and mark the video as complete; False when another attempt was quicker."""
    row = locked_video(session, video_id)
    if row.status != VideoStatus.PROCESSING:
        return False
    for place, found in enumerate(outcome.tracks, start=1):
        _add_track(session, row, place, found)
    row.done_ms, row.total_ms = outcome.read_ms, max(outcome.read_ms, outcome.stated_ms)
    row.frames, row.too_small, row.tracks_dropped = outcome.frames, outcome.too_small, outcome.tracks_dropped
    _finish(session, row, VideoStatus.COMPLETE, {"tracks": len(outcome.tracks), "frames": outcome.frames})
    return True


def fail_video(session: Session, video_id: UUID, code: str, message: str) -> None:
    """Mark a video that cannot be looked through; its bytes stay until somebody deletes it."""
    row = locked_video(session, video_id)
    if row.status in _OPEN:
        row.problem = {"code": code, "message": message}
        _finish(session, row, VideoStatus.FAILED, {"code": code})


def _finish(session: Session, row: VideoRow, status: VideoStatus, details: dict[str, object]) -> None:
    row.status, row.finished_at = str(status), now()
    session.flush()
    audit.append(
        session,
        None,
        "video.outcome",
        "video",
        row.id,
        row.purpose,
        row.case_number,
        {"status": row.status, **details},
    )


def _add_track(session: Session, video: VideoRow, place: int, found: FoundTrack) -> None:
    track = VideoTrackRow(
        id=new_id(),
        video_id=video.id,
        place=place,
        from_ms=found.from_ms,
        to_ms=found.to_ms,
        sightings=found.sightings,
        producer=found.template.producer,
        payload=found.template.payload,
        quality=found.template.quality.value,
        quality_reasons=[to_json(reason) for reason in found.template.quality.reasons],
    )
    samples = [sample_row(shot.staged, SampleRole.PROBE, None) for shot in found.shots]
    for sample in samples:
        sample.officer_id, sample.state_code = video.officer_id, video.state_code
    session.add_all([track, *samples])
    session.flush()
    session.add_all(
        VideoShotRow(
            track_id=track.id,
            place=number,
            sample_id=shot.staged.id,
            time_ms=shot.time_ms,
            quality=shot.quality,
        )
        for number, shot in enumerate(found.shots)
    )
    session.flush()
