"""Portraits to make videos of, and the extractor that finds them again."""

from pathlib import Path

import numpy as np
import pytest

from biometrics.face.extractor import FaceExtractor
from biometrics.image import ImageLimits, decode_image, to_bgr
from datasets.catalog import portrait


def picture(name: str) -> np.ndarray:
    """The head and shoulders of a catalogue portrait, BGR."""
    pixels = to_bgr(decode_image(portrait(name).read_bytes(), ImageLimits()).pixels)
    return pixels[: round(1.3 * pixels.shape[1])]


@pytest.fixture(scope="session")
def extractor(models_ready: Path) -> FaceExtractor:
    return FaceExtractor.open(directory=models_ready)
