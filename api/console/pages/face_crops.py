"""The face out of a stored photo, large enough to compare by eye."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.console.page_route import PageRoute
from api.console.visit import VisitHere
from api.lifespan import Parts
from api.routes.samples import CACHE_CONTROL
from biometrics.image import DecodedImage, decode_image, encode_jpeg
from records.samples import sample_for, sample_image

router = APIRouter(route_class=PageRoute)

_SIDE_PX = 480
_QUALITY = 85
_MARGIN = 0.45
"""What is shown around the detected face, as a share of its size: hair, ears and neck help the eye."""


@router.get("/faces/{sample_id}")
def show(visit: VisitHere, sample_id: UUID) -> Response:
    """Return the face of a photo; the whole photo when no face is found in it."""
    with visit.parts.database.transaction() as session:
        sample = sample_for(session, visit.officer, sample_id)
        data = sample_image(session, visit.parts.images, visit.officer, sample_id)
    with visit.parts.capacity.turn():
        image = decode_image(data, visit.parts.image_limits)
        jpeg = _crop(visit.parts, image, sample.face_index or 0)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": CACHE_CONTROL})


def _crop(parts: Parts, image: DecodedImage, face_index: int) -> bytes:
    faces = parts.engines.face.find(image)
    if not faces:
        return encode_jpeg(image.pixels, _QUALITY, _SIDE_PX)
    x_px, y_px, width_px, height_px = faces[min(face_index, len(faces) - 1)].box
    around_px = _MARGIN * max(width_px, height_px)
    top, left = max(0, int(y_px - around_px)), max(0, int(x_px - around_px))
    bottom, right = int(y_px + height_px + around_px), int(x_px + width_px + around_px)
    return encode_jpeg(image.pixels[top:bottom, left:right].copy(), _QUALITY, _SIDE_PX)
