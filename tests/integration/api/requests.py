"""Requests and images that the tests of the API send."""

import io
import json
import struct
import zlib
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from biometrics.template import FingerPosition
from datasets.catalog import portrait
from datasets.synthetic.fingerprints import encode_png, finger

Parts = list[tuple[str, Any]]


@lru_cache
def face(name: str) -> bytes:
    """The bytes of a catalogue portrait."""
    return portrait(name).read_bytes()


@lru_cache
def fingerprint(person: int, position: int, impression: int = 0) -> bytes:
    """One synthetic print of an invented person."""
    return encode_png(finger(person, FingerPosition(position), impression))


def person(name: str = "Training Person", **changes: object) -> dict[str, Any]:
    """The person of an enrolment's record."""
    return {"names": [{"text": name}], "sex": "male", "birth_year": 1990, **changes}


def encounter(state: str = "29", **changes: object) -> dict[str, Any]:
    """The encounter of an enrolment's record."""
    return {
        "kind": "arrest",
        "state_code": state,
        "lawful_basis": "arrested",
        "occurred_at": "2026-01-15T10:30:00Z",
        "station_code": f"{state}0101",
        "station_name": "Training station",
        "fir_number": "0017",
        "fir_year": 2026,
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        **changes,
    }


def form(json_name: str, value: object, files: dict[str, bytes]) -> Parts:
    """A multipart form: one JSON part and the files."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    parts: Parts = [(json_name, (None, text))]
    return parts + [(name, (f"{name}.bin", data)) for name, data in files.items()]


def enrol_request(
    reference: str,
    files: dict[str, bytes],
    *,
    state: str = "29",
    person: dict[str, Any] | None = None,
    encounter: dict[str, Any] | None = None,
    **more: object,
) -> Parts:
    """The form of POST /v1/enrolments."""
    record = {
        "reference": reference,
        "person": person or globals()["person"](f"Person {reference}"),
        "encounter": encounter or globals()["encounter"](state),
        **more,
    }
    return form("record", record, files)


def search_request(files: dict[str, bytes], **changes: object) -> Parts:
    """The form of POST /v1/searches."""
    return form("query", {"purpose": "investigation", "case_number": "0017/2026", **changes}, files)


def png(pixels: np.ndarray, dpi: int | None = None) -> bytes:
    """Encode pixels as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **({"dpi": (dpi, dpi)} if dpi else {}))
    return buffer.getvalue()


def huge_png_header(side: int = 50_000) -> bytes:
    """A small PNG whose header announces ``side`` x ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@lru_cache
def crowd(faces: int) -> bytes:
    """A photo with that many faces side by side."""
    one = Image.open(io.BytesIO(face("obama"))).convert("RGB").resize((300, 400))
    row = Image.new("RGB", (300 * faces, 400))
    for place in range(faces):
        row.paste(one, (300 * place, 0))
    buffer = io.BytesIO()
    row.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


@lru_cache
def small_face(width_px: int = 20) -> bytes:
    """A photo in which the face is about ``width_px`` pixels wide."""
    one = Image.open(io.BytesIO(face("obama"))).convert("RGB")
    scale = width_px / (one.width * 0.4)
    canvas = Image.new("RGB", (400, 400), "white")
    canvas.paste(one.resize((round(one.width * scale), round(one.height * scale))), (150, 150))
    return png(np.asarray(canvas))


def scaled_print(dpi: int) -> bytes:
    """A print at another resolution, and stated so."""
    whole = Image.open(io.BytesIO(fingerprint(1, 2))).convert("L")
    side = dpi / 500
    return png(np.asarray(whole.resize((round(whole.width * side), round(whole.height * side)))), dpi=dpi)
