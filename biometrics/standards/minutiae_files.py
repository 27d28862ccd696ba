"""Tells which minutiae record format a file has, and reads and writes any of them."""

from types import ModuleType

from biometrics.errors import TemplateRecordUnreadable
from biometrics.standards import ansi378_2004, ansi378_2009, iso19794_2_2005, iso19794_2_2011
from biometrics.standards.minutiae_record import MinutiaeRecord, RecordFormat
from biometrics.standards.record_reading import MAGIC

CODECS: dict[RecordFormat, ModuleType] = {
    RecordFormat.ISO_2005: iso19794_2_2005,
    RecordFormat.ISO_2011: iso19794_2_2011,
    RecordFormat.ANSI_2004: ansi378_2004,
    RecordFormat.ANSI_2009: ansi378_2009,
    RecordFormat.ANSI_2009_AM1: ansi378_2009,
}

SHORTEST_ANSI_2004 = 26  # its header with a length of two bytes
SHORTEST_ISO_2005 = 24


def is_minutiae_record(data: bytes) -> bool:
    """Whether the file claims to be a finger minutiae record."""
    return data[: len(MAGIC)] == MAGIC


def sniff(data: bytes) -> RecordFormat | None:
    """Return the format, None when it is none of ours.

    ISO and ANSI share identifier and version; where the lengths do not tell them apart because they
    are wrong, the reading is taken that is the less impossible.
    """
    if not is_minutiae_record(data):
        return None
    version = data[4:8]
    if version == iso19794_2_2005.VERSION:
        return _iso_or_ansi_of_2004(data)
    if version == iso19794_2_2011.VERSION:
        return _iso_or_ansi_of_2009(data)
    amended = ansi378_2009.VERSIONS[RecordFormat.ANSI_2009_AM1]
    return RecordFormat.ANSI_2009_AM1 if version == amended else None


def read_record(data: bytes) -> MinutiaeRecord:
    """Return the record in the file, whichever format it has.

    Raises:
        TemplateRecordUnreadable: none of the formats, cut off, without a view, or contradictory.
    """
    found = sniff(data)
    if found is None:
        formats = ", ".join(RecordFormat)
        raise TemplateRecordUnreadable(f"The file is no minutiae record. Send one of {formats}.")
    record: MinutiaeRecord = CODECS[found].read(data)
    if not record.views:
        raise TemplateRecordUnreadable("The record holds no view of a finger.")
    return record


def write_record(record: MinutiaeRecord) -> bytes:
    """Return the bytes of the record in its format.

    Raises:
        TemplateRecordUnwritable: too many views or minutiae, or a value that does not fit.
    """
    data: bytes = CODECS[record.format].write(record)
    return data


def _iso_or_ansi_of_2004(data: bytes) -> RecordFormat:
    if int.from_bytes(data[8:12], "big") == len(data):
        return RecordFormat.ISO_2005
    high, low = int.from_bytes(data[8:10], "big"), int.from_bytes(data[10:12], "big")
    # ISO: high half of the length, ANSI: the length, or 0 before a long one of which this is the high half
    ansi = high >= SHORTEST_ANSI_2004 or (high == 0 and low < SHORTEST_ISO_2005)
    return RecordFormat.ANSI_2004 if ansi else RecordFormat.ISO_2005


def _iso_or_ansi_of_2009(data: bytes) -> RecordFormat:
    """ISO, when its chain of views ends where the record does; else ANSI, when its own header fits better."""
    stated, count = int.from_bytes(data[8:12], "big"), int.from_bytes(data[12:14], "big")
    at, views = iso19794_2_2011.HEADER_BYTES, 0
    while views < count and at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length < iso19794_2_2011.SHORTEST_VIEW:
            break
        at, views = at + length, views + 1
    chain_fits = views == count and count > 0 and at in (stated, len(data))
    return RecordFormat.ISO_2011 if chain_fits else RecordFormat.ANSI_2009
