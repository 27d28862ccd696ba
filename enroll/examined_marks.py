"""An examiner's minutiae as they are sent and kept, and the image of the mark that they belong to."""

import math
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from biometrics.errors import MinutiaeInvalid, NoFingerprintFound
from biometrics.fingerprint.examined import ExaminedMinutia, ExaminedMinutiae, as_examined
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.image import DecodedImage
from biometrics.standards.minutiae_record import MinutiaKind
from biometrics.template import Impression
from enroll.engines import Engines

MOST_MINUTIAE = PARAMETERS.minutiae.most
LARGEST_SIDE_PX = 20_000
SURE = 0.9
"""Quality of a minutia about which the examiner says nothing: a good one of the network's has as much."""

KINDS = {kind.name.lower(): kind for kind in MinutiaKind}


class MinutiaBody(BaseModel):
    """One minutia, in pixels of the image as sent."""

    model_config = ConfigDict(extra="forbid")

    x: float = Field(ge=0, lt=LARGEST_SIDE_PX, description="To the right.")
    y: float = Field(ge=0, lt=LARGEST_SIDE_PX, description="Down.")
    angle_rad: float = Field(
        ge=-math.tau, le=math.tau, description="Direction of the ridge, counter-clockwise from the x axis."
    )
    kind: str = Field(default="other", pattern="^(ending|bifurcation|other)$")
    quality: float = Field(default=SURE, ge=0, le=1)


class MinutiaeBody(BaseModel):
    """The part ``minutiae_N`` of a search: what an examiner sees in the mark."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "width_px": 800,
                    "height_px": 600,
                    "dpi": 1000,
                    "minutiae": [
                        {"x": 212.5, "y": 180, "angle_rad": 1.57, "kind": "ending"},
                        {"x": 260, "y": 231, "angle_rad": 4.6, "kind": "bifurcation", "quality": 0.7},
                        {"x": 301, "y": 190, "angle_rad": 1.2},
                    ],
                }
            ]
        },
    )

    width_px: int = Field(ge=1, le=LARGEST_SIDE_PX)
    height_px: int = Field(ge=1, le=LARGEST_SIDE_PX)
    dpi: float = Field(ge=PARAMETERS.resolution.lowest_dpi, le=PARAMETERS.resolution.highest_dpi)
    minutiae: list[MinutiaBody] = Field(max_length=MOST_MINUTIAE)

    def to_examined(self) -> ExaminedMinutiae:
        """Return the value that a template is made of."""
        return ExaminedMinutiae(
            self.width_px,
            self.height_px,
            self.dpi,
            tuple(
                ExaminedMinutia(each.x, each.y, each.angle_rad, KINDS[each.kind], each.quality)
                for each in self.minutiae
            ),
        )


def is_minutiae_text(data: bytes) -> bool:
    """Whether a sample is an examiner's list rather than an image; no image format begins so."""
    return data.lstrip()[:1] == b"{"


def read_examined(data: bytes) -> MinutiaeBody:
    """Read an examiner's list, from a file or as it was kept.

    Raises:
        MinutiaeInvalid: says what is wrong where.
    """
    try:
        return MinutiaeBody.model_validate_json(data)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MinutiaeInvalid(
            f"The list of minutiae cannot be read: {place}: {first['msg']}. docs/api.md shows its form."
        ) from None


def examined_as_json(examined: ExaminedMinutiae) -> dict[str, Any]:
    """Return minutiae as they are kept with a search and shown."""
    return {
        "width_px": examined.width_px,
        "height_px": examined.height_px,
        "dpi": examined.dpi,
        "minutiae": [
            {
                "x": each.x,
                "y": each.y,
                "angle_rad": each.angle_rad,
                "kind": each.kind.name.lower(),
                "quality": each.quality,
            }
            for each in examined.minutiae
        ],
    }


def find_in_mark(engines: Engines, image: DecodedImage, dpi: float | None) -> ExaminedMinutiae | None:
    """Return the minutiae in pixels of the image, None where none are to be seen."""
    try:
        found = engines.finger.extract(image, dpi=dpi, impression=Impression.LATENT)
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
