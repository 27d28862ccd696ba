"""WSQ fingerprint images (IAFIS-IC-0110): the header is read here, the pixels in a disposable process.

The decoder is native code that hostile files can crash. It runs in a child with limits on time and
memory; whatever happens to the child, the caller gets pixels or a clear error.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import ImageUnreadable

MAGIC = b"\xff\xa0"
DECODER = Path(__file__).with_name("wsq_decoder.py")
SECONDS = 20
"""Wall clock allowed to the child; it limits its own CPU time and memory far below."""

DEFAULT_DPI = 500.0
"""The specification is for prints scanned at 500 dpi; a file may state another resolution as a comment."""

_FRAME_HEADER = 0xFFA2
_COMMENT = 0xFFA8
_SEGMENTS = range(0xFFA2, 0xFFA9)
_PPI = re.compile(rb"^PPI\s+(\d{2,4})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class WsqHeader:
    """Size and resolution as the file states them."""

    width: int
    height: int
    dpi: float


def read_header(data: bytes) -> WsqHeader:
    """Walk the marker segments up to the frame header.

    Raises:
        ImageUnreadable: there is none, or it is damaged.
    """
    place, dpi = 2, DEFAULT_DPI
    while place + 4 <= len(data):
        marker = int.from_bytes(data[place : place + 2], "big")
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        body = data[place + 4 : place + 2 + length]
        if marker not in _SEGMENTS or length < 2 or len(body) != length - 2:
            break
        if marker == _COMMENT and (found := _PPI.search(body)):
            dpi = float(found[1])
        if marker == _FRAME_HEADER and len(body) >= 6:
            height, width = int.from_bytes(body[2:4], "big"), int.from_bytes(body[4:6], "big")
            if height and width:
                return WsqHeader(width, height, dpi)
        place += 2 + length
    raise ImageUnreadable("The WSQ file is damaged or cut off. Send it again.", format="WSQ")


def decode_pixels(data: bytes, header: WsqHeader) -> NDArray[np.uint8]:
    """Return the grey pixels, height x width.

    Raises:
        ImageUnreadable: the child refused the file, crashed on it, or took too long.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(DECODER)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise ImageUnreadable("The WSQ file takes too long to decode. Send it as PNG.") from problem
    expected = header.width * header.height
    if child.returncode != 0 or len(child.stdout) != expected:
        raise ImageUnreadable("The WSQ file is damaged or cut off. Send it again.", format="WSQ")
    return np.frombuffer(child.stdout, dtype=np.uint8).reshape(header.height, header.width).copy()
