"""Two people who pass each other in a video are two tracks, and each is found in a gallery of photographs."""

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from biometrics.face.extractor import FaceExtractor
from biometrics.image import ImageLimits, decode_image
from biometrics.template import FingerPosition, Modality
from biometrics.video.errors import NoFaceInVideo
from biometrics.video.extractor import VideoFaces, find_tracks
from biometrics.video.frames import VideoLimits
from datasets.catalog import portrait
from datasets.synthetic.videos import Scene, Walker, write_video
from matcher.candidates import Change, ChangeKind, Reference
from matcher.gallery import Gallery
from matcher.search import identify
from tests.integration.video.conftest import picture

LIMITS = VideoLimits()


def tracks_in(extractor: FaceExtractor, path: Path) -> VideoFaces:
    with path.open("rb") as file:
        return find_tracks(extractor, file, LIMITS)


@pytest.fixture(scope="module")
def crossing(extractor: FaceExtractor, tmp_path_factory: pytest.TempPathFactory) -> VideoFaces:
    """One comes nearer and out of focus, the other passes in front of him."""
    there = Walker(picture("obama"), ((0.2, 0.5), (0.8, 0.5)), (250, 300), (0.0, 1.5))
    back = Walker(picture("biden"), ((0.8, 0.5), (0.2, 0.5)), (275, 325), (1.5, 0.0))
    path = tmp_path_factory.mktemp("video") / "crossing.mp4"
    return tracks_in(extractor, write_video(Scene([there, back]), path))


def test_two_who_cross_are_two_tracks(crossing: VideoFaces) -> None:
    assert len(crossing.tracks) == 2
    assert (crossing.frames, crossing.dropped) == (12, 0)
    for track in crossing.tracks:
        assert track.from_ms <= 500 < 2500 <= track.to_ms <= crossing.duration_ms
        assert 1 <= len(track.shots) <= 5


def test_each_track_finds_its_person_among_photographs(
    crossing: VideoFaces, extractor: FaceExtractor
) -> None:
    gallery, subjects = Gallery(), {}
    for number, name in enumerate(("obama2", "biden", "astronaut"), start=1):
        photo = extractor.extract(decode_image(portrait(name).read_bytes(), ImageLimits())).template
        subjects[name] = uuid4()
        reference = Reference(
            number, subjects[name], Modality.FACE, photo.producer, FingerPosition.UNKNOWN, photo.payload
        )
        gallery.apply([Change(number, ChangeKind.ADD, number, reference)])
    best = [identify(gallery, [track.template]).candidates[0] for track in crossing.tracks]
    assert {candidate.subject for candidate in best} == {subjects["obama2"], subjects["biden"]}
    assert max(candidate.false_match_rate for candidate in best) < 1e-4


def test_the_shots_show_the_face_they_were_taken_of(crossing: VideoFaces, extractor: FaceExtractor) -> None:
    for track in crossing.tracks:
        shot = decode_image(track.shots[0].jpeg, ImageLimits())
        again = extractor.extract(shot, largest=True).template
        vectors = [np.frombuffer(template.payload, "<f4") for template in (track.template, again)]
        assert float(vectors[0] @ vectors[1]) > 0.5


def test_nobody_in_view_is_said_so(extractor: FaceExtractor, tmp_path: Path) -> None:
    path = write_video(Scene([], seconds=1.0), tmp_path / "empty_room.mp4")
    with pytest.raises(NoFaceInVideo, match="No face was found"):
        tracks_in(extractor, path)


def test_faces_too_far_away_are_said_so(extractor: FaceExtractor, tmp_path: Path) -> None:
    far = Walker(picture("obama"), ((0.4, 0.5), (0.6, 0.5)), (56, 56))
    path = write_video(Scene([far], seconds=1.0, noise=0.0), tmp_path / "far.mp4")
    with pytest.raises(NoFaceInVideo, match="too small"):
        tracks_in(extractor, path)
