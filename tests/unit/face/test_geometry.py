"""Alignment, decoding of the detector's output, removal of doubles: plain arithmetic, no network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.face.aligner import align, similarity
from biometrics.face.detected import DetectedFace
from biometrics.face.detector import decode_level, letterbox, without_doubles
from biometrics.face.parameters import FACE
from biometrics.face.quality import judge, turn

TEMPLATE = np.array(FACE.alignment.points)


@given(
    angle=st.floats(-3.1, 3.1),
    scale=st.floats(0.05, 20),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_the_similarity_that_was_applied_is_found(
    angle: float, scale: float, shift: tuple[float, float]
) -> None:
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = TEMPLATE @ rotation.T * scale + shift
    matrix = similarity(moved, TEMPLATE)
    np.testing.assert_allclose(moved @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=1e-3)


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    matrix = similarity(TEMPLATE * [-1, 1], TEMPLATE)
    assert np.linalg.det(matrix[:, :2]) > 0


def test_a_face_already_in_place_stays() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (112, 112, 3), dtype=np.uint8)
    aligned = align(pixels, TEMPLATE.astype(np.float32), FACE.alignment)
    assert np.abs(aligned.astype(int) - pixels).max() <= 1
    assert align(pixels[:, :, 0], TEMPLATE.astype(np.float32), FACE.alignment).shape == (112, 112, 3)


def test_letterbox_pads_and_never_stretches() -> None:
    blob = letterbox(np.full((33, 64, 3), 200, dtype=np.uint8))
    assert blob.shape == (1, 3, 64, 64)
    assert (blob[0, :, :33] == 200).all()
    assert (blob[0, :, 33:] == 0).all()


def test_a_cell_is_decoded_to_input_pixels() -> None:
    cls, obj = np.zeros((1, 12, 1)), np.zeros((1, 12, 1))
    bbox, kps = np.zeros((1, 12, 4)), np.zeros((1, 12, 10))
    cls[0, 6], obj[0, 6] = 0.81, 1.0  # column 2, row 1 of four columns
    bbox[0, 6] = [0.5, 0.25, np.log(4), np.log(6)]
    kps[0, 6] = np.tile([0.1, 0.2], 5)
    row = decode_level([cls, obj, bbox, kps], 8, 4)[6]
    np.testing.assert_allclose(row[:4], [20 - 16, 10 - 24, 32, 48])
    np.testing.assert_allclose(row[4:6], [16.8, 9.6])
    assert row[14] == pytest.approx(0.9)


def test_of_overlapping_boxes_the_best_stays() -> None:
    boxes = np.zeros((4, 15), dtype=np.float32)
    boxes[:, :4] = [[0, 0, 10, 10], [1, 1, 10, 10], [30, 0, 10, 10], [0, 0, 4, 4]]
    assert without_doubles(boxes, 0.3)[:, 0].tolist() == [0, 30, 0]
    assert without_doubles(boxes[:0], 0.3).shape == (0, 15)


def _face(points: np.ndarray) -> DetectedFace:
    return DetectedFace((0, 0, 112, 112), points.astype(np.float32), 0.95)


def test_turn_of_a_straight_face_is_nothing() -> None:
    yaw, pitch, roll = turn(_face(TEMPLATE))
    assert abs(yaw) < 0.1
    assert abs(pitch) < 0.1
    assert abs(roll) < 0.02


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: np.add(p, [[0, 0], [0, 0], [25, 0], [0, 0], [0, 0]]), "turned_sideways"),
        (lambda p: np.add(p, [[0, 0], [0, 0], [0, -14], [0, 0], [0, 0]]), "tilted_up_or_down"),
        (lambda p: p @ np.array([[0.6, 0.8], [-0.8, 0.6]]), "head_tilted"),
        (lambda p: p * 0.5, "face_small"),
    ],
)
def test_a_badly_held_head_is_named(change: object, code: str) -> None:
    grey = np.random.default_rng(0).integers(60, 200, (112, 112, 3), dtype=np.uint8)
    assert callable(change)
    quality = judge(_face(change(TEMPLATE * 1.2)), grey, FACE.quality)
    straight = judge(_face(TEMPLATE * 1.2), grey, FACE.quality)
    assert code in [reason.code for reason in quality.reasons]
    assert code not in [reason.code for reason in straight.reasons]
    assert quality.value < straight.value


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (np.full((112, 112, 3), 128, dtype=np.uint8), "blurred"),
        (np.random.default_rng(0).integers(0, 12, (112, 112, 3), dtype=np.uint8), "too_dark"),
        (np.random.default_rng(0).integers(243, 256, (112, 112, 3), dtype=np.uint8), "too_bright"),
        (np.full((112, 112, 3), 128, dtype=np.uint8), "low_contrast"),
    ],
)
def test_bad_light_and_focus_are_named(pixels: np.ndarray, code: str) -> None:
    quality = judge(_face(TEMPLATE * 1.2), pixels, FACE.quality)
    reasons = {reason.code: reason for reason in quality.reasons}
    assert code in reasons
    assert reasons[code].advice
    assert quality.value < 0.7


def test_a_dark_face_that_the_network_reads_is_useful_and_told_all_the_same() -> None:
    noise = np.random.default_rng(0)
    dark, lit = (noise.integers(0, top, (112, 112, 3), dtype=np.uint8) for top in (24, 200))
    straight = _face(TEMPLATE * 1.2)
    quality = judge(straight, dark, FACE.quality, clarity=(12.0, 8.0, 11.5))
    assert quality.value > 0.8
    assert "too_dark" in [reason.code for reason in quality.reasons]
    values = [
        judge(straight, lit, FACE.quality, clarity=(length, 8.0, 11.5)).value for length in (5, 7, 9, 11)
    ]
    assert values == sorted(values)
    assert values[0] < 0.1


def test_causes_are_named_before_their_effect() -> None:
    flat = np.full((112, 112, 3), 128, dtype=np.uint8)
    quality = judge(_face(TEMPLATE * 0.6), flat, FACE.quality, clarity=(6.0, 8.0, 11.5))
    codes = [reason.code for reason in quality.reasons]
    assert codes[-1] == "hard_to_read"
    assert {"blurred", "low_contrast", "face_small"} < set(codes)
