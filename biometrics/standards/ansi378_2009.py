"""Finger minutiae records of ANSI INCITS 378-2009 and its first amendment, which differ in the version."""

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
    geometry_fields,
    minutiae_bytes,
    packed,
    quality_code,
)

VERSIONS = {RecordFormat.ANSI_2009: b"030\0", RecordFormat.ANSI_2009_AM1: b"035\0"}
ANGLE_STEPS = 180
UNREPORTED = 254
UNREPORTED_OR_FAILED = (254, 255)
HEADER_BYTES = 21


def read(data: bytes) -> MinutiaeRecord:
    """Return the record.

    Raises:
        TemplateRecordUnreadable: another format, cut off, or a resolution no print has.
    """
    amended = data[4:8] == VERSIONS[RecordFormat.ANSI_2009_AM1]
    kind = RecordFormat.ANSI_2009_AM1 if amended else RecordFormat.ANSI_2009
    reader = RecordReader(data)
    reader.magic(VERSIONS[kind])
    reader.stated_length(reader.number(4))
    vendor, product, _certified, _device = reader.numbers((2, 2, 1, 2))
    count, reserved = reader.numbers((1, 1))
    if reserved:
        reader.report("reserved_bits_set", "The reserved byte of the header is set; it was ignored.")
    views = []
    for reader.view in range(count):
        views.append(_read_view(reader))
    reader.end()
    return MinutiaeRecord(kind, tuple(views), vendor, product, tuple(reader.defects))


def _read_view(reader: RecordReader) -> RecordView:
    position = read_position(reader)
    number, impression = reader.numbers((1, 1))
    quality = read_quality(reader, UNREPORTED_OR_FAILED)
    reader.take(4)  # who measured the quality, and how
    geometry = check_geometry(reader, reader.numbers((2, 2, 2, 2)))
    count = reader.number(1)
    minutiae = read_minutiae(reader, count, geometry, ANGLE_STEPS, UNREPORTED_OR_FAILED)
    code = check_impression(reader, impression)
    return RecordView(position, number, code, quality, geometry, minutiae, read_extended(reader))


def write(record: MinutiaeRecord) -> bytes:
    """Return the bytes.

    Raises:
        TemplateRecordUnwritable: too many views or minutiae, or a value that does not fit.
    """
    check_views(record)
    views = b"".join(_view_bytes(view) for view in record.views)
    header = packed(
        (HEADER_BYTES + len(views), 4),
        (record.vendor, 2),
        (record.product, 2),
        (0, 3),
        (len(record.views), 1),
    )
    return MAGIC + VERSIONS[record.format] + header + b"\0" + views


def _view_bytes(view: RecordView) -> bytes:
    header = packed(
        (view.position, 1),
        (view.number, 1),
        (view.impression_code, 1),
        (quality_code(view.quality, UNREPORTED), 1),
        (0, 4),
        *geometry_fields(view.geometry),
        (len(view.minutiae), 1),
    )
    minutiae = minutiae_bytes(view.minutiae, view.geometry, ANGLE_STEPS, UNREPORTED)
    return header + minutiae + extended_bytes(view)
