"""Finger minutiae records of ANSI INCITS 378-2004."""

from biometrics.standards.minutiae_record import MinutiaeRecord, RecordFormat
from biometrics.standards.record_reading import MAGIC, RecordReader
from biometrics.standards.record_writing import packed
from biometrics.standards.short_views import read_short_views, short_views_bytes

VERSION = b" 20\0"
ANGLE_STEPS = 180
HEADER_BYTES = 16  # before the image size, with a length of two bytes
LARGEST_SHORT_LENGTH = 0xFFFF


def read(data: bytes) -> MinutiaeRecord:
    """Return the record.

    Raises:
        TemplateRecordUnreadable: another format, cut off, or a resolution no print has.
    """
    reader = RecordReader(data)
    reader.magic(VERSION)
    # two bytes of zero announce four more
    reader.stated_length(reader.number(2) or reader.number(4))
    vendor, product, _device = reader.numbers((2, 2, 2))
    views = read_short_views(reader, ANGLE_STEPS)
    return MinutiaeRecord(RecordFormat.ANSI_2004, views, vendor, product, tuple(reader.defects))


def write(record: MinutiaeRecord) -> bytes:
    """Return the bytes.

    Raises:
        TemplateRecordUnwritable: too many views or minutiae, or a value that does not fit.
    """
    views = short_views_bytes(record, ANGLE_STEPS)
    length = HEADER_BYTES + len(views)
    is_short = length <= LARGEST_SHORT_LENGTH
    stated = packed((length, 2)) if is_short else packed((0, 2), (length + 4, 4))
    return MAGIC + VERSION + stated + packed((record.vendor, 2), (record.product, 2), (0, 2)) + views
