"""The real networks and public-domain portraits, opened once for all face tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from biometrics.face.extractor import FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image
from datasets.catalog import portrait


@pytest.fixture(scope="session")
def extractor(models_ready: Path) -> FaceExtractor:
    """YuNet and SFace."""
    return FaceExtractor.open(directory=models_ready)


@pytest.fixture(scope="session")
def photograph() -> Callable[[str], DecodedImage]:
    """Decoded portraits by their name in the catalogue."""
    kept: dict[str, DecodedImage] = {}

    def named(name: str) -> DecodedImage:
        if name not in kept:
            kept[name] = decode_image(portrait(name).read_bytes(), ImageLimits())
        return kept[name]

    return named
