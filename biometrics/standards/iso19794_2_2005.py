"""Finger minutiae records of ISO/IEC 19794-2:2005, record format."""

from biometrics.standards.minutiae_record import MinutiaeRecord, RecordFormat
from biometrics.standards.record_reading import MAGIC, RecordReader
from biometrics.standards.record_writing import packed
from biometrics.standards.short_views import LARGEST_DEVICE, read_short_views, short_views_bytes

VERSION = b" 20\0"
ANGLE_STEPS = 256
HEADER_BYTES = 14  # before the image size


def read(data: bytes) -> MinutiaeRecord:
    """Return the record.

    Raises:
        TemplateRecordUnreadable: another format, cut off, or a resolution no print has.
    """
    reader = RecordReader(data)
    reader.magic(VERSION)
    reader.stated_length(reader.number(4))
    device = reader.number(2) & LARGEST_DEVICE
    views = read_short_views(reader, ANGLE_STEPS)
    return MinutiaeRecord(RecordFormat.ISO_2005, views, product=device, defects=tuple(reader.defects))


def write(record: MinutiaeRecord) -> bytes:
    """Return the bytes.

    Raises:
        TemplateRecordUnwritable: too many views or minutiae, or a value that does not fit.
    """
    views = short_views_bytes(record, ANGLE_STEPS)
    length = HEADER_BYTES + len(views)
    return MAGIC + VERSION + packed((length, 4), (record.product & LARGEST_DEVICE, 2)) + views
