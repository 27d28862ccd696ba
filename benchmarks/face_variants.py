"""The vectors of one photograph by each way of making them that accuracy/face_ablation.py compares."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import the_subject
from biometrics.face.aligner import align
from biometrics.face.detected import DetectedFace
from biometrics.face.detector import FaceDetector
from biometrics.face.embedder import FaceEmbedder, unit
from biometrics.face.lighting import lit
from biometrics.face.orientation import find_any_way_up
from biometrics.face.parameters import FACE, AlignmentParameters, EmbeddingParameters
from biometrics.face.refinement import refine
from biometrics.image import DecodedImage, ImageLimits, Pixels, decode_image, to_bgr
from core.settings import settings
from models.registry import model

Vector = NDArray[np.float32]
T = TypeVar("T")

OPENCV_CONFIDENCE, OPENCV_OVERLAP, OPENCV_BOXES = 0.9, 0.3, 5000
"""Defaults of cv2.FaceDetectorYN.create."""

SCALES = {"looser": 0.94, "tighter": 1.06}
"""Aligned faces made smaller or larger about the middle: how the crop may be shifted."""

ALWAYS = replace(FACE.lighting, span_enough=np.inf)
"""Stretches every face."""


@dataclass(frozen=True)
class PhotographVectors:
    """Unit vectors by name, the length before, and the processor milliseconds of the steps."""

    vectors: dict[str, Vector]
    length: float
    cost_ms: dict[str, float]


class OpenCVPath:
    """YuNet and SFace as OpenCV runs them, one embedding per photograph, at its defaults."""

    def __init__(self) -> None:
        directory = settings().models_dir
        self._detector = cv2.FaceDetectorYN.create(
            str(directory / model("yunet").file),
            "",
            (320, 320),
            OPENCV_CONFIDENCE,
            OPENCV_OVERLAP,
            OPENCV_BOXES,
        )
        self._recogniser = cv2.FaceRecognizerSF.create(str(directory / model("sface").file), "")

    def embed(self, image: DecodedImage) -> Vector | None:
        """Return the unit vector of the face the photograph is about, None when none is found."""
        bgr = to_bgr(image.pixels)
        self._detector.setInputSize((bgr.shape[1], bgr.shape[0]))
        rows = self._detector.detect(bgr)[1]
        if rows is None:
            return None
        faces = [_face(row) for row in rows]
        chosen = faces.index(the_subject(faces, image))
        aligned = self._recogniser.alignCrop(bgr, rows[chosen])
        return unit(np.asarray(self._recogniser.feature(aligned), dtype=np.float32).ravel())


class VariantPath:
    """The product's own parts, put together in each way."""

    def __init__(self) -> None:
        self._detector = FaceDetector(model("yunet"), FACE.detection)
        bare, side_px = EmbeddingParameters(mirrored=False, centred=False), FACE.alignment.side_px
        self._embedder = FaceEmbedder(model("sface"), side_px, bare)
        self._floating = FaceEmbedder(model("sface"), side_px, replace(bare, quantised=False))
        self._opencv = OpenCVPath()
        self._cost_ms: dict[str, float] = {}

    def vectors(self, image: DecodedImage) -> PhotographVectors | None:
        """Return every variant of one photograph, None when no face is found."""
        bgr = to_bgr(image.pixels)
        plain = self._timed("opencv", lambda: self._opencv.embed(image))
        faces = self._timed("find", lambda: find_any_way_up(bgr, self._detector.find, FACE.orientation))
        if not faces:
            return None
        found = the_subject(faces, image)
        seen = self._timed("second_look", lambda: self.refined(bgr, found))
        aligned = align(bgr, seen.landmarks, FACE.alignment)
        raw = self._timed("embed", lambda: self._embedder.raw(aligned))
        made = {
            "one_look": self.embedded(bgr, found),
            "second_look": unit(raw),
            "mirrored": self.unit_of(aligned[:, ::-1]),
            "floating": unit(self._timed("embed_floating", lambda: self._floating.raw(aligned))),
            "floating_mirrored": unit(self._floating.raw(aligned[:, ::-1])),
            "stretched": self.unit_of(lit(aligned, ALWAYS)),
            "lit": self.unit_of(lit(aligned, FACE.lighting)),
            **{name: self._scaled(bgr, seen, factor) for name, factor in SCALES.items()},
        }
        if plain is not None:
            made["opencv"] = plain
        return PhotographVectors(made, float(np.linalg.norm(raw)), dict(self._cost_ms))

    def find(self, image: DecodedImage) -> DetectedFace | None:
        """Return the face the photograph is about."""
        faces = self._detector.find(image.pixels)
        return the_subject(faces, image) if faces else None

    def refined(self, bgr: Pixels, face: DetectedFace) -> DetectedFace:
        """Return the face after the second look."""
        return refine(bgr, face, self._detector.look, FACE.alignment, FACE.refinement)

    def embedded(self, bgr: Pixels, face: DetectedFace) -> Vector:
        """Return the unit vector of a face whose points are taken as they are."""
        return self.unit_of(align(bgr, face.landmarks, FACE.alignment))

    def unit_of(self, aligned: Pixels) -> Vector:
        """Return the unit vector of an aligned face."""
        return unit(self._embedder.raw(aligned))

    def _scaled(self, bgr: Pixels, face: DetectedFace, factor: float) -> Vector:
        middle = FACE.alignment.side_px / 2
        points = tuple(
            ((x - middle) * factor + middle, (y - middle) * factor + middle) for x, y in FACE.alignment.points
        )
        return self.unit_of(align(bgr, face.landmarks, AlignmentParameters(points=points)))

    def _timed(self, step: str, call: Callable[[], T]) -> T:
        start = time.process_time()
        result = call()
        self._cost_ms[step] = 1000 * (time.process_time() - start)
        return result


def all_variants(paths: Sequence[Path], processes: int | None) -> Iterator[PhotographVectors | None]:
    """Return the variants of each photograph, in order, made by several processes."""
    processes = processes or len(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _open) as pool:
        yield from pool.map(_vectors, paths, chunksize=8)


_path: VariantPath | None = None
"""The process's own networks, opened once by ``_open``."""


def _open() -> None:
    global _path
    cv2.setNumThreads(1)
    _path = VariantPath()


def _vectors(path: Path) -> PhotographVectors | None:
    assert _path is not None
    return _path.vectors(decode_image(path.read_bytes(), ImageLimits()))


def _face(row: NDArray[np.float32]) -> DetectedFace:
    x, y, width, height = (float(value) for value in row[:4])
    return DetectedFace((x, y, width, height), row[4:14].reshape(5, 2), float(row[14]))
