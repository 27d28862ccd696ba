"""Bytes to pixels: every accepted format, every awkward kind of pixel, every hostile file."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from biometrics.errors import ImageEmpty, ImageTooLarge, ImageUnreadable, SampleRejected
from biometrics.image import ImageLimits, decode_image, encode_jpeg, to_bgr, to_grey
from tests.unit.image.sample_files import bmp_header_only, picture, png_16_bit, png_header_only, saved

LIMITS = ImageLimits()
RGB = Image.fromarray(picture())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "JPEG2000"])
def test_every_format_gives_the_same_picture(kind: str) -> None:
    image = decode_image(saved(RGB, kind), LIMITS)
    assert image.format == kind
    assert image.pixels.dtype == np.uint8
    difference = np.abs(image.pixels[:, :, ::-1].astype(int) - picture().astype(int))
    assert difference.mean() < 3


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {}), ("PNG", {}), ("TIFF", {}), ("BMP", {})])
def test_the_stated_resolution_is_read(kind: str, options: dict[str, object]) -> None:
    assert decode_image(saved(RGB, kind, dpi=(500, 500), **options), LIMITS).dpi == 500.0


@pytest.mark.parametrize("stated", [(1, 1), (500, 400), (0, 0)])
def test_a_resolution_that_cannot_be_is_not_believed(stated: tuple[int, int]) -> None:
    assert decode_image(saved(RGB, "PNG", dpi=stated), LIMITS).dpi is None


def test_no_resolution_stated() -> None:
    assert decode_image(saved(RGB, "PNG"), LIMITS).dpi is None


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_exif_rotation_is_applied(orientation: int, corner: tuple[int, int]) -> None:
    marked = picture()
    marked[:10, :10] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode_image(saved(Image.fromarray(marked), "PNG", exif=exif), LIMITS)
    assert image.pixels.shape == ((60, 40, 3) if orientation in (6, 8) else (40, 60, 3))
    assert image.pixels[corner].tolist() == [255, 255, 255]


def test_damaged_exif_does_not_hide_the_picture() -> None:
    data = saved(RGB, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    assert decode_image(data, LIMITS).pixels.shape == (40, 60, 3)


def test_sixteen_bits_become_eight() -> None:
    values = np.linspace(0, 65535, 2400).reshape(40, 60)
    image = decode_image(png_16_bit(values), LIMITS)
    assert image.pixels.shape == (40, 60)
    assert image.pixels[0, 0] == 0
    assert image.pixels[-1, -1] == 255
    assert abs(int(image.pixels[20, 0]) - 128) <= 2


def test_cmyk_becomes_bgr() -> None:
    image = decode_image(saved(RGB.convert("CMYK"), "JPEG", quality=95), LIMITS)
    difference = np.abs(image.pixels[:, :, ::-1].astype(int) - picture().astype(int))
    assert difference.mean() < 6


def test_transparent_pixels_show_white_paper() -> None:
    layered = RGB.convert("RGBA")
    layered.putalpha(0)
    for image in (layered, layered.convert("LA")):
        assert (decode_image(saved(image, "PNG"), LIMITS).pixels == 255).all()


def test_palette_with_a_transparent_colour() -> None:
    image = RGB.convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    decoded = decode_image(saved(image, "PNG", transparency=0), LIMITS)
    assert decoded.pixels.shape == (40, 60, 3)
    assert (decoded.pixels == 255).all(axis=2).any()


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_stays_one_channel(mode: str) -> None:
    assert decode_image(saved(RGB.convert(mode), "PNG"), LIMITS).pixels.shape == (40, 60)


def test_an_empty_file() -> None:
    with pytest.raises(ImageEmpty, match="empty"):
        decode_image(b"", LIMITS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "JPEG2000"])
def test_a_truncated_image(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 80, 3), dtype=np.uint8))
    data = saved(noise, kind)
    with pytest.raises(ImageUnreadable):
        decode_image(data[: len(data) // 2], LIMITS)


@pytest.mark.parametrize("data", [png_header_only(50_000, 50_000), bmp_header_only(50_000, 50_000)])
def test_a_bomb_of_2500_megapixels_is_refused_by_its_header(data: bytes) -> None:
    with pytest.raises(ImageTooLarge, match="pixels"):
        decode_image(data, LIMITS)


def test_one_pixel_more_than_allowed() -> None:
    data = saved(RGB, "PNG")
    assert decode_image(data, ImageLimits(max_pixels=2400)).pixels.shape == (40, 60, 3)
    with pytest.raises(ImageTooLarge) as caught:
        decode_image(data, ImageLimits(max_pixels=2399))
    assert caught.value.facts["width"] == 60


def test_too_many_bytes() -> None:
    with pytest.raises(ImageTooLarge) as caught:
        decode_image(b"x" * 101, ImageLimits(max_bytes=100))
    assert caught.value.facts["max_bytes"] == 100


@pytest.mark.parametrize(
    "data",
    [b"Dear Sir, please find enclosed", b"<svg></svg>", b"%PDF-1.7 ...", b"\0" * 5000, b"\xff\xd8\xff"],
)
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        decode_image(data, LIMITS)


def test_an_animated_gif_is_refused_with_advice() -> None:
    data = saved(RGB, "GIF", save_all=True, append_images=[RGB.rotate(90)])
    with pytest.raises(ImageUnreadable, match="still picture"):
        decode_image(data, LIMITS)


@pytest.mark.parametrize("kind", ["TIFF", "WEBP", "PNG"])
def test_several_pictures_in_one_file_are_refused(kind: str) -> None:
    data = saved(RGB, kind, save_all=True, append_images=[RGB.rotate(180)])
    with pytest.raises(ImageUnreadable, match="2 pictures"):
        decode_image(data, LIMITS)


def test_fractions_are_refused_with_advice() -> None:
    image = Image.fromarray(np.zeros((40, 60), dtype=np.float32))
    with pytest.raises(ImageUnreadable, match="8 bits"):
        decode_image(saved(image, "TIFF"), LIMITS)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "TIFF", "BMP", "WEBP", "JPEG2000"]),
    place=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=12),
)
def test_damaged_bytes_give_pixels_or_a_clear_error(kind: str, place: float, change: bytes) -> None:
    data = bytearray(saved(RGB, kind))
    start = int(place * (len(data) - 1))
    data[start : start + len(change)] = change
    try:
        image = decode_image(bytes(data), ImageLimits(max_pixels=1_000_000))
    except SampleRejected:
        return
    assert image.pixels.dtype == np.uint8


def test_a_thumbnail_is_a_smaller_jpeg() -> None:
    pixels = to_bgr(decode_image(saved(RGB, "PNG"), LIMITS).pixels)
    small = decode_image(encode_jpeg(pixels, 80, max_side=30), LIMITS)
    assert small.pixels.shape == (20, 30, 3)
    assert decode_image(encode_jpeg(to_grey(pixels), 80), LIMITS).pixels.shape == (40, 60)
