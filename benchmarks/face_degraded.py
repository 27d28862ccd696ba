"""How much of a face's likeness is left in dark, flat and small photographs, and what helps."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.face_samples import LabelledPhotograph
from benchmarks.face_variants import VariantPath
from benchmarks.progress import ProgressLike
from biometrics.face.aligner import align
from biometrics.face.lighting import lit
from biometrics.face.parameters import FACE
from biometrics.image import DecodedImage, ImageLimits, Pixels, decode_image, to_bgr

EVERY = 10
"""Of the people with several photographs, one in so many is measured."""

SMALL_EYES_PX = 24.0


def dark(bgr: Pixels, random: np.random.Generator) -> Pixels:
    """Return the picture at a tenth of its light, with the noise of a sensor."""
    noisy = bgr.astype(np.float32) * 0.1 + random.normal(0, 2, bgr.shape)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def flat(bgr: Pixels, random: np.random.Generator) -> Pixels:
    """Return the picture in fog: a fifth of its contrast, and noise."""
    noisy = bgr.astype(np.float32) * 0.2 + 130 + random.normal(0, 2, bgr.shape)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def degraded(photographs: list[LabelledPhotograph], progress: ProgressLike) -> dict[str, Any]:
    """Return the mean score of a degraded photograph with another of the same person, by each way."""
    path = VariantPath()
    random = np.random.default_rng(11)
    scores: dict[str, list[float]] = {}
    second = [k for k in range(1, len(photographs)) if photographs[k].encounter == 1][::EVERY]
    for place in progress.track(second, len(second), "degraded"):
        reference = _vector(path, _read(photographs[place - 1]))
        image = _read(photographs[place])
        face = path.find(image)
        if reference is None or face is None:
            continue
        bgr = to_bgr(image.pixels)
        factor = SMALL_EYES_PX / face.eye_distance_px
        small = cv2.resize(bgr, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        pictures = {"unchanged": bgr, "dark": dark(bgr, random), "flat": flat(bgr, random), "small": small}
        for name, picture in pictures.items():
            for way, score in _ways(path, np.asarray(picture), reference).items():
                scores.setdefault(f"{name}.{way}", []).append(score)
    return {key: round(float(np.mean(values)), 4) for key, values in scores.items()} | {"people": len(second)}


def _ways(path: VariantPath, bgr: Pixels, reference: NDArray[np.float32]) -> dict[str, float]:
    """Return scores with one look, with the second look, and with better light; 0 when none is found."""
    face = path.find(DecodedImage(bgr, None, "PNG"))
    if face is None:
        return {"one_look": 0.0, "second_look": 0.0, "lit": 0.0}
    aligned = align(bgr, path.refined(bgr, face).landmarks, FACE.alignment)
    return {
        "one_look": float(path.embedded(bgr, face) @ reference),
        "second_look": float(path.unit_of(aligned) @ reference),
        "lit": float(path.unit_of(lit(aligned, FACE.lighting)) @ reference),
    }


def _read(photograph: LabelledPhotograph) -> DecodedImage:
    return decode_image(photograph.path.read_bytes(), ImageLimits())


def _vector(path: VariantPath, image: DecodedImage) -> NDArray[np.float32] | None:
    face = path.find(image)
    return None if face is None else path.embedded(to_bgr(image.pixels), face)
