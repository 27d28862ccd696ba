"""Looks through a video: fetch it, follow its faces, keep tracks and shots; may be killed at any moment."""

import tempfile
import time
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from biometrics.face.detected import DetectedFace
from biometrics.image import DecodedImage, decode_image
from biometrics.template import Modality
from biometrics.video.extractor import Progress, Track, VideoFaces, find_tracks
from biometrics.video.shots import Shot
from core.logging import get_logger
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import defer_video
from enroll.small_pictures import small_picture
from records.access import Officer, Purpose
from records.database import Database
from records.samples import StagedSample, stage_sample
from records.video_space import VideoSpace
from records.video_store import VideoUpload, copy_video
from records.video_work import (
    FoundShot,
    FoundTrack,
    VideoOutcome,
    begin_video,
    fail_video,
    save_video_outcome,
    set_video_progress,
)
from records.videos import Video, accept_video

_LOG = get_logger(__name__)


def accept(
    database: Database,
    officer: Officer,
    upload: VideoUpload,
    file_name: str,
    purpose: Purpose,
    case_number: str,
    space: VideoSpace,
) -> Video:
    """Add a video that has been sent whole, and queue the search for its faces, in one transaction.

    Raises:
        NotAVideo: nothing was sent.
        VideoSpaceFull: others were accepted meanwhile and left no room for it.
    """
    staged = upload.finish()
    with database.transaction() as session:
        video = accept_video(session, officer, staged, file_name, purpose, case_number, space)
        defer_video(session, video.id)
        upload.keep()  # the commit that follows may have happened even when it is reported as failed
    return video


def process_video(parts: WorkerParts, video_id: UUID) -> None:
    """Find the tracks of a video. Nothing of them is seen before all are kept, in one transaction.

    A worker killed on the way leaves at most shots that nobody names, which the sweep removes.

    Raises:
        SampleRejected: it cannot be used; the message says why.
        VideoNotFound: it was deleted meanwhile.
        Unavailable: a part is down; nothing is lost, try again.
    """
    with parts.database.transaction() as session:
        video = begin_video(session, video_id)
    if video is None:
        return
    with tempfile.TemporaryFile() as file:
        copy_video(parts.store, video.id, video.parts, video.sha256, file)
        found = find_tracks(parts.engines.face, file, parts.video_limits, _progress(parts.database, video_id))
    outcome = _staged(parts, found)
    with parts.database.transaction() as session:
        save_video_outcome(session, video_id, outcome)
    _LOG.info("video looked through", video=str(video_id), frames=found.frames, tracks=len(found.tracks))


def give_up_video(database: Database, video_id: UUID, code: str, message: str) -> None:
    """Mark a video as failed when its job will not be tried again."""
    with database.transaction() as session:
        fail_video(session, video_id, code, message)


def _progress(database: Database, video_id: UUID) -> Progress:
    next_at = 0.0

    def tell(done_ms: int, total_ms: int) -> None:
        nonlocal next_at
        if time.monotonic() < next_at:
            return
        next_at = time.monotonic() + ENROLL.video.progress_s
        with database.transaction() as session:
            set_video_progress(session, video_id, done_ms, total_ms)

    return tell


def _staged(parts: WorkerParts, found: VideoFaces) -> VideoOutcome:
    return VideoOutcome(
        tracks=[_track(parts, track) for track in found.tracks],
        read_ms=found.duration_ms,
        stated_ms=found.stated_ms,
        frames=found.frames,
        too_small=found.too_small,
        tracks_dropped=found.dropped,
    )


def _track(parts: WorkerParts, track: Track) -> FoundTrack:
    shots = [FoundShot(_stage(parts, shot), shot.time_ms, shot.quality.value) for shot in track.shots]
    return FoundTrack(track.from_ms, track.to_ms, track.sightings, track.template, shots)


def _stage(parts: WorkerParts, shot: Shot) -> StagedSample:
    image = decode_image(shot.jpeg, parts.engines.limits)
    return stage_sample(
        parts.store,
        shot.jpeg,
        Modality.FACE,
        media_type="image/jpeg",
        file_name=f"shot_{shot.time_ms}_ms.jpg",
        thumbnail=small_picture(image, shot.jpeg),
        face_index=_face_index(parts.engines.face.find(image), image, shot.middle),
    )


def _face_index(
    faces: Sequence[DetectedFace], image: DecodedImage, middle: tuple[float, float]
) -> int | None:
    """Return which face of a shot is the track's, so that nobody is ever shown another one for it."""
    height, width = image.pixels.shape[:2]
    place = np.array([middle[0] * width, middle[1] * height])

    def off(index: int) -> float:
        x_px, y_px, width_px, height_px = faces[index].box
        return float(np.hypot(*(place - [x_px + width_px / 2, y_px + height_px / 2])))

    return min(range(len(faces)), key=off, default=None)
