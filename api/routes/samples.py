"""Requests for the image of a sample: as captured, or small and in a format that every browser shows."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.dependencies import OfficerHere, PartsHere
from api.exported import export_template
from api.lifespan import Parts
from biometrics.image import decode_image, encode_jpeg
from biometrics.standards.minutiae_record import RecordFormat
from enroll.parameters import ENROLL
from records.access import Officer
from records.samples import sample_for, sample_image, sample_thumbnail

router = APIRouter(tags=["samples"], prefix="/samples")

# Images never change under their id, but they may be erased: a short, private memory.
CACHE_CONTROL = "private, max-age=300"

RECORD_TYPE = "application/octet-stream"  # minutiae records have no registered type

MaxSide = Annotated[
    int | None, Query(ge=32, le=2000, description="Longest side in pixels; the answer is a JPEG then.")
]


@router.get(
    "/{sample_id}/image",
    response_class=Response,
    responses={
        200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "The image that you have is still the one."},
    },
)
def read_image(
    sample_id: UUID,
    parts: PartsHere,
    officer: OfficerHere,
    max_side: MaxSide = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the image exactly as captured (its SHA-256 is the ETag), or a smaller JPEG."""
    with parts.database.transaction() as session:
        sample = sample_for(session, officer, sample_id)
    tag = f'"{sample.sha256}{f"-{max_side}" if max_side else ""}"'
    headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL}
    if if_none_match and tag in (candidate.strip() for candidate in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    if max_side is None:
        with parts.database.transaction() as session:
            data = sample_image(session, parts.images, officer, sample_id)
        return Response(data, media_type=media_type(data), headers=headers)
    return Response(_small(parts, officer, sample_id, max_side), media_type="image/jpeg", headers=headers)


TargetFormat = Annotated[
    RecordFormat, Query(alias="format", description="Which minutiae record format to answer in.")
]


@router.get(
    "/{sample_id}/template",
    response_class=Response,
    responses={200: {"content": {RECORD_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_template(
    sample_id: UUID, parts: PartsHere, officer: OfficerHere, target: TargetFormat = RecordFormat.ISO_2005
) -> Response:
    """Return the minutiae of a print as a record of ISO/IEC 19794-2 or ANSI INCITS 378."""
    data = export_template(parts, officer, sample_id, target)
    headers = {
        "Cache-Control": CACHE_CONTROL,
        "Content-Disposition": f'attachment; filename="{sample_id}.fmr"',
    }
    return Response(data, media_type=RECORD_TYPE, headers=headers)


def _small(parts: Parts, officer: Officer, sample_id: UUID, max_side: int) -> bytes:
    """Shrink the stored thumbnail where there is one and it is large enough, else the image itself."""
    with parts.database.transaction() as session:
        data = None
        if max_side <= ENROLL.capture.thumbnail_side_px:
            data = sample_thumbnail(session, parts.images, officer, sample_id)
        data = data or sample_image(session, parts.images, officer, sample_id)
    with parts.capacity.turn():
        image = decode_image(data, parts.image_limits)
        return encode_jpeg(image.pixels, max_side=max_side)


_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
    (b"\xff\xa0", "image/wsq"),
)


def media_type(data: bytes) -> str:
    """Name the format by its first bytes; what a client once claimed is never repeated to a browser."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next(
        (name for signature, name in _SIGNATURES if data.startswith(signature)), "application/octet-stream"
    )
