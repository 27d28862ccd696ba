"""Turns the bytes of an uploaded image into upright 8-bit pixels, within limits, or says why not."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from biometrics.errors import ImageEmpty, ImageTooLarge, ImageUnreadable
from biometrics.standards import wsq

Pixels = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "JPEG2000")
"""Decoders that may run. Pillow knows many more; each is one more way in for hostile bytes."""

ACCEPTED = "JPEG, PNG, TIFF, BMP, WebP, JPEG 2000 or WSQ"

LOWEST_DPI = 20.0
"""Resolutions below are placeholders that some software writes (0, 1), not measurements."""

DPI_DISAGREEMENT = 0.02
"""Relative difference of horizontal and vertical resolution above which neither is believed."""


@dataclass(frozen=True)
class ImageLimits:
    """The most that is decoded; the operator's settings hold the values of an installation."""

    max_bytes: int = 20_000_000
    max_pixels: int = 50_000_000


@dataclass(frozen=True)
class DecodedImage:
    """An upright image.

    Attributes:
        pixels: Height x width x 3 in the order blue, green, red; or height x width for grey.
        dpi: Stated resolution in dots per inch, None when the file states none that can be believed.
        format: Name of the file format, such as JPEG.
    """

    pixels: Pixels
    dpi: float | None
    format: str


def decode_image(data: bytes, limits: ImageLimits) -> DecodedImage:
    """Return the image in ``data``; size is checked from the header before anything is unpacked.

    Raises:
        ImageEmpty, ImageTooLarge, ImageUnreadable: the message says what to send instead.
    """
    if not data:
        raise ImageEmpty("The file is empty. Send it again.")
    if len(data) > limits.max_bytes:
        raise ImageTooLarge(
            f"The file has {len(data)} bytes; at most {limits.max_bytes} are taken. Send a smaller one.",
            bytes=len(data),
            max_bytes=limits.max_bytes,
        )
    if data[:2] == wsq.MAGIC:
        return _decode_wsq(data, limits)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        raise ImageUnreadable(f"GIF is not taken. Send one still picture as {ACCEPTED}.", format="GIF")
    with _translated():
        return _decode_with_pillow(data, limits)


def encode_jpeg(pixels: Pixels, quality: int = 85, max_side: int | None = None) -> bytes:
    """Return ``pixels`` (BGR or grey) as JPEG, shrunk so that no side exceeds ``max_side``."""
    longest = max(pixels.shape[:2])
    if max_side and longest > max_side:
        factor = max_side / longest
        size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    done, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ImageUnreadable("These pixels cannot be written as JPEG.")
    return encoded.tobytes()


def encode_png(pixels: Pixels, dpi: float | None) -> bytes:
    """Return grey ``pixels`` as PNG, without loss and with their resolution where it is known."""
    written = io.BytesIO()
    stated = {"dpi": (dpi, dpi)} if dpi else {}
    Image.fromarray(pixels).save(written, "PNG", **stated)
    return written.getvalue()


def to_bgr(pixels: Pixels) -> Pixels:
    """Return three channels whatever comes in."""
    if pixels.ndim == 3:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def to_grey(pixels: Pixels) -> Pixels:
    """Return one channel whatever comes in."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _check_pixels(width: int, height: int, limits: ImageLimits) -> None:
    if width * height > limits.max_pixels:
        raise ImageTooLarge(
            f"The image has {width} x {height} pixels; at most {limits.max_pixels} in all are taken. "
            "Send a smaller one.",
            width=width,
            height=height,
            max_pixels=limits.max_pixels,
        )


def _decode_wsq(data: bytes, limits: ImageLimits) -> DecodedImage:
    header = wsq.read_header(data)
    _check_pixels(header.width, header.height, limits)
    return DecodedImage(wsq.decode_pixels(data, header), header.dpi, "WSQ")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what Pillow raises on damaged files into our errors."""
    try:
        yield
    except UnidentifiedImageError as problem:
        raise ImageUnreadable(f"This is no image that can be read. Send {ACCEPTED}.") from problem
    except Image.DecompressionBombError as problem:
        raise ImageTooLarge("The image has far too many pixels. Send a smaller one.") from problem
    except (ImageEmpty, ImageTooLarge, ImageUnreadable):
        raise
    except MemoryError:
        raise
    # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error and others on damaged bytes
    except Exception as problem:
        raise ImageUnreadable("The image is damaged or cut off. Send it again.") from problem


def _decode_with_pillow(data: bytes, limits: ImageLimits) -> DecodedImage:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        _check_pixels(opened.width, opened.height, limits)
        name = opened.format or "unknown"
        frames = getattr(opened, "n_frames", 1)
        if frames > 1 and name != "MPO":  # MPO: a phone's JPEG with previews behind the picture
            raise ImageUnreadable(
                f"The file holds {frames} pictures. Send one still picture.", format=name, pictures=frames
            )
        opened.load()
        dpi = _stated_dpi(opened)
        return DecodedImage(_to_pixels(_upright(opened)), dpi, "JPEG" if name == "MPO" else name)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image  # a damaged EXIF block says nothing about the picture itself


def _stated_dpi(image: Image.Image) -> float | None:
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not LOWEST_DPI <= across < 100_000 or abs(across - down) > DPI_DISAGREEMENT * across:
        return None
    # PNG and BMP state pixels per metre, TIFF may state them per centimetre: 500 dpi comes back as 499.9
    return float(round(across)) if abs(across - round(across)) < 0.02 else across


def _to_pixels(image: Image.Image) -> Pixels:
    if image.mode.startswith("I;16"):
        return (np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)
    if image.mode == "I":
        return (np.asarray(image, dtype=np.int64).clip(0, 65535) >> 8).astype(np.uint8)
    if image.mode == "F":
        raise ImageUnreadable("Pixels are stored as fractions. Save the picture with 8 bits and send it.")
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = _on_white(image)
    if image.mode in ("L", "1"):
        return np.asarray(image.convert("L"), dtype=np.uint8).copy()
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _on_white(image: Image.Image) -> Image.Image:
    grey = image.mode in ("LA", "La", "L")
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, layered).convert("L" if grey else "RGB")
