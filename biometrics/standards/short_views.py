"""The finger views of ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004: alike but for the unit of angles."""

from biometrics.standards.minutiae_record import ImageGeometry, MinutiaeRecord, RecordView
from biometrics.standards.record_reading import (
    RecordReader,
    check_geometry,
    check_impression,
    read_extended,
    read_minutiae,
    read_position,
    read_quality,
)
from biometrics.standards.record_writing import (
    check_views,
    extended_bytes,
    geometry_fields,
    minutiae_bytes,
    packed,
    quality_code,
)

UNREPORTED = 0
LARGEST_DEVICE = 0x0FFF  # the four bits above certify the device


def read_short_views(reader: RecordReader, angle_steps: int) -> tuple[RecordView, ...]:
    """Take image size, resolution, the number of views and the views."""
    geometry = check_geometry(reader, reader.numbers((2, 2, 2, 2)))
    count, reserved = reader.numbers((1, 1))
    if reserved:
        reader.report("reserved_bits_set", "The reserved byte of the header is set; it was ignored.")
    views = []
    for reader.view in range(count):
        views.append(_read_view(reader, geometry, angle_steps))
    reader.end()
    return tuple(views)


def _read_view(reader: RecordReader, geometry: ImageGeometry, angle_steps: int) -> RecordView:
    position = read_position(reader)
    shared = reader.number(1)
    quality = read_quality(reader, (UNREPORTED,))
    minutiae = read_minutiae(reader, reader.number(1), geometry, angle_steps, (UNREPORTED,))
    return RecordView(
        position=position,
        number=shared >> 4,
        impression_code=check_impression(reader, shared & 0x0F),
        quality=quality,
        geometry=geometry,
        minutiae=minutiae,
        extended=read_extended(reader),
    )


def short_views_bytes(record: MinutiaeRecord, angle_steps: int) -> bytes:
    """Return everything from the image size on; all views are brought to the first one's resolution.

    Raises:
        TemplateRecordUnwritable: too many views, or a value that does not fit.
    """
    check_views(record)
    geometry = _common_geometry(record)
    parts = [packed(*geometry_fields(geometry), (len(record.views), 1), (0, 1))]
    for view in record.views:
        impression = view.impression_code if view.impression_code <= 0x0F else 0
        parts += [
            packed(
                (view.position, 1),
                (view.number << 4 | impression, 1),
                (quality_code(view.quality, UNREPORTED), 1),
                (len(view.minutiae), 1),
            ),
            minutiae_bytes(view.minutiae, geometry, angle_steps, UNREPORTED),
            extended_bytes(view),
        ]
    return b"".join(parts)


def _common_geometry(record: MinutiaeRecord) -> ImageGeometry:
    """The first view's resolution, and an image that all views fit in."""
    first = record.views[0].geometry
    widths, heights = [], []
    for view in record.views:
        own = view.geometry
        widths.append(round(own.width_px * own.scale_x / first.scale_x))
        heights.append(round(own.height_px * own.scale_y / first.scale_y))
    return ImageGeometry(max(widths), max(heights), first.per_cm_x, first.per_cm_y)
