"""Archives are read within limits, whatever they claim to hold."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputRejected
from enroll.archive import Archive, ArchiveLimits
from enroll.errors import ArchiveTooLarge, ArchiveUnusable

LIMITS = ArchiveLimits(file_bytes=1000, total_bytes=5000, files=10)


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed


def read(packed: io.BytesIO, limits: ArchiveLimits = LIMITS) -> dict[str, bytes]:
    return {file.name: file.data or file.problem.encode() for file in Archive(packed, limits).files()}


def test_files_come_out_and_the_litter_stays() -> None:
    files = {"a.jpg": b"a", "deep/b.png": b"b", "../up.jpg": b"c"}
    litter = {"__MACOSX/a.jpg": b"x", "deep/.hidden": b"x", "Thumbs.db": b"x", "folder/": b""}
    assert read(zipped({**files, **litter})) == files


@pytest.mark.parametrize("data", [b"", b"no zip", zipped({}).getvalue(), zipped({"only/": b""}).getvalue()])
def test_what_is_no_archive_or_empty_is_refused(data: bytes) -> None:
    with pytest.raises(ArchiveUnusable):
        Archive(io.BytesIO(data), LIMITS)


def test_too_many_files_or_bytes_are_refused_before_unpacking() -> None:
    with pytest.raises(ArchiveTooLarge):
        Archive(zipped({f"{n}.jpg": b"x" for n in range(11)}), LIMITS)
    with pytest.raises(ArchiveTooLarge):
        Archive(zipped({f"{n}.jpg": bytes(900) for n in range(6)}), LIMITS)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    roomy = ArchiveLimits(file_bytes=1000, total_bytes=10**9)
    with pytest.raises(ArchiveTooLarge):
        Archive(zipped({"bomb.bmp": bytes(10**7)}, zipfile.ZIP_DEFLATED), roomy)


def test_a_file_too_large_is_named_and_the_others_go_on() -> None:
    found = read(zipped({"large.jpg": bytes(1001), "small.jpg": b"x"}))
    assert found["small.jpg"] == b"x"
    assert b"more than 1000 bytes" in found["large.jpg"]


def test_an_archive_that_lies_about_its_sizes_gets_no_further() -> None:
    packed = zipped({"bomb.bmp": bytes(100_000)}, zipfile.ZIP_DEFLATED).getvalue()
    said_smaller = packed.replace(struct.pack("<I", 100_000), struct.pack("<I", 10))
    found = read(io.BytesIO(said_smaller))
    assert len(found["bomb.bmp"]) <= 1000


def test_a_locked_or_damaged_file_is_named() -> None:
    plain = zipped({"a.jpg": b"abcdefgh"}).getvalue()
    damaged = read(io.BytesIO(plain.replace(b"abcdefgh", b"abcdefgX")))
    assert b"cannot be unpacked" in damaged["a.jpg"]
    flags = plain.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    flags = flags.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    assert b"password" in read(io.BytesIO(flags))["a.jpg"]


@given(st.binary(max_size=200), st.integers(0, 150), st.binary(max_size=8))
def test_mutated_archives_are_read_or_refused(noise: bytes, place: int, patch: bytes) -> None:
    packed = bytearray(zipped({"a.jpg": b"abc", "b.jpg": noise}).getvalue())
    packed[place : place + len(patch)] = patch
    try:
        read(io.BytesIO(bytes(packed)))
    except InputRejected:
        return
