"""Lets a person choose one of several faces in a photo: the faces' boxes over a small copy of the photo."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from api.extraction import decode
from api.lifespan import Parts
from api.quality import find_faces
from api.schemas.samples import FaceAnswer
from api.uploads import ProbeFile
from biometrics.errors import SeveralFacesFound
from biometrics.image import encode_jpeg
from core.errors import NishanError

_PREVIEW_SIDE_PX = 800
_PREVIEW_QUALITY = 70


@dataclass(frozen=True)
class FaceChoice:
    """The faces of one photo, in its pixels; ``preview`` is a data address, since nothing was stored."""

    width_px: int
    height_px: int
    found: Sequence[FaceAnswer]
    preview: str


def choice_after(error: NishanError, parts: Parts, files: Sequence[ProbeFile]) -> FaceChoice | None:
    """Return the faces to choose from, when that is what the error asks for."""
    photos = [file for file in files if file.part == "face"]
    return choice(parts, photos[0]) if isinstance(error, SeveralFacesFound) and len(photos) == 1 else None


def several_faces(parts: Parts, files: Sequence[ProbeFile]) -> FaceChoice | None:
    """Return the faces to choose from, when the photo among the files shows more than one."""
    photo = next((file for file in files if file.part == "face"), None)
    if photo is None or len(find_faces(parts, photo).faces) < 2:
        return None
    return choice(parts, photo)


def choice(parts: Parts, photo: ProbeFile) -> FaceChoice:
    """Return the faces of a photo with a small copy of it."""
    faces = find_faces(parts, photo)
    with parts.capacity.turn():
        jpeg = encode_jpeg(decode(parts, photo).pixels, _PREVIEW_QUALITY, _PREVIEW_SIDE_PX)
    preview = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    return FaceChoice(faces.width_px, faces.height_px, faces.faces, preview)
