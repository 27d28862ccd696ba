"""Minutiae records: bytes written by hand from the standards' tables, round trips, defects that are told."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from biometrics.errors import TemplateRecordUnreadable, TemplateRecordUnwritable
from biometrics.standards.minutiae_files import read_record, sniff, write_record
from biometrics.standards.minutiae_record import (
    ImageGeometry,
    MinutiaeRecord,
    MinutiaKind,
    RecordFormat,
    RecordMinutia,
)
from biometrics.template import FingerPosition, Impression
from tests.unit.standards.records import BYTES, any_records

EVERY_FORMAT = list(RecordFormat)


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_reads_bytes_written_by_hand(kind: RecordFormat) -> None:
    record = read_record(BYTES[kind])
    assert (record.format, record.defects, len(record.views)) == (kind, (), 1)
    view = record.views[0]
    assert (view.position, view.number, view.impression) == (
        FingerPosition.RIGHT_INDEX,
        1,
        Impression.ROLLED,
    )
    assert view.quality == pytest.approx(0.8)
    assert view.geometry == ImageGeometry(400, 500, 197, 197)
    ending, bifurcation = view.minutiae
    assert (ending.x, ending.y, ending.kind) == (100, 200, MinutiaKind.ENDING)
    assert (bifurcation.x, bifurcation.y, bifurcation.kind) == (300, 20, MinutiaKind.BIFURCATION)
    assert ending.angle_rad == pytest.approx(math.pi / 2)
    assert bifurcation.angle_rad == pytest.approx(3 * math.pi / 2)
    assert ending.quality == pytest.approx(0.5)
    assert bifurcation.quality is None
    assert view.extended == b"\x01\x01\x00\x05\xff"


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_writes_what_it_read(kind: RecordFormat) -> None:
    assert write_record(read_record(BYTES[kind])) == BYTES[kind]


@given(any_records())
@settings(max_examples=60, deadline=None)
def test_every_record_comes_back(record: MinutiaeRecord) -> None:
    read = read_record(write_record(record))
    assert read.format is record.format
    assert (read.vendor, read.product) == (record.vendor, record.product)
    for back, view in zip(read.views, record.views, strict=True):
        assert replace(back, minutiae=()) == replace(view, minutiae=())
        for found, given_ in zip(back.minutiae, view.minutiae, strict=True):
            assert (found.kind, found.quality) == (given_.kind, given_.quality)
            assert (found.x, found.y) == pytest.approx((given_.x, given_.y))
            assert found.angle_rad == pytest.approx(given_.angle_rad)


@pytest.mark.parametrize("source", EVERY_FORMAT)
@pytest.mark.parametrize("target", EVERY_FORMAT)
def test_converts_between_formats(source: RecordFormat, target: RecordFormat) -> None:
    before = read_record(BYTES[source])
    after = read_record(write_record(before.in_format(target)))
    assert after.format is target
    for old, new in zip(before.views[0].minutiae, after.views[0].minutiae, strict=True):
        assert (new.x, new.y, new.kind, new.quality) == (old.x, old.y, old.kind, old.quality)
        assert new.angle_rad == pytest.approx(old.angle_rad, abs=math.tau / 180)


def test_brings_other_resolutions_to_500_dpi() -> None:
    data = bytearray(BYTES[RecordFormat.ISO_2005])
    data[18:22] = b"\x01\x8a\x00\xc5"  # 394 pixels per cm across: 1000 dpi
    ending = read_record(bytes(data)).views[0].minutiae[0]
    assert (ending.x, ending.y) == (50, 200)


def test_one_image_size_for_views_of_several_resolutions() -> None:
    fine = replace(
        read_record(BYTES[RecordFormat.ISO_2011]).views[0], geometry=ImageGeometry(800, 600, 394, 394)
    )
    coarse = replace(fine, geometry=ImageGeometry(500, 500, 197, 197))
    written = write_record(MinutiaeRecord(RecordFormat.ISO_2005, (replace(fine, extended=b""), coarse)))
    for view in read_record(written).views:
        assert view.geometry == ImageGeometry(1000, 1000, 394, 394)
        assert (view.minutiae[0].x, view.minutiae[0].y) == (100, 200)


def test_long_ansi_records_have_a_long_length() -> None:
    view = replace(
        read_record(BYTES[RecordFormat.ANSI_2004]).views[0], extended=b"\x01\x01\x80\x00" + bytes(0x7FFC)
    )
    data = write_record(MinutiaeRecord(RecordFormat.ANSI_2004, (view, view, view), vendor=66))
    assert data[8:10] == b"\0\0"
    record = read_record(data)
    assert (record.format, len(record.views), record.defects) == (RecordFormat.ANSI_2004, 3, ())


@pytest.mark.parametrize(
    ("at", "value", "code"),
    [
        (11, 0x34, "length_wrong"),
        (23, 0x01, "reserved_bits_set"),
        (24, 0x0D, "position_unknown"),
        (25, 0x1F, "impression_unknown"),
        (26, 0x65, "quality_out_of_range"),
        (28, 0xC0, "minutia_type_unknown"),
        (30, 0x40, "reserved_bits_set"),
        (15, 0x10, "minutia_outside_image"),
        (14, 0x00, "minutia_outside_image"),
        (44, 0x09, "extended_inconsistent"),
        (41, 0x09, "extended_cut_off"),
        (41, 0x00, "trailing_bytes"),
    ],
)
def test_defects_are_told_and_the_rest_is_read(at: int, value: int, code: str) -> None:
    data = bytearray(BYTES[RecordFormat.ISO_2005])
    data[at] = value
    record = read_record(bytes(data))
    assert code in {defect.code for defect in record.defects}
    assert len(record.views[0].minutiae) == 2


def test_an_angle_beyond_a_turn_is_told() -> None:
    data = bytearray(BYTES[RecordFormat.ANSI_2004])
    data[34] = 180
    record = read_record(bytes(data))
    assert record.views[0].minutiae[0].angle_rad == 0
    assert [(defect.code, defect.view) for defect in record.defects] == [("angle_out_of_range", 0)]


def test_missing_resolution_is_told_and_taken_as_500_dpi() -> None:
    data = bytearray(BYTES[RecordFormat.ISO_2005])
    data[18:22] = bytes(4)
    record = read_record(bytes(data))
    assert [defect.code for defect in record.defects] == ["resolution_missing"]
    assert record.views[0].geometry.per_cm_x == 197


def test_an_impossible_resolution_is_refused() -> None:
    data = bytearray(BYTES[RecordFormat.ISO_2005])
    data[18:22] = b"\0\x10\0\x10"
    with pytest.raises(TemplateRecordUnreadable, match="16 pixels per centimetre"):
        read_record(bytes(data))


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_a_record_cut_off_inside_its_minutiae_is_refused(kind: RecordFormat) -> None:
    with pytest.raises(TemplateRecordUnreadable):
        read_record(BYTES[kind][:-8])


@pytest.mark.parametrize("kind", EVERY_FORMAT)
def test_trailing_bytes_do_not_change_the_format(kind: RecordFormat) -> None:
    record = read_record(BYTES[kind] + b"\0\0\0")
    assert record.format is kind
    assert {"length_wrong", "trailing_bytes"} == {defect.code for defect in record.defects}


@pytest.mark.parametrize("data", [b"", b"FMR", b"FMC\0 20\0", b"\x89PNG\r\n", b"FMR\0 99\0" + bytes(40)])
def test_other_files_are_no_minutiae_records(data: bytes) -> None:
    assert sniff(data) is None
    with pytest.raises(TemplateRecordUnreadable, match=r"iso19794-2:2005"):
        read_record(data)


def test_refuses_to_write_what_does_not_fit() -> None:
    record = read_record(BYTES[RecordFormat.ISO_2005])
    view = record.views[0]
    far = RecordMinutia(20_000.0, 5.0, 0.0, MinutiaKind.ENDING)
    for views in (
        (),
        (view,) * 256,
        (replace(view, minutiae=(far,)),),
        (replace(view, minutiae=view.minutiae * 128),),
    ):
        with pytest.raises(TemplateRecordUnwritable):
            write_record(replace(record, views=views))
    with pytest.raises(TemplateRecordUnwritable):
        write_record(replace(record, views=(replace(view, extended=bytes(70_000)),)))
