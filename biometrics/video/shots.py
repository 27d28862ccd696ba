"""Keeps the best views of one face, spread over the time it was seen, cut out for people to look at."""

from dataclasses import dataclass

from biometrics.face.detected import DetectedFace
from biometrics.image import Pixels, encode_jpeg
from biometrics.quality import Quality
from biometrics.video.parameters import ShotParameters


@dataclass(frozen=True)
class Shot:
    """One view of a face.

    Attributes:
        jpeg: The face with some surroundings, which may show others.
        middle: Where the face is in the JPEG: x and y as shares of its width and height.
    """

    time_ms: int
    quality: Quality
    jpeg: bytes
    middle: tuple[float, float]


class BestShots:
    """The best view of each stretch of time.

    When there are too many stretches they are joined two by two, so that a face seen for an hour
    keeps views of the whole hour, and no more than one seen for seconds.
    """

    def __init__(self, parameters: ShotParameters) -> None:
        self._parameters = parameters
        self._stretch_ms = parameters.apart_ms
        self._kept: dict[int, Shot] = {}

    @property
    def best_first(self) -> tuple[Shot, ...]:
        """The views kept, by falling quality."""
        return tuple(sorted(self._kept.values(), key=lambda shot: -shot.quality.value))

    def offer(self, time_ms: int, quality: Quality, pixels: Pixels, face: DetectedFace) -> None:
        """Keep this view if it is the best of its stretch of time."""
        known = self._kept.get(time_ms // self._stretch_ms)
        if known is not None and quality.value <= known.quality.value:
            return
        self._kept[time_ms // self._stretch_ms] = self._cut(time_ms, quality, pixels, face)
        while len(self._kept) > self._parameters.most:
            self._join()

    def _join(self) -> None:
        self._stretch_ms *= 2
        worst_first = reversed(self.best_first)
        self._kept = {shot.time_ms // self._stretch_ms: shot for shot in worst_first}

    def _cut(self, time_ms: int, quality: Quality, pixels: Pixels, face: DetectedFace) -> Shot:
        x_px, y_px, width_px, height_px = face.box
        around_px = self._parameters.margin * max(width_px, height_px)
        top, left = max(0, int(y_px - around_px)), max(0, int(x_px - around_px))
        bottom, right = int(y_px + height_px + around_px), int(x_px + width_px + around_px)
        crop = pixels[top:bottom, left:right].copy()
        jpeg = encode_jpeg(crop, self._parameters.jpeg_quality, self._parameters.side_px)
        across = (x_px + width_px / 2 - left) / crop.shape[1]
        down = (y_px + height_px / 2 - top) / crop.shape[0]
        return Shot(time_ms, quality, jpeg, (across, down))
