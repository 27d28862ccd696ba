"""Minutiae from an examiner in a request: read from their parts, joined to the images they belong to."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.form_reading import SentForm, strict_text
from api.lifespan import Parts
from api.schemas.marks import MinutiaeAnswer, MinutiaeBody
from api.schemas.samples import Capture
from api.uploads import PartRepeated, ProbeFile, json_part
from biometrics.fingerprint.examined import ExaminedMinutiae
from biometrics.image import DecodedImage, decode_image, encode_jpeg
from enroll.examined_marks import find_in_mark

MINUTIAE_PART = re.compile(r"minutiae_(10|[0-9])")
WORKING_DPI = 500.0


def take_minutiae(form: SentForm) -> tuple[SentForm, dict[str, MinutiaeBody]]:
    """Return the form without its parts ``minutiae_N``, and these by the part name of their finger.

    Raises:
        ValidationFailed, TextNotUtf8: not the JSON that is asked for; ``problems`` names each field.
        PartRepeated: two lists for one finger.
    """
    texts = {name: text for name, text in form.fields.items() if MINUTIAE_PART.fullmatch(name)}
    for file in form.files:
        if MINUTIAE_PART.fullmatch(file.part):
            if file.part in texts:
                raise PartRepeated(f"There are two parts {file.part!r}.", part=file.part)
            texts[file.part] = strict_text(file.read(), file.part)
    only = SentForm(texts, ())
    found = {_finger(name): json_part(only, name, MinutiaeBody) for name in texts}
    rest = SentForm(
        {name: text for name, text in form.fields.items() if name not in texts},
        tuple(file for file in form.files if file.part not in texts),
    )
    return rest, found


def with_minutiae(files: Sequence[ProbeFile], found: Mapping[str, MinutiaeBody]) -> list[ProbeFile]:
    """Give each list of minutiae to the image of its finger; one without an image is a file of its own."""
    joined = []
    for file in files:
        body = found.get(file.part)
        joined.append(replace(file, examined=body.to_examined()) if body else file)
    parts = [file.part for file in files]
    for part, body in found.items():
        if parts.count(part) > 1:
            raise PartRepeated(f"Minutiae were sent for one of several files {part!r}: send one.", part=part)
        if part not in parts:
            joined.append(ProbeFile(part, body.model_dump_json().encode(), body.to_examined(), False))
    return joined


def first_draft(parts: Parts, file: ProbeFile, capture: Capture) -> MinutiaeAnswer:
    """Return what the service finds in a mark, for an examiner to correct; nothing is stored.

    Raises:
        InputRejected: the image cannot be used at all.
    """
    with parts.capacity.turn():
        image = decode_image(file.data, parts.image_limits)
        found = find_in_mark(parts.engines, image, capture.dpi) or _nothing(image, capture.dpi)
        picture = base64.b64encode(encode_jpeg(image.pixels, 90)).decode("ascii")
    return MinutiaeAnswer.of(found, f"data:image/jpeg;base64,{picture}")


def _nothing(image: DecodedImage, dpi: float | None) -> ExaminedMinutiae:
    height_px, width_px = image.pixels.shape[:2]
    return ExaminedMinutiae(width_px, height_px, dpi or image.dpi or WORKING_DPI, ())


def _finger(name: str) -> str:
    return f"finger_{name.removeprefix('minutiae_')}"
