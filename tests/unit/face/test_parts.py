"""The steps around the networks: turning pictures, looking again, light, and what all faces share."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from biometrics.face.aligner import share_inside
from biometrics.face.detected import DetectedFace
from biometrics.face.lighting import lit
from biometrics.face.orientation import find_any_way_up
from biometrics.face.parameters import FACE
from biometrics.face.population import Population, population_of
from biometrics.face.quality import from_quarter_turn
from biometrics.face.refinement import MIRRORED, refine
from biometrics.image import Pixels
from models.errors import ManifestInvalid
from models.registry import model

TEMPLATE = np.array(FACE.alignment.points, dtype=np.float32)
MARKS = [(0, 0, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255), (255, 0, 255)]
"""A colour for each point of a painted face."""


def _painted(points: np.ndarray, side: int, radius: int = 4) -> Pixels:
    picture = np.full((side, side, 3), 90, np.uint8)
    for (x, y), colour in zip(points, MARKS, strict=True):
        cv2.circle(picture, (round(float(x)), round(float(y))), radius, colour, -1)
    return picture


def _find_marks(bgr: Pixels) -> list[DetectedFace]:
    """Stand for the network: find the painted points, and be surer the more upright they stand."""
    points = []
    for colour in MARKS:
        apart = cv2.transform(cv2.absdiff(bgr, np.full_like(bgr, colour)), np.ones((1, 3)))  # 255 at most
        near = np.argwhere(apart < 160)
        if not len(near):
            return []
        points.append(near.mean(axis=0)[::-1])
    found = np.array(points, dtype=np.float32)
    across = found[1] - found[0]
    low, high = found.min(axis=0), found.max(axis=0)
    upright = float(across[0] / np.linalg.norm(across))
    box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return [DetectedFace(box, found, max(0.0, 0.95 * upright))]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 45, 130, 300])
def test_a_painted_face_is_found_in_place_whichever_way_up(degrees: float) -> None:
    around = cv2.getRotationMatrix2D((100, 100), degrees, 1.0)
    points = (TEMPLATE + 44) @ around[:, :2].T + around[:, 2]
    picture = _painted(points, 200)
    (face,) = find_any_way_up(picture, _find_marks, FACE.orientation)
    np.testing.assert_allclose(face.landmarks, points, atol=2.0)
    assert face.confidence >= FACE.orientation.least


def test_a_large_picture_on_its_side_keeps_its_coordinates() -> None:
    points = (TEMPLATE * 8) @ np.array([[0, 1], [-1, 0]]) + [1100, 60]
    (face,) = find_any_way_up(_painted(points, 1200, 30), _find_marks, FACE.orientation)
    np.testing.assert_allclose(face.landmarks, points, atol=5)
    assert face.box[3] > 0.5 * (points[:, 1].max() - points[:, 1].min())


def test_nothing_found_any_way_up_is_nothing() -> None:
    assert find_any_way_up(np.zeros((50, 80, 3), np.uint8), lambda _: [], FACE.orientation) == []


def test_a_second_look_mends_points_that_are_off() -> None:
    points = TEMPLATE * 1.5 + 40
    picture = _painted(points, 260)
    random = np.random.default_rng(5)
    rough = DetectedFace((40, 40, 160, 160), (points + random.normal(0, 3, (5, 2))).astype(np.float32), 0.7)
    often = replace(FACE.refinement, eye_distances_px=(28.0, 36.0, 45.0))
    refined = refine(picture, rough, _find_marks, FACE.alignment, often)
    assert np.abs(refined.landmarks - points).mean() < 0.5 * np.abs(rough.landmarks - points).mean()
    assert refined.confidence > rough.confidence


def test_a_second_look_that_sees_nothing_changes_nothing() -> None:
    face = DetectedFace((40, 40, 160, 160), TEMPLATE * 1.5 + 40, 0.8)
    refined = refine(np.zeros((260, 260, 3), np.uint8), face, _find_marks, FACE.alignment, FACE.refinement)
    np.testing.assert_array_equal(refined.landmarks, face.landmarks)


def test_mirroring_twice_is_nothing() -> None:
    assert [MIRRORED[place] for place in MIRRORED] == [0, 1, 2, 3, 4]


def test_how_much_of_a_face_is_inside() -> None:
    picture = np.zeros((112, 112, 3), np.uint8)
    assert share_inside(picture, TEMPLATE, FACE.alignment) == 1.0
    assert share_inside(picture, np.add(TEMPLATE, (56, 0)), FACE.alignment) == pytest.approx(0.5, abs=0.1)
    assert share_inside(picture, np.add(TEMPLATE, (500, 0)), FACE.alignment) == 0.0


def test_only_dark_and_flat_faces_are_stretched() -> None:
    bright = np.random.default_rng(0).integers(30, 220, (112, 112, 3), dtype=np.uint8)
    assert lit(bright, FACE.lighting) is bright
    dark = (bright * 0.15).astype(np.uint8)
    stretched = lit(dark, FACE.lighting)
    assert stretched.std() > 4 * dark.std()
    assert np.corrcoef(stretched.ravel(), bright.ravel())[0, 1] > 0.95
    black = np.zeros((112, 112, 3), np.uint8)
    assert np.ptp(lit(black, FACE.lighting)) == 0


@pytest.mark.parametrize(
    ("roll", "off"), [(0.0, 0.0), (1.5708, 0.0), (-1.5708, 0.0), (3.1416, 0.0), (0.3, 0.3)]
)
def test_a_quarter_turn_is_no_tilt(roll: float, off: float) -> None:
    assert from_quarter_turn(roll) == pytest.approx(off, abs=1e-3)


def test_a_population_is_written_and_read() -> None:
    mean = np.array([0.1, -0.2, 0.3], np.float32)
    population = Population("own-1-00000000", "three people", mean, (5.0, 10.0))
    again = Population.from_json(population.to_json())
    assert (again.embedder, again.lengths, again.digest) == ("own-1-00000000", (5.0, 10.0), population.digest)
    np.testing.assert_allclose(again.mean, mean)
    assert replace(population, mean=mean + 0.01).digest != population.digest


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "no",
        '{"embedder": "a", "source": "b", "lengths": [2, 1], "mean": [0.1]}',
        '{"embedder": "a", "source": "b", "lengths": [1, 2], "mean": [[0.1]]}',
    ],
)
def test_a_damaged_population_is_named(text: str) -> None:
    with pytest.raises(ManifestInvalid, match="measure it anew"):
        Population.from_json(text)


def test_the_population_of_the_shipped_embedder_is_found_and_an_operators_own(tmp_path: Path) -> None:
    shipped = population_of(model("sface", tmp_path).producer, tmp_path)
    assert shipped is not None
    assert shipped.mean.shape == (128,)
    assert 0.1 < float(np.linalg.norm(shipped.mean)) < 0.6
    assert population_of("own-1-00000000", tmp_path) is None
    (tmp_path / "populations").mkdir()
    own = Population("own-1-00000000", "own", np.zeros(4, np.float32), (1.0, 2.0))
    (tmp_path / "populations" / "own.json").write_text(own.to_json())
    found = population_of("own-1-00000000", tmp_path)
    assert found is not None
    assert found.lengths == (1.0, 2.0)
