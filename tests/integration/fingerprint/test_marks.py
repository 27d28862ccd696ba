"""What the extractor makes of marks: poor, turned and inverted ones are read, only nothing is refused."""

import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.errors import NoFingerprintFound
from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.fingerprint.producer import is_mark
from biometrics.image import DecodedImage
from biometrics.template import Impression
from datasets.synthetic.marks import make_mark
from matcher.fingerprint.comparison import compare

Grey = NDArray[np.uint8]
CLEARLY = 5.0


def read(extractor: FingerprintExtractor, pixels: Grey) -> FingerprintExtraction:
    return extractor.extract(DecodedImage(pixels, 500.0, "PNG"), impression=Impression.LATENT)


def test_a_third_of_a_print_turned_and_inverted_still_matches_it(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    middle = print_image[90:270, 70:250]
    turned = np.ascontiguousarray(np.rot90(middle, 2))
    for pixels in (turned, np.asarray(255 - turned, np.uint8)):
        found = read(extractor, pixels)
        assert is_mark(found.template.producer)
        same = compare(found.template.payload, extraction.template.payload, any_turn=True)
        assert same.score > CLEARLY
        assert abs(np.cos(same.alignment.rotation_rad) + 1) < 0.1


def test_even_a_poor_mark_is_read(extractor: FingerprintExtractor, print_image: Grey) -> None:
    poor = make_mark(print_image, 0.2, np.random.default_rng(5)).image
    found = read(extractor, poor)
    assert len(found.minutiae) >= 3
    assert 0 <= found.template.quality.value < 0.9


def test_only_an_image_with_nothing_on_it_is_refused(extractor: FingerprintExtractor) -> None:
    with pytest.raises(NoFingerprintFound, match="blank"):
        read(extractor, np.full((300, 300), 128, np.uint8))
    shade = np.tile(np.linspace(60, 200, 300), (300, 1)).astype(np.uint8)
    with pytest.raises(NoFingerprintFound, match="Fewer than 3"):
        read(extractor, shade)


def test_a_mark_in_a_large_picture_is_found_where_it_lies(
    extractor: FingerprintExtractor, print_image: Grey
) -> None:
    scene = np.full((1100, 1300), 214, np.uint8)
    height, width = print_image.shape
    scene[600 : 600 + height, 800 : 800 + width] = print_image
    found = read(extractor, scene)
    best = found.minutiae.take(np.arange(8))
    assert (best.x > 800).all()
    assert (best.y > 600).all()
