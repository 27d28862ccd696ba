"""Prints with what two quality measures say of them: ours, NFIQ 2's, and the measures ours is made of."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.grey_prints import grey_at_500_dpi
from benchmarks.print_degradations import degrade, draw_fault
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.presence import find_print
from biometrics.fingerprint.quality import Measures, measure
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.image import DecodedImage

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Judged:
    """One print.

    Attributes:
        payload: Template bytes, None where the extractor refused the print.
        value: Our quality, 0 where refused.
        reasons: Codes of what lowered it, worst first.
        nfiq2: 0 to 100, None where NFIQ 2 gives no value.
        kind: The fault done to the print, empty if none.
        strength: How much of it.
    """

    payload: bytes | None
    value: float
    reasons: tuple[str, ...]
    measures: Measures | None
    nfiq2: int | None
    kind: str
    strength: float
    producer: str


def judge_all(
    paths: Sequence[Path], seed: int, progress: ProgressLike, processes: int | None = None
) -> list[Judged]:
    """Return all prints as they are, then all once more with one fault each."""
    jobs: list[tuple[Path, int | None]] = [(path, None) for path in paths]
    jobs += [(path, place) for place, path in enumerate(paths)]
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
    workers = processes or len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers, context, _open, (seed,)) as pool:
        return list(progress.track(pool.map(_judge, jobs, chunksize=4), len(jobs), "judging"))


_extractor: FingerprintExtractor | None = None
_nfiq2: Any = None
_seed = 0
"""The process's own tools, opened once."""


def _open(seed: int) -> None:
    global _extractor, _nfiq2, _seed
    import nbis

    cv2.setNumThreads(1)
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=500.0
    )
    _extractor, _nfiq2, _seed = FingerprintExtractor.open(), nbis.new_nbis_extractor(settings), seed


def _judge(job: tuple[Path, int | None]) -> Judged:
    assert _extractor is not None
    path, place = job
    # resampled before any fault is done, so that both quality measures see the same pixels
    grey, kind, strength = grey_at_500_dpi(path), "", 0.0
    if place is not None:
        kind, strength, random = draw_fault(place, _seed)
        grey = degrade(grey, kind, strength, random)
    nfiq2 = _nfiq2_of(grey)
    try:
        found = _extractor.extract(DecodedImage(grey, PARAMETERS.resolution.working_dpi, "PNG"))
    except SampleRejected:
        return Judged(None, 0.0, (), None, nfiq2, kind, strength, _extractor.producer)
    quality = found.template.quality
    codes = tuple(reason.code for reason in quality.reasons)
    payload = found.template.payload
    return Judged(
        payload, quality.value, codes, _measures(grey, found), nfiq2, kind, strength, _extractor.producer
    )


def _measures(grey: Grey, found: FingerprintExtraction) -> Measures:
    """What the extractor measured: it keeps the verdict only."""
    box = find_print(grey, PARAMETERS)
    crop = np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right])
    return measure(measure_ridges(crop, PARAMETERS.ridges), found.minutiae, PARAMETERS.quality)


def _nfiq2_of(grey: Grey) -> int | None:
    import nbis

    encoded = cv2.imencode(".png", grey)[1].tobytes()
    try:
        return int(_nfiq2.extract_minutiae(encoded).quality().score)
    except nbis.NbisError:
        return None
