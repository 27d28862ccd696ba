"""Faces are followed by place and by likeness, through crossings and gaps, in bounded memory."""

from dataclasses import replace

import numpy as np
import pytest

from biometrics.face.detected import DetectedFace
from biometrics.quality import Quality
from biometrics.template import Modality, Template
from biometrics.video.fused import FusedTemplate, embedding_of
from biometrics.video.parameters import VIDEO
from biometrics.video.tracking import Following, Sighting, Tracker, overlap_of

PARAMETERS = VIDEO.tracking


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(128)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


ANNA, BINA = unit(1.0), unit(0.0, 1.0)


def sighting(who: np.ndarray, x_px: float, quality: float = 0.8) -> Sighting:
    template = Template(Modality.FACE, "test", who.astype("<f4").tobytes(), Quality(quality))
    face = DetectedFace((x_px, 100.0, 80.0, 100.0), np.zeros((5, 2), dtype=np.float32), 0.9)
    return Sighting(face, template)


def followed(*frames: tuple[int, list[Sighting]]) -> list[Following]:
    tracker = Tracker(PARAMETERS)
    for time_ms, sightings in frames:
        tracker.follow(time_ms, sightings)
    return tracker.tracks


def test_two_who_pass_each_other_stay_two() -> None:
    frames = [
        (250 * step, [sighting(ANNA, 100.0 + 40 * step), sighting(BINA, 500.0 - 40 * step)])
        for step in range(11)
    ]
    tracks = followed(*frames)
    assert [track.sightings for track in tracks] == [11, 11]
    assert [round(float(track.fused.direction @ ANNA), 3) for track in tracks] == [1.0, 0.0]


def test_a_face_hidden_for_a_moment_goes_on_wherever_it_comes_out() -> None:
    tracks = followed((0, [sighting(ANNA, 100.0)]), (3000, [sighting(ANNA, 600.0)]))
    assert [(track.from_ms, track.to_ms) for track in tracks] == [(0, 3000)]


def test_a_face_that_was_away_for_long_is_a_track_of_its_own() -> None:
    tracks = followed((0, [sighting(ANNA, 100.0)]), (20_000, [sighting(ANNA, 100.0)]))
    assert [(track.from_ms, track.to_ms) for track in tracks] == [(0, 0), (20_000, 20_000)]


def test_a_stranger_in_the_same_place_is_not_the_same_track() -> None:
    assert len(followed((0, [sighting(ANNA, 100.0)]), (250, [sighting(BINA, 100.0)]))) == 2


def test_a_blurred_view_in_place_goes_on_although_it_is_hardly_alike() -> None:
    blurred = unit(0.25, 0.0, 1.0)
    assert len(followed((0, [sighting(ANNA, 100.0)]), (250, [sighting(blurred, 110.0, 0.1)]))) == 1


def test_twins_in_one_frame_are_two_tracks() -> None:
    assert len(followed((0, [sighting(ANNA, 100.0), sighting(ANNA, 400.0)]))) == 2


def test_too_many_tracks_lose_the_weakest_and_count_it() -> None:
    tracker = Tracker(replace(PARAMETERS, most_tracks=2))
    for place, quality in enumerate((0.9, 0.2, 0.8)):
        vector = np.eye(128)[place]
        tracker.follow(10_000 * place, [sighting(vector, 100.0, quality)])
    assert [track.fused.quality.value for track in tracker.tracks] == [0.9, 0.8]
    assert tracker.dropped == 1


def test_overlap_is_intersection_over_union() -> None:
    assert overlap_of((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap_of((0, 0, 10, 10), (20, 0, 10, 10)) == 0.0


def test_views_are_fused_by_quality_into_a_template_of_the_same_form() -> None:
    fused = FusedTemplate()
    for each in (sighting(ANNA, 0.0, 0.9), sighting(BINA, 0.0, 0.3)):
        fused.add(each.template)
    template = fused.template
    assert np.linalg.norm(embedding_of(template)) == pytest.approx(1.0, abs=1e-6)
    weights = 3**VIDEO.fusion.power * float(embedding_of(template) @ BINA)
    assert embedding_of(template) @ ANNA == pytest.approx(weights, rel=1e-4)
    assert (template.producer, template.modality, template.quality.value) == ("test", Modality.FACE, 0.9)
