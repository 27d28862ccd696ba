"""JSON of minutiae that an examiner marked, and of those that the service finds for a first draft."""

from pydantic import Field

from api.schemas.shape import Answer
from biometrics.fingerprint.examined import ExaminedMinutiae
from enroll.examined_marks import MinutiaeBody, examined_as_json

__all__ = ["MinutiaAnswer", "MinutiaeAnswer", "MinutiaeBody", "SearchedMinutiae"]


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
        return cls(**examined_as_json(examined), picture=picture)


class SearchedMinutiae(Answer):
    """What an examiner searched with, beside what the service had found in the same image."""

    examined: MinutiaeAnswer
    automatic: MinutiaeAnswer | None = Field(
        description="Null without an image, or where nothing was found in it."
    )
