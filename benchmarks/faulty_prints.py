"""Extracts the prints of a test set once more, each with one fault done to it on purpose."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.grey_prints import WORKING_DPI, grey_at_500_dpi
from benchmarks.print_degradations import degrade, draw_fault
from benchmarks.progress import ProgressLike
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor
from biometrics.image import DecodedImage


def extract_faulty(
    paths: Sequence[Path], dpi: float | None, seed: int, progress: ProgressLike
) -> tuple[list[bytes | None], NDArray[np.float64]]:
    """Return template bytes (None where refused) and quality (0 where refused) of each print.

    Args:
        dpi: Resolution of images whose file states none.
    """
    cv2.setNumThreads(1)
    extractor = FingerprintExtractor.open()
    payloads: list[bytes | None] = []
    quality: list[float] = []
    for place, path in enumerate(progress.track(paths, len(paths), "extracting with faults")):
        grey = grey_at_500_dpi(path, dpi)
        kind, strength, random = draw_fault(place, seed)
        damaged = DecodedImage(degrade(grey, kind, strength, random), WORKING_DPI, "PNG")
        try:
            template = extractor.extract(damaged).template
        except SampleRejected:
            payloads.append(None)
            quality.append(0.0)
        else:
            payloads.append(template.payload)
            quality.append(template.quality.value)
    return payloads, np.array(quality)
