"""What every finger minutiae record says, whichever its format: views of prints and their minutiae."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from biometrics.template import FingerPosition, Impression

NOMINAL_PER_CM = {197: 500.0, 394: 1000.0}
"""Pixels per centimetre are whole numbers: these two stand for 500 and 1000 dpi (196.85 and 393.70)."""

CM_PER_INCH = 2.54
WORKING_DPI = 500.0


class RecordFormat(StrEnum):
    """The record formats read and written; the value names them in requests and files."""

    ISO_2005 = "iso19794-2:2005"
    ISO_2011 = "iso19794-2:2011"
    ANSI_2004 = "ansi378:2004"
    ANSI_2009 = "ansi378:2009"
    ANSI_2009_AM1 = "ansi378:2009am1"


class MinutiaKind(IntEnum):
    """Codes of all formats. OTHER also means that ending and bifurcation were not told apart."""

    OTHER = 0
    ENDING = 1
    BIFURCATION = 2


@dataclass(frozen=True)
class RecordDefect:
    """Something in a record that breaks its standard and was tolerated.

    Attributes:
        code: Stable name, such as ``minutia_outside_image``.
        message: What was found and what was made of it.
        view: Which view, counted from 0; None for the record as a whole.
    """

    code: str
    message: str
    view: int | None = None


@dataclass(frozen=True)
class RecordMinutia:
    """One minutia, in the conventions of this house.

    Attributes:
        x, y: Pixels at 500 dpi, y down.
        angle_rad: Counter-clockwise from the x axis, 0 to 2 pi.
        quality: 0 to 1, None when not reported.
    """

    x: float
    y: float
    angle_rad: float
    kind: MinutiaKind
    quality: float | None = None


@dataclass(frozen=True)
class ImageGeometry:
    """The image the minutiae were found in, as the record states it.

    Attributes:
        width_px, height_px: At the image's own resolution.
        per_cm_x, per_cm_y: Pixels per centimetre.
    """

    width_px: int
    height_px: int
    per_cm_x: int
    per_cm_y: int

    @property
    def scale_x(self) -> float:
        """Pixels at 500 dpi per pixel of the image, across."""
        return WORKING_DPI / dpi_of(self.per_cm_x)

    @property
    def scale_y(self) -> float:
        """Pixels at 500 dpi per pixel of the image, down."""
        return WORKING_DPI / dpi_of(self.per_cm_y)


@dataclass(frozen=True)
class RecordView:
    """One impression of one finger.

    Attributes:
        number: Counts the views of one finger from 0.
        impression_code: As in the record; see ``impression``.
        quality: 0 to 1, None when not reported.
        extended: The extended data area as it was read (ridge counts, cores, deltas, vendors' own),
            written back unchanged.
        endings_on_ridges: Whether endings lie where the ridge ends rather than where the valley
            around it forks; only ISO/IEC 19794-2:2011 tells.
    """

    position: FingerPosition
    number: int
    impression_code: int
    quality: float | None
    geometry: ImageGeometry
    minutiae: tuple[RecordMinutia, ...]
    extended: bytes = b""
    endings_on_ridges: bool = False

    @property
    def impression(self) -> Impression:
        """How the print was taken, in the words of this house."""
        if self.impression_code in LATENT_CODES:
            return Impression.LATENT
        return Impression.ROLLED if self.impression_code in ROLLED_CODES else Impression.PLAIN


@dataclass(frozen=True)
class MinutiaeRecord:
    """A record: who made it, its views, and what was wrong with it.

    Attributes:
        vendor: The registered owner of the extractor (ANSI) or of the capture device (ISO), 0 if unstated.
        product: The vendor's number for its product; the device's number in ISO records.
        defects: What was tolerated while reading.
    """

    format: RecordFormat
    views: tuple[RecordView, ...]
    vendor: int = 0
    product: int = 0
    defects: tuple[RecordDefect, ...] = ()

    def in_format(self, target: RecordFormat) -> "MinutiaeRecord":
        """Return the record for writing in another format.

        The extended data stay behind, since cores and deltas have other units there; so does the
        vendor between ISO and ANSI, where the field names something else.
        """
        if target is self.format:
            return self
        views = tuple(replace(view, extended=b"") for view in self.views)
        same_family = target.value.split(":")[0] == self.format.value.split(":")[0]
        made_by = (self.vendor, self.product) if same_family else (0, 0)
        return MinutiaeRecord(target, views, *made_by)


ROLLED_CODES = frozenset({1, 3, 21, 23, 25, 27})
LATENT_CODES = frozenset({4, 5, 6, 7})
KNOWN_IMPRESSION_CODES = frozenset({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, *range(20, 30)})
IMPRESSION_CODES = {Impression.PLAIN: 0, Impression.ROLLED: 1, Impression.LATENT: 7}
"""What is written for a print of this house: live-scan plain, live-scan rolled, latent."""


def dpi_of(per_cm: int) -> float:
    """Return dots per inch for pixels per centimetre."""
    return NOMINAL_PER_CM.get(per_cm, per_cm * CM_PER_INCH)
