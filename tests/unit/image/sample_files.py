"""Image files of every kind, good and hostile, made on the spot."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def picture(height: int = 40, width: int = 60) -> np.ndarray:
    """Return an RGB gradient: red grows to the right, green downwards, blue is 30."""
    pixels = np.full((height, width, 3), 30, dtype=np.uint8)
    pixels[:, :, 0] = np.linspace(0, 255, width).astype(np.uint8)[None, :]
    pixels[:, :, 1] = np.linspace(0, 255, height).astype(np.uint8)[:, None]
    return pixels


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_header_only(width: int, height: int) -> bytes:
    """Return a PNG that states a size and holds almost no pixels: a decompression bomb's beginning."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"\0" * 1000)),
            _chunk(b"IEND", b""),
        ]
    )


def bmp_header_only(width: int, height: int) -> bytes:
    """Return a BMP that states a size and holds no pixels."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def png_16_bit(values: np.ndarray) -> bytes:
    """Return a 16-bit grey PNG."""
    return saved(Image.fromarray(values.astype(np.uint16)), "PNG")


def wsq_header_only(width: int, height: int) -> bytes:
    """Return a WSQ file that ends behind its frame header."""
    frame = struct.pack(">BBHHBHBHBH", 0, 255, height, width, 0, 0, 0, 0, 0, 0)
    return b"\xff\xa0" + b"\xff\xa2" + struct.pack(">H", len(frame) + 2) + frame


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
