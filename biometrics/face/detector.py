"""Finds faces with YuNet: letterboxes the picture, runs the network, decodes boxes and points, drops doubles.

Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023. Decoding as in OpenCV's
FaceDetectorYN, whose results this reproduces.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.detected import DetectedFace
from biometrics.face.parameters import DetectionParameters
from biometrics.image import Pixels, to_bgr
from models.face_graphs import with_any_size
from models.registry import ModelEntry
from models.session import open_session

STRIDES = (8, 16, 32)
Floats = NDArray[np.float32]


class FaceDetector:
    """YuNet, loaded."""

    def __init__(
        self, entry: ModelEntry, parameters: DetectionParameters, directory: Path | None = None
    ) -> None:
        self._session = open_session(entry, with_any_size, directory)
        self._input = self._session.get_inputs()[0].name
        self._outputs = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox", "kps")]
        self._parameters = parameters

    def find(self, pixels: Pixels) -> list[DetectedFace]:
        """Return the faces of a picture, largest first."""
        bgr = to_bgr(pixels)
        tried: set[float] = set()
        for side in self._sides(max(bgr.shape[:2])):
            factor = min(1.0, side / max(bgr.shape[:2]))
            if factor in tried:
                continue
            tried.add(factor)
            faces = self._find_at(bgr, factor)
            if faces:
                return sorted(faces, key=lambda face: -face.area)
        return []

    def _sides(self, longest: int) -> list[int]:
        parameters = self._parameters
        quick = max(parameters.quick_side, -(-round(longest * parameters.quick_factor) // 32) * 32)
        return [min(quick, parameters.longest_sides[0]), *parameters.longest_sides]

    def look(self, bgr: Pixels) -> list[DetectedFace]:
        """Return what one pass over the picture at its own size finds, surest first."""
        return [_face(row) for row in self._decode(letterbox(bgr))]

    def _find_at(self, bgr: Pixels, factor: float) -> list[DetectedFace]:
        height, width = bgr.shape[:2]
        shrunk_width, shrunk_height = max(1, round(width * factor)), max(1, round(height * factor))
        shrunk = bgr
        if factor < 1:
            shrunk = np.asarray(cv2.resize(bgr, (shrunk_width, shrunk_height), interpolation=cv2.INTER_AREA))
        rows = self._decode(letterbox(shrunk))
        # back to the decoded image; the two sides may have been rounded differently
        stretch = np.array([width / shrunk_width, height / shrunk_height], dtype=np.float32)
        rows[:, :14] *= np.tile(stretch, 7)
        return [_face(row) for row in rows]

    def _decode(self, blob: Floats) -> Floats:
        """Return rows of x, y, w, h, ten landmark coordinates, confidence; best first, no doubles."""
        results = self._session.run(self._outputs, {self._input: blob})
        columns = blob.shape[3]
        least = self._parameters.confidence
        levels = [
            decode_level(results[4 * place : 4 * place + 4], stride, columns // stride, least)
            for place, stride in enumerate(STRIDES)
        ]
        rows = np.concatenate(levels)
        rows = rows[np.argsort(-rows[:, 14], kind="stable")][: self._parameters.most_before_overlap]
        return without_doubles(rows, self._parameters.overlap)


def letterbox(bgr: Pixels) -> Floats:
    """Return the network's input: padded below and on the right to multiples of 32, never stretched."""
    height, width = bgr.shape[:2]
    full = np.zeros((1, 3, -(-height // 32) * 32, -(-width // 32) * 32), dtype=np.float32)
    for colour, plane in enumerate(cv2.split(bgr)):
        full[0, colour, :height, :width] = plane
    return full


def decode_level(outputs: Sequence[Floats], stride: int, columns: int, least: float = 0.0) -> Floats:
    """Turn one level's raw outputs (cls, obj, bbox, kps; 1 x cells x n) into rows of 15, in input pixels.

    Args:
        least: Cells below this confidence are left out.
    """
    cls, obj, bbox, kps = (each[0] for each in outputs)
    squared = cls[:, 0] * obj[:, 0]
    cells = np.flatnonzero(squared >= least * least)
    if not len(cells):
        return np.empty((0, 15), np.float32)
    rows = np.empty((len(cells), 15), np.float32)
    origin = np.empty((len(cells), 2), np.float32)
    origin[:, 1], origin[:, 0] = np.divmod(cells, columns)
    boxes, size = bbox[cells], rows[:, 2:4]
    np.exp(boxes[:, 2:], out=size)
    size *= stride
    rows[:, :2] = (origin + boxes[:, :2]) * stride - size / 2
    rows[:, 4:14] = ((kps[cells].reshape(-1, 5, 2) + origin[:, None]) * stride).reshape(-1, 10)
    np.sqrt(np.minimum(squared[cells], 1), out=rows[:, 14])
    return rows


def without_doubles(rows: Floats, overlap: float) -> Floats:
    """Drop each row whose box overlaps a better one by more than ``overlap`` (rows come best first)."""
    left, top, width, height = rows[:, :4].T
    edges = np.stack([left, top, left + width, top + height, width * height])
    places = np.arange(len(rows))
    kept: list[int] = []
    while len(places):
        kept.append(int(places[0]))
        apart = _intersection_over_union(edges[:, :1], edges[:, 1:]) <= overlap
        places, edges = places[1:][apart], edges[:, 1:][:, apart]
    return rows[kept]


def _intersection_over_union(box: Floats, others: Floats) -> Floats:
    """Compare one box with others: five rows of left, top, right, bottom and area."""
    across = np.minimum(box[2], others[2]) - np.maximum(box[0], others[0])
    down = np.minimum(box[3], others[3]) - np.maximum(box[1], others[1])
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    return np.asarray(shared / np.maximum(box[4] + others[4] - shared, 1e-6), dtype=np.float32)


def _face(row: Floats) -> DetectedFace:
    x, y, width, height = (float(value) for value in row[:4])
    return DetectedFace((x, y, width, height), row[4:14].reshape(5, 2).copy(), float(row[14]))
