"""What a file is told by its first bytes; sound without pictures is named as such."""

import struct
from pathlib import Path

import pytest

from biometrics.video.container import Container, container_of, require_pictures
from biometrics.video.errors import NotAVideo, VideoWithoutPictures


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\0\0\0\x20ftypisom\0\0\2\0", Container.MP4),
        (b"\0\0\0\x08wide\0\0\0\0mdat", Container.MP4),
        (b"RIFF\x10\0\0\0AVI LIST", Container.AVI),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x23", Container.MATROSKA),
    ],
)
def test_videos_are_known_by_their_first_bytes(head: bytes, container: Container) -> None:
    assert container_of(head) is container


@pytest.mark.parametrize(
    "head",
    [b"", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\x10\0\0\0WAVEfmt ", b"#EXTM3U\n", b"ffconcat version"],
)
def test_anything_else_is_refused(head: bytes) -> None:
    with pytest.raises(NotAVideo):
        container_of(head)


def sound_only_avi() -> bytes:
    """An AVI with one second of silence and no picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    sound = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    stream = struct.pack(
        "<4s4sIHHIIIIIIII4H", b"auds", b"\0" * 4, 0, 0, 0, 0, 1, 8000, 0, 8000, 0, 0, 1, *[0] * 4
    )
    main = struct.pack("<14I", 1_000_000, 8000, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0)
    lists = (
        b"hdrl"
        + chunk(b"avih", main)
        + chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", sound))
    )
    body = b"AVI " + chunk(b"LIST", lists) + chunk(b"LIST", b"movi" + chunk(b"00wb", b"\x80" * 8000))
    return chunk(b"RIFF", body)


def test_sound_without_pictures_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sound.avi"
    path.write_bytes(sound_only_avi())
    with path.open("rb") as file, pytest.raises(VideoWithoutPictures, match="sound only"):
        require_pictures(file)


@pytest.mark.parametrize(
    "content", [b"strh\x38\0\0\0vids", b"hdlr" + bytes(8) + b"vide...soun", b"no headers"]
)
def test_pictures_or_nothing_known_pass(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.avi"
    path.write_bytes(content)
    with path.open("rb") as file:
        require_pictures(file)
