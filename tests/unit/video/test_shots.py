"""The best views of a face are kept, spread over its time, few however long it is."""

from dataclasses import replace

import numpy as np
import pytest

from biometrics.face.detected import DetectedFace
from biometrics.image import ImageLimits, decode_image
from biometrics.quality import Quality
from biometrics.video.parameters import VIDEO
from biometrics.video.shots import BestShots

FRAME = np.full((240, 320, 3), 128, dtype=np.uint8)
FACE = DetectedFace((100.0, 60.0, 60.0, 80.0), np.zeros((5, 2), dtype=np.float32), 0.9)


def shots_of(qualities: list[float], step_ms: int = 250) -> list[tuple[int, float]]:
    shots = BestShots(VIDEO.shots)
    for number, quality in enumerate(qualities):
        shots.offer(number * step_ms, Quality(quality), FRAME, FACE)
    return [(shot.time_ms, shot.quality.value) for shot in shots.best_first]


def test_of_views_close_in_time_only_the_better_is_kept() -> None:
    assert shots_of([0.3, 0.5, 0.4]) == [(250, 0.5)]


def test_a_face_that_grows_ever_clearer_keeps_earlier_views_too() -> None:
    times = sorted(time_ms for time_ms, _ in shots_of([0.01 * number for number in range(80)]))
    assert len(times) >= VIDEO.shots.most // 2
    assert times[-1] == 79 * 250
    assert max(np.diff(times)) <= 20_000 / 2


def test_the_best_view_is_never_lost_and_the_number_is_bounded() -> None:
    chances = np.random.default_rng(3).uniform(0, 1, 2000)
    kept = shots_of([float(value) for value in chances])
    assert kept[0][1] == max(chances)
    assert len(kept) <= VIDEO.shots.most


def test_a_view_shows_the_face_with_its_surroundings_within_the_frame() -> None:
    shots = BestShots(VIDEO.shots)
    shots.offer(0, Quality(0.5), FRAME, FACE)
    pixels = decode_image(shots.best_first[0].jpeg, ImageLimits()).pixels
    assert pixels.shape == (80 + 48 + 48, 60 + 48 + 48, 3)
    assert shots.best_first[0].middle == (0.5, 0.5)


def test_a_face_at_the_edge_is_not_in_the_middle_of_its_view() -> None:
    shots = BestShots(VIDEO.shots)
    shots.offer(0, Quality(0.5), FRAME, replace(FACE, box=(0.0, 60.0, 60.0, 80.0)))
    across, down = shots.best_first[0].middle
    assert across == pytest.approx(30 / 108)
    assert down == pytest.approx(0.5)
