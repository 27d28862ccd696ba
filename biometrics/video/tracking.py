"""Follows faces from frame to frame: which sighting goes on with which track, by place and by likeness."""

from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.face.detected import DetectedFace
from biometrics.template import Template
from biometrics.video.fused import FusedTemplate, embedding_of
from biometrics.video.parameters import TrackingParameters

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sighting:
    """One face in one frame."""

    face: DetectedFace
    template: Template


class Following:
    """One face as followed so far."""

    def __init__(self, time_ms: int) -> None:
        self.from_ms = time_ms
        self.to_ms = time_ms
        self.sightings = 0
        self.fused = FusedTemplate()
        self._box: Box = (0.0, 0.0, 0.0, 0.0)

    def add(self, time_ms: int, sighting: Sighting) -> None:
        """Go on with one more sighting."""
        self.to_ms = time_ms
        self.sightings += 1
        self.fused.add(sighting.template)
        self._box = sighting.face.box

    def affinity(self, time_ms: int, sighting: Sighting, parameters: TrackingParameters) -> float:
        """Return how well a sighting goes on with this track; 0 or less when it does not."""
        gap_ms = time_ms - self.to_ms
        alike = float(self.fused.direction @ embedding_of(sighting.template))
        overlap = overlap_of(self._box, sighting.face.box) if gap_ms <= parameters.overlap_gap_ms else 0.0
        in_place = overlap >= parameters.overlap and alike >= parameters.unlike
        known_again = gap_ms <= parameters.alike_gap_ms and alike >= parameters.alike
        return alike + overlap if in_place or known_again else 0.0


class Tracker:
    """All tracks of a video; of each the parts needed to go on with it."""

    def __init__(self, parameters: TrackingParameters) -> None:
        self._parameters = parameters
        self.tracks: list[Following] = []
        self.dropped = 0

    def follow(self, time_ms: int, sightings: Sequence[Sighting]) -> list[Following]:
        """Give each sighting of one frame its track, the best fit first, and return the tracks in order."""
        open_tracks = [
            track for track in self.tracks if time_ms - track.to_ms <= self._parameters.alike_gap_ms
        ]
        fits = [
            (track.affinity(time_ms, sighting, self._parameters), place, track)
            for place, sighting in enumerate(sightings)
            for track in open_tracks
        ]
        given: dict[int, Following] = {}
        for affinity, place, track in sorted(fits, key=lambda fit: -fit[0]):
            if affinity > 0 and place not in given and track not in given.values():
                given[place] = track
        for place, sighting in enumerate(sightings):
            if place not in given:
                given[place] = self._begin(time_ms)
            given[place].add(time_ms, sighting)
        return [given[place] for place in range(len(sightings))]

    def _begin(self, time_ms: int) -> Following:
        if len(self.tracks) >= self._parameters.most_tracks:
            ended = [track for track in self.tracks if track.to_ms < time_ms] or self.tracks
            self.tracks.remove(min(ended, key=lambda track: track.sightings * track.fused.quality.value))
            self.dropped += 1
        track = Following(time_ms)
        self.tracks.append(track)
        return track


def overlap_of(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes (x, y, width, height)."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, across) * max(0.0, down)
    return shared / max(one[2] * one[3] + other[2] * other[3] - shared, 1e-6)
