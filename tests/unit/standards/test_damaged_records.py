"""Damaged and hostile minutiae records: our own error or a record with its defects, never anything else."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biometrics.errors import SampleRejected, TemplateRecordUnreadable
from biometrics.fingerprint.foreign import print_of_view
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.standards.minutiae_files import read_record, write_record
from biometrics.standards.minutiae_record import MinutiaeRecord
from biometrics.standards.record_reading import MOST_BYTES
from tests.unit.standards.records import BYTES, any_records

HEADERS = [b"FMR\0 20\0", b"FMR\x00030\0", b"FMR\x00035\0"]
MOST_MEMORY = 64 * 1024 * 1024


def _read_and_use(data: bytes) -> None:
    """Read, build templates, write again: every step may refuse, none may break."""
    try:
        record = read_record(data)
    except TemplateRecordUnreadable:
        return
    assert sum(len(view.minutiae) for view in record.views) * 5 <= len(data)
    assert read_record(write_record(record)).format is record.format
    for number in range(len(record.views)):
        try:
            found = print_of_view(record, number)
        except SampleRejected:
            continue
        assert len(FingerprintTemplate.from_bytes(found.template.payload).minutiae) == len(
            found.fingerprint.minutiae
        )


@given(st.sampled_from(HEADERS), st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_behind_a_header(header: bytes, body: bytes) -> None:
    _read_and_use(header + body)


@given(
    st.sampled_from(sorted(BYTES.values())),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 80),
)
@settings(max_examples=150, deadline=None)
def test_changed_and_cut_bytes(data: bytes, changes: list[tuple[int, int]], kept: int) -> None:
    damaged = bytearray(data)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    _read_and_use(bytes(damaged))
    _read_and_use(bytes(damaged[:kept]))


@given(any_records(), st.data())
@settings(max_examples=30, deadline=None)
def test_cut_records_of_several_views(record: MinutiaeRecord, data: st.DataObject) -> None:
    whole = write_record(record)
    _read_and_use(whole[: data.draw(st.integers(0, len(whole)))])


def test_records_that_promise_more_than_they_hold_cost_little() -> None:
    promises = [header + b"\xff" * 60 for header in HEADERS] + [b"FMR\x00030\0" + b"\xff" * 6 + bytes(40_000)]
    tracemalloc.start()
    try:
        for data in promises:
            _read_and_use(data)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_files_far_larger_than_any_record_are_refused() -> None:
    with pytest.raises(TemplateRecordUnreadable) as problem:
        read_record(b"FMR\0 20\0" + bytes(MOST_BYTES))
    assert problem.value.facts == {"max_bytes": MOST_BYTES}
