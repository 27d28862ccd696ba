"""Finger minutiae records of ISO/IEC 19794-2:2011, record format."""

from biometrics.standards.minutiae_record import MinutiaeRecord, RecordFormat, RecordView
from biometrics.standards.record_reading import (
    MAGIC,
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
    minutiae_bytes,
    packed,
    quality_code,
)

VERSION = b"030\0"
ANGLE_STEPS = 256
UNREPORTED = 254
UNREPORTED_OR_FAILED = (254, 255)
HEADER_BYTES = 15
SHORTEST_VIEW = 34  # without minutiae
UNKNOWN_TIME = b"\xff" * 9
CERTIFICATION_BYTES = 3
WITH_QUALITY, WITHOUT_QUALITY = 6, 5


def read(data: bytes) -> MinutiaeRecord:
    """Return the record; vendor and product are those of the first view's capture device.

    Raises:
        TemplateRecordUnreadable: another format, cut off, or a resolution no print has.
    """
    reader = RecordReader(data)
    reader.magic(VERSION)
    reader.stated_length(reader.number(4))
    count, certified = reader.numbers((2, 1))
    if count * SHORTEST_VIEW > reader.rest:
        reader.take(count * SHORTEST_VIEW)
    views, devices = [], []
    for reader.view in range(count):
        device, view = _read_representation(reader, certified=bool(certified))
        views.append(view)
        devices.append(device)
    reader.end()
    made_by = devices[0] if devices else (0, 0)
    return MinutiaeRecord(RecordFormat.ISO_2011, tuple(views), *made_by, tuple(reader.defects))


def _read_representation(reader: RecordReader, *, certified: bool) -> tuple[tuple[int, int], RecordView]:
    start = reader.at
    stated = reader.number(4)
    reader.take(len(UNKNOWN_TIME) + 1)  # time of capture, technology of the sensor
    vendor, device, blocks = reader.numbers((2, 2, 1))
    qualities = []
    for _ in range(blocks):
        qualities.append(read_quality(reader, UNREPORTED_OR_FAILED))
        reader.take(4)  # who measured it, and how
    if certified:
        reader.take(reader.number(1) * CERTIFICATION_BYTES)
    view = _read_view(reader, next((value for value in qualities if value is not None), None))
    _follow_length(reader, start + stated)
    return (vendor, device), view


def _read_view(reader: RecordReader, quality: float | None) -> RecordView:
    position = read_position(reader)
    number, *per_cm, impression, width, height = reader.numbers((1, 2, 2, 1, 2, 2))
    geometry = check_geometry(reader, (width, height, *per_cm))
    layout, count = reader.numbers((1, 1))
    if layout >> 4 not in (WITHOUT_QUALITY, WITH_QUALITY):
        reader.report("minutia_length_wrong", f"Minutiae of {layout >> 4} bytes are stated; 6 were read.")
    has_quality = layout >> 4 != WITHOUT_QUALITY
    minutiae = read_minutiae(reader, count, geometry, ANGLE_STEPS, UNREPORTED_OR_FAILED, has_quality)
    return RecordView(
        position=position,
        number=number,
        impression_code=check_impression(reader, impression),
        quality=quality,
        geometry=geometry,
        minutiae=minutiae,
        extended=read_extended(reader),
        endings_on_ridges=layout & 0x0F == 1,
    )


def _follow_length(reader: RecordReader, stated_end: int) -> None:
    """Go to where the view is said to end, unless that lies inside what was read or outside the file."""
    if stated_end == reader.at:
        return
    reader.report("view_length_wrong", "The stated length of a view is not the one it has.")
    if reader.at < stated_end <= reader.at + reader.rest:
        reader.take(stated_end - reader.at)


def write(record: MinutiaeRecord) -> bytes:
    """Return the bytes; the time of capture is left unknown.

    Raises:
        TemplateRecordUnwritable: too many views or minutiae, or a value that does not fit.
    """
    check_views(record)
    views = b"".join(_representation_bytes(record, view) for view in record.views)
    header = packed((HEADER_BYTES + len(views), 4), (len(record.views), 2), (0, 1))
    return MAGIC + VERSION + header + views


def _representation_bytes(record: MinutiaeRecord, view: RecordView) -> bytes:
    device = UNKNOWN_TIME + packed((0, 1), (record.vendor, 2), (record.product, 2))
    if view.quality is None:
        quality = packed((0, 1))
    else:
        quality = packed((1, 1), (quality_code(view.quality, UNREPORTED), 1), (0, 4))
    body = device + quality + _view_bytes(view)
    return packed((len(body) + 4, 4)) + body


def _view_bytes(view: RecordView) -> bytes:
    with_quality = any(minutia.quality is not None for minutia in view.minutiae)
    length = WITH_QUALITY if with_quality else WITHOUT_QUALITY
    geometry = view.geometry
    header = packed(
        (view.position, 1),
        (view.number, 1),
        (geometry.per_cm_x, 2),
        (geometry.per_cm_y, 2),
        (view.impression_code, 1),
        (geometry.width_px, 2),
        (geometry.height_px, 2),
        (length << 4 | int(view.endings_on_ridges), 1),
        (len(view.minutiae), 1),
    )
    minutiae = minutiae_bytes(view.minutiae, geometry, ANGLE_STEPS, UNREPORTED, with_quality)
    return header + minutiae + extended_bytes(view)
