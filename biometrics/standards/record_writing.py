"""Puts the parts that all minutiae record formats share into bytes."""

import math
from collections.abc import Sequence

from biometrics.errors import TemplateRecordUnwritable
from biometrics.standards.minutiae_record import ImageGeometry, MinutiaeRecord, RecordMinutia, RecordView
from biometrics.standards.record_reading import COORDINATE_BITS

MOST_MINUTIAE = 255
MOST_VIEWS = 255


def packed(*pairs: tuple[int, int]) -> bytes:
    """Return unsigned big-endian numbers, each given as (value, bytes).

    Raises:
        TemplateRecordUnwritable: a value does not fit.
    """
    try:
        return b"".join(value.to_bytes(size, "big") for value, size in pairs)
    except OverflowError as problem:
        raise TemplateRecordUnwritable(
            "A value is too large for its field in this record format."
        ) from problem


def check_views(record: MinutiaeRecord) -> None:
    """Refuse what no format can hold.

    Raises:
        TemplateRecordUnwritable: says which limit is passed.
    """
    if not 1 <= len(record.views) <= MOST_VIEWS:
        raise TemplateRecordUnwritable(f"A record has 1 to {MOST_VIEWS} views.", views=len(record.views))
    for view in record.views:
        if len(view.minutiae) > MOST_MINUTIAE:
            raise TemplateRecordUnwritable(
                f"A view holds at most {MOST_MINUTIAE} minutiae; leave out the worst.",
                minutiae=len(view.minutiae),
            )


def geometry_fields(geometry: ImageGeometry) -> tuple[tuple[int, int], ...]:
    """Return width, height and both resolutions, two bytes each."""
    values = (geometry.width_px, geometry.height_px, geometry.per_cm_x, geometry.per_cm_y)
    return tuple((value, 2) for value in values)


def quality_code(quality: float | None, unreported: int) -> int:
    """Return a quality in whole percent; where 0 means unreported, the worst that is reported is 1."""
    if quality is None:
        return unreported
    percent = min(max(round(quality * 100), 0), 100)
    return max(percent, 1) if unreported == 0 else percent


def minutiae_bytes(
    minutiae: Sequence[RecordMinutia],
    geometry: ImageGeometry,
    angle_steps: int,
    unreported: int,
    with_quality: bool = True,
) -> bytes:
    """Return five or six bytes per minutia, at the resolution of ``geometry``."""
    parts = []
    for minutia in minutiae:
        x, y = round(minutia.x / geometry.scale_x), round(minutia.y / geometry.scale_y)
        if not (0 <= x <= COORDINATE_BITS and 0 <= y <= COORDINATE_BITS):
            raise TemplateRecordUnwritable(f"A minutia at ({x}, {y}) lies outside what 14 bits can say.")
        angle = round(minutia.angle_rad / math.tau * angle_steps) % angle_steps
        parts.append(packed((minutia.kind << 14 | x, 2), (y, 2), (angle, 1)))
        if with_quality:
            parts.append(packed((quality_code(minutia.quality, unreported), 1)))
    return b"".join(parts)


def extended_bytes(view: RecordView) -> bytes:
    """Return the extended data area with its length."""
    return packed((len(view.extended), 2)) + view.extended
