"""Prints that are wrong in a known way: refused with the reason, or extracted as if nothing were wrong."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.errors import NoFingerprintFound, ResolutionUnusable, SeveralPrintsFound
from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.image import DecodedImage, ImageLimits, decode_image
from biometrics.template import FingerPosition
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import finger
from matcher.fingerprint.comparison import compare

Grey = NDArray[np.uint8]

SURE_MATCH = 8.0
"""No two different fingers of FVC2002 reach 5."""


def as_sent(pixels: Grey, dpi: float | None = 500.0) -> DecodedImage:
    return DecodedImage(np.ascontiguousarray(pixels), dpi, "PNG")


def score(extraction: FingerprintExtraction, other: FingerprintExtraction) -> float:
    return compare(extraction.template.payload, other.template.payload).score


def resized(pixels: Grey, factor: float) -> Grey:
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=smooth), np.uint8)


def photographed_in_half_shadow(pixels: Grey) -> Grey:
    """Seen at a slant, the right half in shadow, a little out of focus, with the camera's noise."""
    height, width = pixels.shape
    square = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    slanted = np.array([[8, 4], [width - 18, 10], [width - 5, height - 9], [12, height - 3]], np.float32)
    bent = cv2.getPerspectiveTransform(square, slanted)
    seen = cv2.warpPerspective(pixels, bent, (width, height), borderMode=cv2.BORDER_REPLICATE)
    column = np.arange(width)
    light = 0.9 - 0.6 / (1 + np.exp(-(column - 0.5 * width) / 6))
    noise = np.random.default_rng(1).normal(0, 4, pixels.shape)
    return np.clip(cv2.GaussianBlur(seen * light, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("dpi", [150, 250, 1200])
def test_the_accepted_resolutions_give_the_same_finger(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey, dpi: int
) -> None:
    found = extractor.extract(as_sent(resized(print_image, dpi / 500), float(dpi)))
    assert found.scale == dpi / 500
    assert score(found, extraction) > SURE_MATCH


def test_a_print_crushed_by_compression_is_still_the_finger(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    crushed = cv2.imencode(".jpg", print_image, [cv2.IMWRITE_JPEG_QUALITY, 5])[1]
    found = extractor.extract(as_sent(np.asarray(cv2.imdecode(crushed, cv2.IMREAD_GRAYSCALE), np.uint8)))
    assert score(found, extraction) > SURE_MATCH


def test_a_photograph_in_half_shadow_is_still_the_finger(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    found = extractor.extract(as_sent(photographed_in_half_shadow(print_image)))
    assert score(found, extraction) > SURE_MATCH


def test_a_print_cut_by_the_image_s_border_is_still_the_finger(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    found = extractor.extract(as_sent(print_image[:, 160:]))
    assert score(found, extraction) > SURE_MATCH
    assert (
        "area_small" in {reason.code for reason in found.template.quality.reasons} or len(found.minutiae) < 25
    )


@pytest.mark.parametrize("axis", [0, 1], ids=["stacked", "side by side"])
def test_two_prints_in_one_image_are_refused(
    extractor: FingerprintExtractor, print_image: Grey, axis: int
) -> None:
    other = finger(4, FingerPosition.RIGHT_MIDDLE, 0)
    with pytest.raises(SeveralPrintsFound, match="slap") as caught:
        extractor.extract(as_sent(np.concatenate([print_image, other], axis)))
    assert caught.value.facts["prints"] == 2


def test_one_print_on_a_large_page_is_found(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    page = np.full((2600, 2000), int(np.median(print_image[0])), np.uint8)
    page[1500:1900, 900:1220] = print_image
    found = extractor.extract(as_sent(page))
    assert score(found, extraction) > SURE_MATCH
    assert (found.minutiae.y > 1500).all()


def test_a_palm_is_too_much_for_a_finger(extractor: FingerprintExtractor, print_image: Grey) -> None:
    palm = np.tile(print_image[60:340, 60:260], (18, 25))[:5000, :5000]
    with pytest.raises(NoFingerprintFound, match="more than one finger"):
        extractor.extract(as_sent(palm))


def test_a_size_that_no_hand_has_is_blamed_on_the_resolution(extractor: FingerprintExtractor) -> None:
    with pytest.raises(ResolutionUnusable, match=r"33\.3 x 33\.3 inch"):
        extractor.extract(as_sent(np.zeros((5000, 5000), np.uint8), None), dpi=150.0)


def test_noise_is_no_print(extractor: FingerprintExtractor) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400)).astype(np.uint8)
    with pytest.raises(NoFingerprintFound):
        extractor.extract(as_sent(noise))


def test_a_negative_is_turned_over(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    found = extractor.extract(as_sent(255 - print_image))
    assert found.inverted
    assert not extraction.inverted
    assert found.template.payload == extraction.template.payload
    assert found.template.quality == extraction.template.quality


def test_a_face_with_many_false_minutiae_is_no_print(extractor: FingerprintExtractor) -> None:
    photograph = decode_image(portrait("astronaut").read_bytes(), ImageLimits())
    with pytest.raises(NoFingerprintFound):
        extractor.extract(photograph)
