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
from biometrics.errors import MinutiaeInvalid, NoFingerprintFound
from biometrics.fingerprint.examined import ExaminedMinutiae, as_examined
from biometrics.image import DecodedImage, decode_image, encode_jpeg
from biometrics.template import Impression

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
        found = find_in_mark(parts, image, capture.dpi) or _nothing(image, capture.dpi)
        picture = base64.b64encode(encode_jpeg(image.pixels, 90)).decode("ascii")
    return MinutiaeAnswer.of(found, f"data:image/jpeg;base64,{picture}")


def find_in_mark(parts: Parts, image: DecodedImage, dpi: float | None) -> ExaminedMinutiae | None:
    """Return the minutiae in pixels of the image, None where none are to be seen."""
    try:
        found = parts.engines.finger.extract(image, dpi=dpi, impression=Impression.LATENT)
    except NoFingerprintFound:
        return None
    height_px, width_px = image.pixels.shape[:2]
    return as_examined(found.minutiae, found.scale, width_px, height_px, found.resolution.dpi)


def check_image(examined: ExaminedMinutiae, image: DecodedImage) -> None:
    """Refuse minutiae whose image has another size than the one that was sent.

    Raises:
        MinutiaeInvalid: says both sizes.
    """
    height_px, width_px = image.pixels.shape[:2]
    if (width_px, height_px) != (examined.width_px, examined.height_px):
        raise MinutiaeInvalid(
            f"The minutiae are of an image of {examined.width_px} x {examined.height_px} pixels, the one sent"
            f" has {width_px} x {height_px}. Send the image they were marked in.",
            width_px=width_px,
            height_px=height_px,
        )


def is_minutiae_text(data: bytes) -> bool:
    """Whether a stored sample is an examiner's list rather than an image; no image format begins so."""
    return data[:1] == b"{"


def _nothing(image: DecodedImage, dpi: float | None) -> ExaminedMinutiae:
    height_px, width_px = image.pixels.shape[:2]
    return ExaminedMinutiae(width_px, height_px, dpi or image.dpi or WORKING_DPI, ())


def _finger(name: str) -> str:
    return f"finger_{name.removeprefix('minutiae_')}"
