"""The photographs that stations really hold: a template of the right person, or a reason why not."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from biometrics.errors import (
    FaceCutOff,
    FaceDrawn,
    FaceInProfile,
    FaceTooSmall,
    ImageUnreadable,
    NoFaceFound,
)
from biometrics.face.extractor import FaceExtraction, FaceExtractor
from biometrics.image import DecodedImage, ImageLimits, Pixels, decode_image, to_bgr
from matcher.face.comparison import compare
from tests.integration.face import transformed
from tests.integration.face.transformed import still

Photograph = Callable[[str], DecodedImage]
SAME, CLEARLY_SAME, STRANGER = 0.4, 0.6, 0.3


@pytest.fixture(scope="session")
def obama(extractor: FaceExtractor, photograph: Photograph) -> tuple[Pixels, FaceExtraction]:
    """A portrait of medium size, and what is extracted from it."""
    image = photograph("obama")
    cut = transformed.head(to_bgr(image.pixels), extractor.find(image)[0].box, 420, 0.6)
    return cut, extractor.extract(still(cut))


@pytest.fixture(scope="session")
def biden(extractor: FaceExtractor, photograph: Photograph) -> tuple[Pixels, FaceExtraction]:
    """The same of another person."""
    image = photograph("biden")
    cut = transformed.head(to_bgr(image.pixels), extractor.find(image)[0].box, 420, 0.6)
    return cut, extractor.extract(still(cut))


def _likeness(a: FaceExtraction, b: FaceExtraction) -> float:
    return compare(a.template.payload, b.template.payload)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photograph_on_its_side_or_head(
    extractor: FaceExtractor,
    obama: tuple[Pixels, FaceExtraction],
    biden: tuple[Pixels, FaceExtraction],
    quarters: int,
) -> None:
    for pixels, upright in (obama, biden):
        turned = np.rot90(pixels, quarters)
        extraction = extractor.extract(still(turned))
        assert _likeness(extraction, upright) > 0.95
        assert extraction.template.quality.value > 0.5
        x, y, width, height = extraction.face.box
        points = extraction.face.landmarks
        assert ((points > [x, y]) & (points < [x + width, y + height])).all()


@pytest.mark.parametrize("degrees", [20, 45, 75, 110, 200, 300])
def test_a_tilted_photograph(
    extractor: FaceExtractor, obama: tuple[Pixels, FaceExtraction], degrees: float
) -> None:
    pixels, upright = obama
    assert _likeness(extractor.extract(still(transformed.tilted(pixels, degrees))), upright) > 0.85


def test_a_face_is_matched_from_24_pixels_between_the_eyes(
    extractor: FaceExtractor, obama: tuple[Pixels, FaceExtraction]
) -> None:
    pixels, large = obama

    def at(eye_distance_px: float) -> DecodedImage:
        factor = eye_distance_px / large.face.eye_distance_px
        return still(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))

    assert _likeness(extractor.extract(at(27)), large) > 0.9
    with pytest.raises(FaceTooSmall, match="at least 24"):
        extractor.extract(at(20))


@pytest.mark.parametrize(
    "change",
    [
        lambda pixels: cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY),
        transformed.screened,
        transformed.identity_card,
        transformed.photographed_again,
    ],
    ids=["grey", "screened print", "identity card", "picture of a picture"],
)
def test_copies_of_a_photograph(
    extractor: FaceExtractor,
    obama: tuple[Pixels, FaceExtraction],
    biden: tuple[Pixels, FaceExtraction],
    change: Callable[[Pixels], Pixels],
) -> None:
    pixels, plain = obama
    extraction = extractor.extract(still(change(pixels)))
    assert _likeness(extraction, plain) > CLEARLY_SAME
    assert _likeness(extraction, biden[1]) < STRANGER


@pytest.mark.parametrize("what", ["glasses", "cloth"])
def test_a_partly_covered_face_is_matched_and_judged_worse(
    extractor: FaceExtractor,
    obama: tuple[Pixels, FaceExtraction],
    biden: tuple[Pixels, FaceExtraction],
    what: str,
) -> None:
    for (pixels, plain), other in ((obama, biden[1]), (biden, obama[1])):
        hidden = transformed.covered(pixels, plain.face.landmarks, what)
        extraction = extractor.extract(still(hidden))
        assert _likeness(extraction, plain) > SAME
        assert _likeness(extraction, other) < STRANGER
        assert extraction.length < plain.length


def test_a_dark_or_flat_photograph_is_stretched(
    extractor: FaceExtractor, obama: tuple[Pixels, FaceExtraction]
) -> None:
    pixels, plain = obama
    noise = np.random.default_rng(2).normal(0, 2, pixels.shape)
    dark = still(np.clip(pixels * 0.1 + noise, 0, 255))
    flat = still(np.clip(pixels * 0.2 + 130 + noise, 0, 255))
    for image, code in ((dark, "too_dark"), (flat, "low_contrast")):
        extraction = extractor.extract(image)
        assert _likeness(extraction, plain) > CLEARLY_SAME
        if code == "too_dark":
            assert code in [reason.code for reason in extraction.template.quality.reasons]


def test_a_face_cut_by_the_border_is_refused_or_judged_worse(
    extractor: FaceExtractor, obama: tuple[Pixels, FaceExtraction]
) -> None:
    pixels, plain = obama
    right_eye, _, nose, *_ = plain.face.landmarks
    with pytest.raises((FaceCutOff, NoFaceFound)):
        extractor.extract(still(pixels[:, int(nose[0]) :]))
    with pytest.raises(FaceCutOff, match="edge") as caught:
        extractor.extract(still(pixels[: int(nose[1]) + 3]))
    assert caught.value.code == "face_cut_off"
    cheek_lost = extractor.extract(still(pixels[:, int(right_eye[0]) :]))
    assert "cut_off" in [reason.code for reason in cheek_lost.template.quality.reasons]


def test_a_profile_is_not_matched_as_a_front(
    extractor: FaceExtractor, biden: tuple[Pixels, FaceExtraction]
) -> None:
    pixels, plain = biden
    half = extractor.extract(still(transformed.turned_aside(pixels, plain.face.landmarks, 25)))
    assert _likeness(half, plain) > CLEARLY_SAME
    with pytest.raises(FaceInProfile, match="from the front") as caught:
        extractor.extract(still(transformed.turned_aside(pixels, plain.face.landmarks, 80)))
    assert caught.value.code == "face_in_profile"


def test_a_drawing_is_refused_unless_it_is_said_to_be_one(
    extractor: FaceExtractor,
    obama: tuple[Pixels, FaceExtraction],
    biden: tuple[Pixels, FaceExtraction],
) -> None:
    for pixels, plain in (obama, biden):
        for drawing in (transformed.outlines(pixels), transformed.pencil(pixels)):
            with pytest.raises((FaceDrawn, NoFaceFound)):
                extractor.extract(still(drawing))
        drawn = extractor.extract(still(transformed.pencil(pixels)), sketch=True)
        assert drawn.length < plain.length
        assert drawn.template.quality.value < plain.template.quality.value


def test_noise_of_any_grain_is_no_face(extractor: FaceExtractor) -> None:
    random = np.random.default_rng(0)
    for grain in (0.1, 2, 6, 15):
        noise = cv2.GaussianBlur(random.normal(0, 1, (400, 400, 3)), (0, 0), grain)
        with pytest.raises(NoFaceFound):
            extractor.extract(still((noise - noise.min()) / np.ptp(noise) * 255))


def _as_16_bit_png(pixels: Pixels) -> bytes:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(np.uint16) * 257
    return bytes(cv2.imencode(".png", grey)[1].tobytes())


def _as_cmyk_jpeg(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).convert("CMYK").save(file, "JPEG", quality=92)
    return file.getvalue()


def _as_transparent_png(pixels: Pixels) -> bytes:
    layered = Image.fromarray(pixels[:, :, ::-1]).convert("RGBA")
    rows, columns = np.indices(pixels.shape[:2])
    oval = ((rows / pixels.shape[0] - 0.5) / 0.5) ** 2 + ((columns / pixels.shape[1] - 0.5) / 0.5) ** 2 < 1
    layered.putalpha(Image.fromarray((oval * 255).astype(np.uint8)))
    file = io.BytesIO()
    layered.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("write", [_as_16_bit_png, _as_cmyk_jpeg, _as_transparent_png])
def test_unusual_files(
    extractor: FaceExtractor, obama: tuple[Pixels, FaceExtraction], write: Callable[[Pixels], bytes]
) -> None:
    pixels, plain = obama
    image = decode_image(write(pixels), ImageLimits())
    assert _likeness(extractor.extract(image), plain) > CLEARLY_SAME


def test_an_animation_is_refused_with_what_to_send(obama: tuple[Pixels, FaceExtraction]) -> None:
    frames = [Image.fromarray(obama[0][:, ::step]) for step in (1, -1)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageUnreadable, match="Send one still picture"):
        decode_image(file.getvalue(), ImageLimits())
