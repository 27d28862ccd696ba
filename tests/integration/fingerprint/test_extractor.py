"""What the extractor makes of prints, of other pictures, and of wrong resolutions."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.errors import ImageTooSmall, NoFingerprintFound, ResolutionUnusable
from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition, Modality
from datasets.synthetic.fingerprints import finger

Grey = NDArray[np.uint8]


def as_sent(pixels: Grey, dpi: float | None = None) -> DecodedImage:
    return DecodedImage(pixels, dpi, "PNG")


def text_page() -> Grey:
    page = np.full((420, 420), 255, np.uint8)
    for line in range(20, 420, 22):
        cv2.putText(page, "First information report no. 17", (8, line), cv2.FONT_HERSHEY_COMPLEX, 0.6, 0, 1)
    return page


def soft_picture() -> Grey:
    noise = np.random.default_rng(4).integers(0, 256, (300, 300)).astype(np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 6).astype(np.float32)
    return np.clip((soft - soft.mean()) * 12 + 128, 0, 255).astype(np.uint8)


def test_a_print_gives_minutiae_and_a_small_template(extraction: FingerprintExtraction) -> None:
    assert len(extraction.minutiae) >= 15
    assert extraction.template.modality is Modality.FINGER
    assert len(extraction.template.payload) < 6200
    assert 0.2 < extraction.template.quality.value <= 1.0


def test_minutiae_lie_on_the_print_best_first(extraction: FingerprintExtraction, print_image: Grey) -> None:
    found = extraction.minutiae
    height, width = print_image.shape
    assert (np.diff(found.quality) <= 0).all()
    assert ((found.x >= 0) & (found.x < width) & (found.y >= 0) & (found.y < height)).all()
    assert ((found.angle_rad >= 0) & (found.angle_rad < 2 * np.pi + 1e-4)).all()


def test_the_same_image_gives_the_same_bytes(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    again = extractor.extract(as_sent(print_image, 500.0), position=FingerPosition.LEFT_THUMB)
    assert again.template.payload == extraction.template.payload
    assert again.template.position is FingerPosition.LEFT_THUMB


def test_a_scan_at_1000_dpi_gives_the_minutiae_of_the_scan_at_500(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    doubled = cv2.resize(print_image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    fine = extractor.extract(as_sent(doubled), dpi=1000.0)
    sure = extraction.minutiae.quality > 0.7
    gaps = np.hypot(
        extraction.minutiae.x[sure][:, None] - fine.minutiae.x,
        extraction.minutiae.y[sure][:, None] - fine.minutiae.y,
    )
    assert fine.scale == 2.0
    assert np.mean(gaps.min(1) < 4) > 0.9


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((400, 400), 255, np.uint8),
        np.full((400, 400), 128, np.uint8),
        text_page(),
        soft_picture(),
        np.zeros((5000, 300), np.uint8) + np.arange(300, dtype=np.uint8) % 9 * 25,
    ],
    ids=["white", "grey", "text", "soft", "stripes"],
)
def test_other_pictures_are_no_prints(extractor: FingerprintExtractor, pixels: Grey) -> None:
    with pytest.raises(NoFingerprintFound):
        extractor.extract(as_sent(pixels))


@pytest.mark.parametrize("stated", [72.0, 100.0, 5000.0])
def test_a_stated_resolution_that_cannot_work_is_refused(
    extractor: FingerprintExtractor, print_image: Grey, stated: float
) -> None:
    with pytest.raises(ResolutionUnusable, match="500 dpi"):
        extractor.extract(as_sent(print_image, 500.0), dpi=stated)


def test_a_print_at_100_dpi_is_refused_for_its_resolution(
    extractor: FingerprintExtractor, print_image: Grey
) -> None:
    small = cv2.resize(print_image, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    page = np.full((300, 300), 255, np.uint8)
    page[100 : 100 + small.shape[0], 100 : 100 + small.shape[1]] = small
    with pytest.raises(ResolutionUnusable, match="100 dpi"):
        extractor.extract(as_sent(page, 100.0))


def test_a_placeholder_resolution_in_the_file_does_no_harm(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    found = extractor.extract(as_sent(print_image, 72.0))
    assert found.template.payload == extraction.template.payload
    assert not found.resolution.stated


def test_ridges_too_far_apart_for_the_assumed_resolution_are_refused(
    extractor: FingerprintExtractor,
) -> None:
    other = finger(4, FingerPosition.RIGHT_INDEX, 0)[60:340, 40:280]
    doubled = cv2.resize(other, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    with pytest.raises(ResolutionUnusable, match="mm apart"):
        extractor.extract(as_sent(doubled))


def test_a_scrap_is_too_small(extractor: FingerprintExtractor, print_image: Grey) -> None:
    with pytest.raises(ImageTooSmall):
        extractor.extract(as_sent(print_image[:100, :100]))


def test_a_faint_cropped_print_has_reasons_for_its_low_quality(
    extractor: FingerprintExtractor, extraction: FingerprintExtraction, print_image: Grey
) -> None:
    middle = print_image[120:280, 80:240].astype(np.float32)
    faint = (160 + (middle - 128) * 0.2).astype(np.uint8)
    quality = extractor.extract(as_sent(faint)).template.quality
    codes = {reason.code for reason in quality.reasons}
    assert quality.value < extraction.template.quality.value
    assert "area_small" in codes
    assert all(reason.measured < reason.limit and reason.advice for reason in quality.reasons)
