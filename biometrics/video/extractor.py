"""From a video file to the tracks of its faces, each with its times, best shots and one fused template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import cv2
import numpy as np

from biometrics.errors import FaceTooSmall, SampleRejected
from biometrics.face.extractor import FaceExtractor
from biometrics.image import DecodedImage, Pixels
from biometrics.template import Template
from biometrics.video.errors import NoFaceInVideo
from biometrics.video.frames import SampledFrame, VideoLimits, sampled_video
from biometrics.video.parameters import VIDEO, VideoParameters
from biometrics.video.shots import BestShots, Shot
from biometrics.video.tracking import Following, Sighting, Tracker

Progress = Callable[[int, int], None]
"""Told after each frame how far the video is read and how long it is (0: not stated), in milliseconds."""

_GRID = (32, 18)


@dataclass(frozen=True)
class Track:
    """One face while it was in view.

    Attributes:
        from_ms, to_ms: First and last sighting, from the start of the video.
        sightings: Sampled frames that show it.
        template: Fused of all of them; its quality is that of the best shot.
        shots: The best views, best first.
    """

    from_ms: int
    to_ms: int
    sightings: int
    template: Template
    shots: tuple[Shot, ...]


@dataclass(frozen=True)
class VideoFaces:
    """What a video shows.

    Attributes:
        tracks: In order of their first sighting.
        duration_ms: Time of the last picture that could be read.
        stated_ms: Length by the file's headers; well above ``duration_ms`` when the file is cut off.
        frames: Frames that were looked at.
        too_small: Sightings too small to be used.
        dropped: Tracks given up because there were too many.
    """

    tracks: tuple[Track, ...]
    duration_ms: int
    stated_ms: int
    frames: int
    too_small: int
    dropped: int


def find_tracks(
    extractor: FaceExtractor,
    source: BinaryIO,
    limits: VideoLimits,
    progress: Progress = lambda _done_ms, _total_ms: None,
    parameters: VideoParameters = VIDEO,
) -> VideoFaces:
    """Follow all faces through a video; memory does not grow with its length.

    Args:
        source: A real file, named or not.
        progress: May raise to stop.

    Raises:
        SampleRejected: one of `biometrics.video.errors`.
    """
    search = _Search(extractor, parameters)
    with sampled_video(source, limits, parameters) as video:
        for frame in video.frames():
            search.look_at(frame)
            progress(frame.time_ms, video.stated_ms)
        tracks = search.tracks()
        if not tracks:
            raise NoFaceInVideo(_no_face(search.too_small), frames=search.frames)
        return VideoFaces(
            tracks, video.last_ms, video.stated_ms, search.frames, search.too_small, search.dropped
        )


class _Search:
    """The state while a video is read."""

    def __init__(self, extractor: FaceExtractor, parameters: VideoParameters) -> None:
        self._extractor = extractor
        self._parameters = parameters
        self._tracker = Tracker(parameters.tracking)
        self._shots: dict[Following, BestShots] = {}
        self._empty_scene: Pixels | None = None
        self.frames = 0
        self.too_small = 0

    @property
    def dropped(self) -> int:
        return self._tracker.dropped

    def look_at(self, frame: SampledFrame) -> None:
        """Find the faces of one frame and go on with their tracks."""
        self.frames += 1
        scene = _coarse(frame.pixels)
        if self._is_still_empty(scene):
            return
        image = DecodedImage(frame.pixels, None, "video")
        faces = self._extractor.find_upright(image)
        self._empty_scene = None if faces else scene
        sightings = []
        for face in faces:
            try:
                template = self._extractor.extract_face(image, face, len(faces)).template
            except SampleRejected as problem:  # in another frame the same face may be usable
                self.too_small += isinstance(problem, FaceTooSmall)
                continue
            sightings.append(Sighting(face, template))
        followed = self._tracker.follow(frame.time_ms, sightings)
        for track, sighting in zip(followed, sightings, strict=True):
            shots = self._shots.setdefault(track, BestShots(self._parameters.shots))
            shots.offer(frame.time_ms, sighting.template.quality, frame.pixels, sighting.face)
        if len(self._shots) > len(self._tracker.tracks):
            self._shots = {track: self._shots[track] for track in self._tracker.tracks}

    def tracks(self) -> tuple[Track, ...]:
        """Return the tracks worth showing, in order of appearance."""
        least = self._parameters.shots.least_quality
        worth = [
            track
            for track in self._tracker.tracks
            if track.sightings > 1 or track.fused.quality.value >= least
        ]
        return tuple(
            Track(
                track.from_ms,
                track.to_ms,
                track.sightings,
                track.fused.template,
                self._shots[track].best_first,
            )
            for track in sorted(worth, key=lambda track: track.from_ms)
        )

    def _is_still_empty(self, scene: Pixels) -> bool:
        """Whether nothing has moved since a frame without faces: a camera mostly watches nobody."""
        if self._empty_scene is None:
            return False
        difference = np.abs(scene.astype(np.int16) - self._empty_scene.astype(np.int16))
        return int(difference.max()) <= self._parameters.sampling.still_difference


def _coarse(pixels: Pixels) -> Pixels:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, _GRID, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _no_face(too_small: int) -> str:
    if too_small:
        return (
            "The faces in the video are too small to be used. Send the recording at its full resolution, or "
            "of a camera that was closer."
        )
    return "No face was found in the video. Send a recording that shows faces from the front."
