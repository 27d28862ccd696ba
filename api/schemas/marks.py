"""JSON of minutiae that an examiner marked, and of those that the service finds for a first draft."""

import math

from pydantic import ConfigDict, Field

from api.schemas.shape import Answer, Request
from biometrics.fingerprint.examined import ExaminedMinutia, ExaminedMinutiae
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.standards.minutiae_record import MinutiaKind

MOST_MINUTIAE = PARAMETERS.minutiae.most
LARGEST_SIDE_PX = 20_000
SURE = 0.9
"""Quality of a minutia about which the examiner says nothing: a good one of the network's has as much."""

KINDS = {kind.name.lower(): kind for kind in MinutiaKind}


class MinutiaBody(Request):
    """One minutia, in pixels of the image as sent."""

    x: float = Field(ge=0, lt=LARGEST_SIDE_PX, description="To the right.")
    y: float = Field(ge=0, lt=LARGEST_SIDE_PX, description="Down.")
    angle_rad: float = Field(
        ge=-math.tau, le=math.tau, description="Direction of the ridge, counter-clockwise from the x axis."
    )
    kind: str = Field(default="other", pattern="^(ending|bifurcation|other)$")
    quality: float = Field(default=SURE, ge=0, le=1)


class MinutiaeBody(Request):
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


class MinutiaAnswer(Answer):
    """One minutia, in pixels of the image as sent."""

    x: float
    y: float
    angle_rad: float
    kind: str
    quality: float


class MinutiaeAnswer(Answer):
    """Minutiae of a mark; without ``picture`` it can be sent back as ``minutiae_N``."""

    width_px: int
    height_px: int
    dpi: float
    minutiae: list[MinutiaAnswer]
    picture: str | None = Field(
        default=None,
        description="The image as a JPEG in a data URL: not every browser shows WSQ or TIFF.",
    )

    @classmethod
    def of(cls, examined: ExaminedMinutiae, picture: str | None = None) -> "MinutiaeAnswer":
        """Describe a set of minutiae."""
        minutiae = [
            MinutiaAnswer(
                x=each.x,
                y=each.y,
                angle_rad=each.angle_rad,
                kind=each.kind.name.lower(),
                quality=each.quality,
            )
            for each in examined.minutiae
        ]
        return cls(
            width_px=examined.width_px,
            height_px=examined.height_px,
            dpi=examined.dpi,
            minutiae=minutiae,
            picture=picture,
        )


class SearchedMinutiae(Answer):
    """What an examiner searched with, beside what the service had found in the same image."""

    examined: MinutiaeAnswer
    automatic: MinutiaeAnswer | None = Field(
        description="Null without an image, or where nothing was found in it."
    )
