"""Extracts the prints of a test set once more, each with one fault done to it on purpose."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_samples import LOWEST_FILE_DPI
from benchmarks.print_degradations import degrade, draw_fault
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.resolution import to_working_resolution
from biometrics.image import ImageLimits, decode_image, to_grey

WORKING_DPI = 500.0


def extract_faulty(
    paths: Sequence[Path], seed: int, progress: ProgressLike
) -> tuple[list[bytes | None], NDArray[np.float64]]:
    """Return template bytes (None where refused) and quality (0 where refused) of each print."""
    cv2.setNumThreads(1)
    extractor = FingerprintExtractor.open()
    payloads: list[bytes | None] = []
    quality: list[float] = []
    for place, path in enumerate(progress.track(paths, len(paths), "extracting with faults")):
        image = decode_image(path.read_bytes(), ImageLimits())
        stated = image.dpi if image.dpi and image.dpi >= LOWEST_FILE_DPI else WORKING_DPI
        grey = to_working_resolution(to_grey(image.pixels), stated, PARAMETERS.resolution)
        kind, strength, random = draw_fault(place, seed)
        damaged = replace(image, pixels=degrade(grey, kind, strength, random), dpi=WORKING_DPI)
        try:
            template = extractor.extract(damaged, dpi=WORKING_DPI).template
        except SampleRejected:
            payloads.append(None)
            quality.append(0.0)
        else:
            payloads.append(template.payload)
            quality.append(template.quality.value)
    return payloads, np.array(quality)
