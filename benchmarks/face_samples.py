"""The photographs of a face test set as embeddings: read, extracted by several processes, failures kept."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.face.detected import DetectedFace
from biometrics.face.extractor import FaceExtractor
from biometrics.face.parameters import FACE, FaceParameters
from biometrics.image import DecodedImage, ImageLimits, decode_image
from datasets.errors import DatasetUnreadable
from datasets.protocols.folder_per_person import read_people
from datasets.protocols.meds import read_mugshots

COMPARABLE_WIDTH = 0.4
"""Faces narrower than this share of the widest are background."""


@dataclass(frozen=True)
class LabelledPhotograph:
    """A photograph and whose it is; photographs of one person stand together, the gallery's first."""

    person: str
    path: Path
    encounter: int = 0


@dataclass(frozen=True)
class Embedded:
    """One row per photograph; a failed extraction is a row of NaN.

    Attributes:
        vectors: n x dimension, unit length.
        lengths: How long the network made each vector.
        reasons: Why each failed one failed, by its place.
    """

    vectors: NDArray[np.float32]
    lengths: NDArray[np.float64]
    quality: NDArray[np.float64]
    producer: str
    reasons: dict[int, str]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which rows hold an embedding."""
        return ~np.isnan(self.vectors[:, 0])


def read_photographs(directory: Path) -> list[LabelledPhotograph]:
    """Return the photographs of a MEDS folder (S<subject>-<encounter>-t10_<n>) or a folder-per-person tree.

    Raises:
        DatasetUnreadable: the folder has neither layout.
    """
    try:
        shots = read_mugshots(directory)
    except DatasetUnreadable:
        people = read_people(directory)
        return [
            LabelledPhotograph(person.name, path, number)
            for person in people
            for number, path in enumerate(person.images)
        ]
    return [LabelledPhotograph(shot.subject, shot.path, shot.encounter) for shot in shots]


def embed_all(
    paths: Sequence[Path],
    embedder: str,
    progress: ProgressLike,
    processes: int | None = None,
    parameters: FaceParameters = FACE,
) -> Embedded:
    """Extract every photograph; of several faces the one the photograph is about is taken."""
    made = _results(paths, embedder, processes, parameters)
    results = list(progress.track(made, len(paths), "extracting"))
    producer = next((result.producer for result in results if result.vector is not None), "")
    dimension = next((len(result.vector) for result in results if result.vector is not None), 1)
    blank = np.full(dimension, np.nan, dtype=np.float32)
    return Embedded(
        vectors=np.stack([blank if result.vector is None else result.vector for result in results]),
        lengths=np.array([result.length for result in results]),
        quality=np.array([result.quality for result in results]),
        producer=producer,
        reasons={place: result.reason for place, result in enumerate(results) if result.vector is None},
    )


@dataclass(frozen=True)
class _Result:
    vector: NDArray[np.float32] | None
    quality: float
    producer: str
    reason: str = ""
    length: float = 0.0


def _results(
    paths: Sequence[Path], embedder: str, processes: int | None, parameters: FaceParameters
) -> Iterator[_Result]:
    processes = processes or len(os.sched_getaffinity(0))
    if processes == 1:
        _open_extractor(embedder, parameters)
        yield from map(_embed, paths)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
    with ProcessPoolExecutor(processes, context, _open_extractor, (embedder, parameters)) as pool:
        yield from pool.map(_embed, paths, chunksize=8)


_extractor: FaceExtractor | None = None
"""The process's own extractor, opened once by ``_open_extractor``."""


def _open_extractor(embedder: str, parameters: FaceParameters) -> None:
    global _extractor
    _extractor = FaceExtractor.open(embedder=embedder, parameters=parameters)


def _embed(path: Path) -> _Result:
    assert _extractor is not None
    try:
        image = decode_image(path.read_bytes(), ImageLimits())
        faces = _extractor.find(image)
        if not faces:
            return _Result(None, 0.0, _extractor.producer, "no_face_found")
        extraction = _extractor.extract_face(image, the_subject(faces, image))
    except FileNotFoundError:
        return _Result(None, 0.0, _extractor.producer, "file_missing")
    except SampleRejected as problem:
        return _Result(None, 0.0, _extractor.producer, problem.code)
    template = extraction.template
    vector = np.frombuffer(template.payload, dtype="<f4")
    return _Result(vector, template.quality.value, template.producer, length=extraction.length)


def the_subject(faces: Sequence[DetectedFace], image: DecodedImage) -> DetectedFace:
    """Return the face a test photograph is about: of those that are not background the most central."""
    height, width = image.pixels.shape[:2]
    widest = max(face.box[2] for face in faces)

    def off_centre(face: DetectedFace) -> float:
        x, y, box_width, box_height = face.box
        return float(np.hypot(x + (box_width - width) / 2, y + (box_height - height) / 2))

    return min((face for face in faces if face.box[2] >= COMPARABLE_WIDTH * widest), key=off_centre)
