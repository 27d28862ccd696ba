"""Takes numbers off a minutiae record within its bounds, and collects the defects met on the way."""

import math
from collections.abc import Sequence

from biometrics.errors import TemplateRecordUnreadable
from biometrics.standards.minutiae_record import (
    KNOWN_IMPRESSION_CODES,
    ImageGeometry,
    MinutiaKind,
    RecordDefect,
    RecordMinutia,
    dpi_of,
)
from biometrics.template import FingerPosition

MAGIC = b"FMR\0"
MOST_BYTES = 4 * 1024 * 1024
"""Far above any real record: ten fingers with all extended data stay below 1 MiB."""

LOWEST_DPI, HIGHEST_DPI = 150.0, 2600.0
COORDINATE_BITS = 0x3FFF
EXTENDED_BLOCK_HEADER = 4
MISSING_PER_CM = 197


class RecordReader:
    """Reads big-endian numbers; running out of bytes is an error, oddities are collected in ``defects``."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise TemplateRecordUnreadable(
                f"The file has {len(data)} bytes; no minutiae record has more than {MOST_BYTES}."
                " Send the record alone.",
                max_bytes=MOST_BYTES,
            )
        self._data = data
        self.at = 0
        self.view: int | None = None
        self.defects: list[RecordDefect] = []

    @property
    def rest(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self.at

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if size > self.rest:
            raise TemplateRecordUnreadable(
                "The minutiae record is cut off. Export it again and send the whole file."
            )
        self.at += size
        return self._data[self.at - size : self.at]

    def number(self, size: int) -> int:
        """Return the next unsigned number of ``size`` bytes."""
        return int.from_bytes(self.take(size), "big")

    def numbers(self, sizes: Sequence[int]) -> list[int]:
        """Return several numbers in a row."""
        return [self.number(size) for size in sizes]

    def report(self, code: str, message: str) -> None:
        """Keep a defect of the view being read, once per code and view."""
        if not any(known.code == code and known.view == self.view for known in self.defects):
            self.defects.append(RecordDefect(code, message, self.view))

    def magic(self, version: bytes) -> None:
        """Take the identifier and the version.

        Raises:
            TemplateRecordUnreadable: they are others.
        """
        if self.take(8) != MAGIC + version:
            raise TemplateRecordUnreadable("The file is no minutiae record of this format.")

    def stated_length(self, stated: int) -> None:
        """Compare the record's own length with the file's."""
        if stated != len(self._data):
            self.report(
                "length_wrong",
                f"The record states {stated} bytes, the file has {len(self._data)}; the file was read.",
            )

    def end(self) -> None:
        """Report what is left after the last view."""
        self.view = None
        if self.rest:
            self.report("trailing_bytes", f"{self.rest} bytes after the last view were left out.")


def read_position(reader: RecordReader) -> FingerPosition:
    """Take a finger position; palms, several fingers and unknown codes become UNKNOWN."""
    code = reader.number(1)
    if code in FingerPosition._value2member_map_:
        return FingerPosition(code)
    reader.report("position_unknown", f"Finger position {code} is no single finger; taken as unknown.")
    return FingerPosition.UNKNOWN


def check_impression(reader: RecordReader, code: int) -> int:
    """Return the code, reporting one that no standard has."""
    if code not in KNOWN_IMPRESSION_CODES:
        reader.report("impression_unknown", f"Impression type {code} is in no standard; taken as plain.")
    return code


def read_quality(reader: RecordReader, unreported: Sequence[int]) -> float | None:
    """Take a quality from 0 to 100; codes of ``unreported`` and values that are none become None."""
    value = reader.number(1)
    if value in unreported:
        return None
    if value > 100:
        reader.report("quality_out_of_range", f"Quality {value} is above 100; taken as not reported.")
        return None
    return value / 100


def check_geometry(reader: RecordReader, values: Sequence[int]) -> ImageGeometry:
    """Return width, height and pixels per centimetre; a missing resolution is taken as 500 dpi.

    Raises:
        TemplateRecordUnreadable: no fingerprint has such a resolution.
    """
    width, height, *per_cm = values
    if not width or not height:
        reader.report("image_size_missing", "The record states no image size.")
    if 0 in per_cm:
        reader.report("resolution_missing", "The record states no resolution; taken as 500 dpi.")
        per_cm = [value or MISSING_PER_CM for value in per_cm]
    for value in per_cm:
        if not LOWEST_DPI <= dpi_of(value) <= HIGHEST_DPI:
            raise TemplateRecordUnreadable(
                f"The record states {value} pixels per centimetre, which no fingerprint scanner has."
                " Export it again with the true resolution.",
                per_cm=value,
            )
    return ImageGeometry(width, height, *per_cm)


def read_minutiae(
    reader: RecordReader,
    count: int,
    geometry: ImageGeometry,
    angle_steps: int,
    unreported: Sequence[int],
    has_quality: bool = True,
) -> tuple[RecordMinutia, ...]:
    """Take ``count`` minutiae and bring them to 500 dpi.

    Args:
        angle_steps: Units of the angle in a full turn: 256 in ISO records, 180 in ANSI records.
        unreported: Codes for a quality that is not known.
        has_quality: Whether each has a sixth byte.
    """
    if not count:
        reader.report("no_minutiae", "The view has no minutiae.")
    if count * (6 if has_quality else 5) > reader.rest:
        raise TemplateRecordUnreadable(
            f"The record promises {count} minutiae and is cut off before the last. Export it again."
        )
    found = []
    for _ in range(count):
        first, second, angle = reader.numbers((2, 2, 1))
        quality = read_quality(reader, unreported) if has_quality else None
        x, y = first & COORDINATE_BITS, second & COORDINATE_BITS
        _check_minutia(reader, second >> 14, x, y, angle, geometry, angle_steps)
        found.append(
            RecordMinutia(
                x * geometry.scale_x,
                y * geometry.scale_y,
                angle % angle_steps * math.tau / angle_steps,
                _kind(reader, first >> 14),
                quality,
            )
        )
    if len({(minutia.x, minutia.y, minutia.angle_rad) for minutia in found}) < len(found):
        reader.report("minutia_repeated", "A minutia stands in the view more than once.")
    return tuple(found)


def _kind(reader: RecordReader, code: int) -> MinutiaKind:
    if code > MinutiaKind.BIFURCATION:
        reader.report("minutia_type_unknown", f"Minutia type {code} is reserved; taken as other.")
        return MinutiaKind.OTHER
    return MinutiaKind(code)


def _check_minutia(
    reader: RecordReader, reserved: int, x: int, y: int, angle: int, geometry: ImageGeometry, steps: int
) -> None:
    if reserved:
        reader.report("reserved_bits_set", "Reserved bits of a minutia are set; they were ignored.")
    if (geometry.width_px and x >= geometry.width_px) or (geometry.height_px and y >= geometry.height_px):
        reader.report(
            "minutia_outside_image",
            f"A minutia at ({x}, {y}) lies outside the stated {geometry.width_px} x {geometry.height_px}"
            " image; it was kept.",
        )
    if angle >= steps:
        reader.report("angle_out_of_range", f"Angle {angle} is a full turn or more; it was wrapped.")


def read_extended(reader: RecordReader) -> bytes:
    """Take the extended data area as it is; a record that ends before its length has none."""
    if not reader.rest:
        reader.report("extended_length_missing", "The view ends without the length of its extended data.")
        return b""
    stated = reader.number(2)
    if stated > reader.rest:
        reader.report(
            "extended_cut_off",
            f"{stated} bytes of extended data are stated, {reader.rest} are there; these were kept.",
        )
        return reader.take(reader.rest)
    area = reader.take(stated)
    if not _is_chain(area):
        reader.report("extended_inconsistent", "The blocks of the extended data do not fill their area.")
    return area


def _is_chain(area: bytes) -> bool:
    """Whether the area is a chain of blocks: type, length with header, data."""
    at = 0
    while at < len(area):
        length = int.from_bytes(area[at + 2 : at + EXTENDED_BLOCK_HEADER], "big")
        if length < EXTENDED_BLOCK_HEADER or at + length > len(area):
            return False
        at += length
    return True
