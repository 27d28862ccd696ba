"""WSQ: pixels come back, and hostile files end in a clear error whatever the native decoder does."""

import importlib
import io

import numpy as np
import pytest
from PIL import Image

from biometrics.errors import ImageTooLarge, ImageUnreadable, SampleRejected
from biometrics.image import ImageLimits, decode_image
from biometrics.standards import wsq
from tests.unit.image.sample_files import wsq_header_only

LIMITS = ImageLimits()
importlib.import_module("wsq")  # lets Pillow write WSQ


def _ridges() -> np.ndarray:
    y, x = np.mgrid[:240, :200]
    return (127 + 100 * np.sin(np.hypot(x - 100, y - 120) * 0.7)).astype(np.uint8)


@pytest.fixture(scope="module")
def data() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(_ridges()).save(buffer, "WSQ")
    return buffer.getvalue()


def test_pixels_come_back(data: bytes) -> None:
    image = decode_image(data, LIMITS)
    assert (image.format, image.dpi, image.pixels.shape) == ("WSQ", 500.0, (240, 200))
    assert np.abs(image.pixels.astype(int) - _ridges().astype(int)).mean() < 8


def test_a_stated_resolution_is_read(data: bytes) -> None:
    assert b"PPI 500" in data
    assert wsq.read_header(data.replace(b"PPI 500", b"PPI 600")).dpi == 600.0
    assert wsq.read_header(data.replace(b"PPI 500", b"XXX 500")).dpi == 500.0


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_a_truncated_file(data: bytes, share: float) -> None:
    with pytest.raises(ImageUnreadable, match="WSQ"):
        decode_image(data[: int(len(data) * share)], LIMITS)


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(ImageTooLarge):
        decode_image(wsq_header_only(65_000, 65_000), LIMITS)


def test_a_header_without_pixels() -> None:
    with pytest.raises(ImageUnreadable):
        decode_image(wsq_header_only(500, 500), LIMITS)


def test_hostile_files_cannot_take_the_process_down(data: bytes) -> None:
    random = np.random.default_rng(11)
    for _ in range(25):
        hostile = bytearray(data)
        for place in random.integers(2, len(data), 20):
            hostile[place] = random.integers(0, 256)
        try:
            assert decode_image(bytes(hostile), LIMITS).pixels.ndim == 2
        except SampleRejected:
            continue


def test_a_decoder_that_hangs_is_ended(
    data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hanging = tmp_path_factory.mktemp("decoder") / "hanging.py"
    hanging.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(wsq, "DECODER", hanging)
    monkeypatch.setattr(wsq, "SECONDS", 0.3)
    with pytest.raises(ImageUnreadable, match="too long"):
        decode_image(data, LIMITS)


def test_a_decoder_that_crashes_is_reported(
    data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    crashing = tmp_path_factory.mktemp("decoder") / "crashing.py"
    crashing.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(wsq, "DECODER", crashing)
    with pytest.raises(ImageUnreadable, match="damaged"):
        decode_image(data, LIMITS)
