"""Tells from a file's bytes which kind of video it is, and whether it states pictures or only sound."""

import mmap
import re
from enum import StrEnum
from typing import BinaryIO

from biometrics.video.errors import NotAVideo, VideoWithoutPictures

HEAD_BYTES = 16
"""As many bytes as `container_of` needs."""

ACCEPTED = "MP4, MOV, AVI or MKV"
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # the last five: QuickTime before 2001
_TRACK_KINDS = re.compile(
    rb"hdlr.{8}(?P<iso>vide|soun)|strh.{4}(?P<avi>vids|auds)|\x86[\x81-\xc0](?P<mkv>[VA])_", re.DOTALL
)
"""ISO/IEC 14496-12 section 8.4.3; AVI's stream header; Matroska's CodecID (RFC 9559)."""

_PICTURES = (b"vide", b"vids", b"V")


class Container(StrEnum):
    """A kind of video file; the value is its media type."""

    MP4 = "video/mp4"
    AVI = "video/x-msvideo"
    MATROSKA = "video/x-matroska"


def container_of(head: bytes) -> Container:
    """Return the kind of a file by its first bytes; what its name says does not matter.

    Raises:
        NotAVideo: it is none of those taken; an animated picture is named as such.
    """
    if head[4:8] in _ISO_BOXES:
        return Container.MP4
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Container.AVI
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return Container.MATROSKA
    if head[:3] == b"GIF":
        raise NotAVideo(f"An animated GIF is not taken as video. Send the recording itself as {ACCEPTED}.")
    if not head:
        raise NotAVideo("The file is empty. Send it again.")
    raise NotAVideo(f"This is no video that can be read. Send {ACCEPTED}.")


def require_pictures(file: BinaryIO) -> None:
    """Refuse a file whose headers announce sound and nothing else.

    Raises:
        VideoWithoutPictures: so it is. A file with damaged headers passes: it says nothing.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        kinds = {kind for found in _TRACK_KINDS.finditer(content) for kind in found.groups() if kind}
    if kinds and not kinds.intersection(_PICTURES):
        raise VideoWithoutPictures("The file holds sound only. Send the recording with its pictures.")
