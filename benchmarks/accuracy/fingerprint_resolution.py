"""How coarse may a print be and still find its mate? Shrunk prints and negatives against full ones."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_samples import read_prints
from benchmarks.grey_prints import grey_at_500_dpi
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from biometrics.errors import SampleRejected
from biometrics.fingerprint.extractor import FingerprintExtractor, producer_name
from biometrics.fingerprint.network import MinutiaeNetwork
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.image import DecodedImage
from matcher.fingerprint.comparison import compare
from models.registry import model

Grey = NDArray[np.uint8]

RESOLUTIONS = (500, 250, 200, 150, 125, 100)
NO_STRANGER = 5.0
"""Far above what any two fingers of FVC2002 reach (highest_impostor of calibration/fingerprint)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Compare each finger's first impression with its second: shrunk, and as a negative."""
    prints = read_prints(arguments.data)
    firsts = np.flatnonzero(prints.first)
    extractor, shrunk = FingerprintExtractor.open(), _without_lower_limit()
    forms = [*(f"{dpi}_dpi" for dpi in RESOLUTIONS), "negative"]
    scores: dict[str, list[float]] = {form: [] for form in forms}
    turned = 0
    for row in progress.track(firsts.tolist(), len(firsts), "comparing"):
        first = grey_at_500_dpi(prints.paths[row], arguments.dpi)
        reference = extractor.extract(DecodedImage(first, 500.0, "PNG"))
        probe = grey_at_500_dpi(prints.paths[row + 1], arguments.dpi)
        for dpi in RESOLUTIONS:
            small = cv2.resize(probe, None, fx=dpi / 500, fy=dpi / 500, interpolation=cv2.INTER_AREA)
            payload = _extracted(shrunk, np.asarray(small, np.uint8), float(dpi))[0]
            scores[f"{dpi}_dpi"].append(_score(reference.template.payload, payload))
        payload, inverted = _extracted(extractor, 255 - probe, 500.0)
        scores["negative"].append(_score(reference.template.payload, payload))
        turned += inverted
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "first impression of each finger at 500 dpi with the second, reduced by averaging to the given"
            " resolution and extracted without the lower limit on it; missed: share of what was extracted"
            f" that scores below {NO_STRANGER:g}, which no two fingers reach; negative: 255 minus the second"
        ),
        "models_used": ["leader"],
        "producer": extractor.producer,
        "counts": {"fingers": len(firsts)},
        "metrics": {form: _summary(values) for form, values in scores.items()}
        | {"negatives_recognised": turned / len(firsts)},
    }


def _summary(scores: list[float]) -> dict[str, float]:
    extracted = np.array([score for score in scores if np.isfinite(score)])
    return {
        "refused": 1 - len(extracted) / len(scores),
        "missed": float((extracted < NO_STRANGER).mean()),
        "median_score": round(float(np.median(extracted)), 2),
    }


def _without_lower_limit() -> FingerprintExtractor:
    entry = model("leader")
    parameters = replace(PARAMETERS, resolution=replace(PARAMETERS.resolution, lowest_dpi=50.0))
    return FingerprintExtractor(MinutiaeNetwork(entry, PARAMETERS.minutiae), producer_name(entry), parameters)


def _extracted(extractor: FingerprintExtractor, pixels: Grey, dpi: float) -> tuple[bytes | None, bool]:
    try:
        found = extractor.extract(DecodedImage(pixels, dpi, "PNG"), dpi=dpi)
    except SampleRejected:
        return None, False
    return found.template.payload, found.inverted


def _score(reference: bytes, payload: bytes | None) -> float:
    return -np.inf if payload is None else compare(reference, payload).score
