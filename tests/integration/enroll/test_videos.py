"""A worker looks through videos: killed in the middle it leaves no half state; shots outlive a model."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
import pytest

from biometrics.image import DecodedImage
from core.errors import NotFound
from datasets.synthetic.videos import Scene, Walker, write_video
from enroll.parts import WorkerParts
from enroll.track_templates import template_of
from enroll.video_processing import _face_index, accept, process_video
from records.access import Officer, Purpose
from records.database import Database
from records.image_store import ImageStore
from records.video_space import VideoSpace
from records.video_store import VideoUpload
from records.videos import Video, VideoStatus, VideoTrack, delete_video, tracks_of, video_for
from tests.integration.enroll.worker_processes import Workers, until
from tests.integration.video.conftest import picture

AMPLE = VideoSpace(10**9, 10**10)


def sent(database: Database, store: ImageStore, officer: Officer, place: Path, seconds: float) -> Video:
    there = Walker(picture("obama"), ((0.3, 0.5), (0.7, 0.5)), (300, 310))
    upload = VideoUpload(store)
    upload.write(write_video(Scene([there], seconds=seconds), place / "clip.mp4").read_bytes())
    return accept(database, officer, upload, "clip.mp4", Purpose.INVESTIGATION, "0017/2026", AMPLE)


def read(database: Database, officer: Officer, video_id: UUID) -> tuple[Video, tuple[VideoTrack, ...]]:
    with database.transaction() as session:
        return video_for(session, officer, video_id), tracks_of(session, officer, video_id)


def test_a_worker_killed_in_the_middle_of_a_video_leaves_no_half_state(
    database: Database, image_store: ImageStore, officer: Officer, worker: Workers, tmp_path: Path
) -> None:
    video = sent(database, image_store, officer, tmp_path, 10.0)
    doomed = worker.start()
    until(lambda: read(database, officer, video.id)[0].done_ms > 0, worker)
    doomed.kill()
    doomed.wait(30)
    left, tracks = read(database, officer, video.id)
    assert (left.status, tracks) == (VideoStatus.PROCESSING, ())
    worker.start()
    until(lambda: read(database, officer, video.id)[0].status is VideoStatus.COMPLETE, worker)
    done, tracks = read(database, officer, video.id)
    assert len(tracks) == 1
    assert (done.frames, tracks[0].sightings) == (40, 40)
    assert len(tracks[0].shots) >= 2


def test_a_video_deleted_meanwhile_ends_its_job(parts: WorkerParts, officer: Officer, tmp_path: Path) -> None:
    video = sent(parts.database, parts.store, officer, tmp_path, 1.0)
    with parts.database.transaction() as session:
        delete_video(session, parts.store, officer, video.id, "sent by mistake")
    with pytest.raises(NotFound):
        process_video(parts, video.id)


def test_a_track_of_earlier_models_is_searched_by_its_shots(
    parts: WorkerParts, officer: Officer, tmp_path: Path
) -> None:
    video = sent(parts.database, parts.store, officer, tmp_path, 1.5)
    process_video(parts, video.id)
    _, (track,) = read(parts.database, officer, video.id)
    assert template_of(track, parts.database, parts.store, parts.engines) == track.template
    old = replace(track, template=replace(track.template, producer="earlier", payload=b"of another form"))
    anew = template_of(old, parts.database, parts.store, parts.engines)
    assert anew.producer == track.template.producer
    assert len(anew.payload) == len(track.template.payload)


def test_of_several_faces_in_a_shot_the_tracks_own_is_named(parts: WorkerParts) -> None:
    one, other = picture("obama"), picture("biden")
    side = [cv2.resize(each, (240, 300), interpolation=cv2.INTER_AREA) for each in (one, other)]
    image = DecodedImage(np.ascontiguousarray(np.hstack(side)), None, "JPEG")
    faces = parts.engines.face.find(image)
    left, right = (_face_index(faces, image, (across, 0.4)) for across in (0.25, 0.75))
    assert left is not None
    assert right is not None
    assert faces[left].box[0] < 240 <= faces[right].box[0]
    assert _face_index([], image, (0.5, 0.5)) is None
