"""The prints of a fingerprint test set as templates: read, extracted by several processes, failures kept."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.grey_prints import LOWEST_FILE_DPI
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.image import ImageLimits, decode_image
from datasets.protocols.fvc import FvcDatabase, read_databases
from datasets.synthetic.minutiae_distractors import distractors

AT_ONCE = 500
"""Distractors made by one process at a time."""


@dataclass(frozen=True)
class Extracted:
    """One entry per image, in the order of the paths.

    Attributes:
        payloads: Template bytes, None where nothing could be extracted.
        reasons: Error code of each failure, by its place.
        quality: 0 for failures.
        cpu_s: Processor time of extraction, decoding included.
    """

    payloads: list[bytes | None]
    reasons: dict[int, str]
    quality: NDArray[np.float64]
    cpu_s: NDArray[np.float64]
    producer: str


@dataclass(frozen=True)
class PrintSet:
    """All prints of some databases in one list.

    Attributes:
        database: Number of each print's database.
        finger: Number of each print's finger, distinct over all databases.
        first: Whether the print is its finger's first impression.
    """

    names: list[str]
    paths: list[Path]
    database: NDArray[np.int64]
    finger: NDArray[np.int64]
    first: NDArray[np.bool_]


def read_prints(directory: Path) -> PrintSet:
    """Return the prints of a folder of FVC-style databases.

    Raises:
        DatasetUnreadable: the folder holds no images named <finger>_<impression>.
    """
    databases = read_databases(directory)
    paths = [print_.path for each in databases for print_ in each.prints]
    keys = [(k, print_.finger) for k, each in enumerate(databases) for print_ in each.prints]
    fingers: dict[tuple[int, int], int] = {}
    finger = np.array([fingers.setdefault(key, len(fingers)) for key in keys])
    first = np.zeros(len(paths), np.bool_)
    first[np.unique(finger, return_index=True)[1]] = True
    return PrintSet(_names(databases), paths, np.array([key[0] for key in keys]), finger, first)


def first_impressions(prints: PrintSet, number: int) -> PrintSet:
    """Return the first so many impressions of every finger."""
    order = np.array([(prints.finger[:row] == finger).sum() for row, finger in enumerate(prints.finger)])
    kept = np.flatnonzero(order < number)
    return PrintSet(
        prints.names,
        [prints.paths[row] for row in kept],
        prints.database[kept],
        prints.finger[kept],
        prints.first[kept],
    )


def _names(databases: Sequence[FvcDatabase]) -> list[str]:
    return [each.name for each in databases]


def extract_all(
    paths: Sequence[Path], dpi: float | None, progress: ProgressLike, processes: int | None = None
) -> Extracted:
    """Extract every print; ``dpi`` is for images whose file states none."""
    processes = processes or len(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
    with ProcessPoolExecutor(processes, context, _open_extractor, (dpi,)) as pool:
        results = list(progress.track(pool.map(_extract, paths, chunksize=4), len(paths), "extracting"))
    return Extracted(
        payloads=[result.payload for result in results],
        reasons={place: result.reason for place, result in enumerate(results) if result.payload is None},
        quality=np.array([result.quality for result in results]),
        cpu_s=np.array([result.cpu_s for result in results]),
        producer=results[0].producer if results else "",
    )


def invent_all(
    payloads: Sequence[bytes],
    count: int,
    seed: int,
    progress: ProgressLike,
    processes: int | None = None,
    first: int = 0,
) -> list[bytes]:
    """Return templates of fingers that do not exist, made from those of real ones by several processes.

    Args:
        first: Number of the first: so a long sequence is made piece by piece.
    """
    processes = processes or len(os.sched_getaffinity(0))
    end = first + count
    parts = [(begin, min(AT_ONCE, end - begin), seed) for begin in range(first, end, AT_ONCE)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _open_sources, (list(payloads),)) as pool:
        made = progress.track(pool.map(_invent, parts), len(parts), "inventing fingers")
        return [payload for part in made for payload in part]


@dataclass(frozen=True)
class _Result:
    payload: bytes | None
    producer: str
    cpu_s: float
    quality: float = 0.0
    reason: str = ""


_extractor: FingerprintExtractor | None = None
_dpi: float | None = None
"""The process's own extractor and resolution, set once by ``_open_extractor``."""


def _open_extractor(dpi: float | None) -> None:
    global _extractor, _dpi
    _extractor, _dpi = FingerprintExtractor.open(), dpi


_sources: list[FingerprintTemplate] = []
"""The process's own sources of distractors, set once by ``_open_sources``."""


def _open_sources(payloads: list[bytes]) -> None:
    _sources[:] = [FingerprintTemplate.from_bytes(payload) for payload in payloads]


def _invent(part: tuple[int, int, int]) -> list[bytes]:
    begin, count, seed = part
    return [made.to_bytes() for made in distractors(_sources, count, seed, begin=begin)]


def _extract(path: Path) -> _Result:
    assert _extractor is not None
    start = os.times().user
    try:
        image = decode_image(path.read_bytes(), ImageLimits())
        stated = _dpi if image.dpi is None or image.dpi < LOWEST_FILE_DPI else None
        template = _extractor.extract(image, dpi=stated).template
    except SampleRejected as problem:
        return _Result(None, _extractor.producer, os.times().user - start, reason=problem.code)
    cpu_s = os.times().user - start
    return _Result(template.payload, template.producer, cpu_s, template.quality.value)
