"""A small picture is kept beside large images and such as no browser shows; a small JPEG is shown itself."""

import numpy as np
import pytest

from biometrics.image import ImageLimits, decode_image, encode_jpeg, encode_png
from enroll.parameters import ENROLL
from enroll.small_pictures import small_picture

SIDE = ENROLL.capture.thumbnail_side_px


def pixels(side: int, *, noisy: bool = False) -> np.ndarray:
    random = np.random.default_rng(1)
    return random.integers(0, 256 if noisy else 2, (side, side // 2), dtype=np.uint8)


@pytest.mark.parametrize(
    "file",
    [
        encode_jpeg(pixels(2 * SIDE + 1)),
        encode_jpeg(pixels(2 * SIDE, noisy=True), quality=95),
        encode_png(pixels(SIDE // 2), dpi=None),
    ],
    ids=["large", "many bytes", "not a JPEG"],
)
def test_what_is_slow_to_show_gets_a_small_picture(file: bytes) -> None:
    small = small_picture(decode_image(file, ImageLimits()), file)
    assert small is not None
    assert max(decode_image(small, ImageLimits()).pixels.shape[:2]) <= SIDE
    assert decode_image(small, ImageLimits()).format == "JPEG"


def test_a_small_photograph_gets_none() -> None:
    file = encode_jpeg(pixels(2 * SIDE))
    assert small_picture(decode_image(file, ImageLimits()), file) is None
