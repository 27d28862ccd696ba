"""Videos in the object store: encrypted in parts while they are being sent, so that none is held whole."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from biometrics.video.container import HEAD_BYTES, container_of
from core.ids import new_id
from records.image_store import ImageStore, ImageTampered, StoreUnavailable
from records.parameters import VIDEOS

_KEY = re.compile(r"videos/([0-9a-f-]{36})/\d{5}")


@dataclass(frozen=True)
class StagedVideo:
    """A video whose parts are stored but that has no row yet; without one the sweep removes them."""

    id: UUID
    media_type: str
    bytes: int
    sha256: str
    parts: int


class VideoUpload:
    """Takes in one video piece by piece. Every part is an encrypted object of its own, bound to its place."""

    def __init__(self, store: ImageStore) -> None:
        self._store = store
        self._id = new_id()
        self._pending = bytearray()
        self._digest = hashlib.sha256()
        self._bytes = 0
        self._parts = 0
        self._media_type = ""
        self._kept = False

    def write(self, data: bytes) -> int:
        """Take in the next bytes.

        Raises:
            NotAVideo: the first bytes are of something else; the rest need not be sent.
            StoreUnavailable: the object store does not answer.
        """
        self._pending += data
        if not self._media_type and len(self._pending) >= HEAD_BYTES:
            self._media_type = container_of(bytes(self._pending[:HEAD_BYTES])).value
        while len(self._pending) >= VIDEOS.part_bytes:
            self._put(VIDEOS.part_bytes)
        return len(data)

    def finish(self) -> StagedVideo:
        """Store what is left and return what the row is made of.

        Raises:
            NotAVideo: nothing, or hardly anything, was sent.
        """
        if not self._media_type:
            self._media_type = container_of(bytes(self._pending)).value
        if self._pending:
            self._put(len(self._pending))
        return StagedVideo(self._id, self._media_type, self._bytes, self._digest.hexdigest(), self._parts)

    def keep(self) -> None:
        """Leave the parts to the sweep from now on: a row that names them is about to be committed."""
        self._kept = True

    def discard_unless_kept(self) -> None:
        """Remove what was stored and will not be named by any row; what fails now, the sweep does later."""
        if self._kept:
            return
        with suppress(StoreUnavailable):
            for key in part_keys(self._id, self._parts):
                self._store.delete(key)

    def _put(self, count: int) -> None:
        part = bytes(self._pending[:count])
        self._store.put(_key(self._id, self._parts), part)
        del self._pending[:count]
        self._digest.update(part)
        self._bytes += count
        self._parts += 1


def copy_video(store: ImageStore, video_id: UUID, parts: int, sha256: str, target: BinaryIO) -> None:
    """Decrypt a video into an open file, part by part.

    Raises:
        ImageTampered: it is not what was sent.
    """
    digest = hashlib.sha256()
    for key in part_keys(video_id, parts):
        part = store.get(key)
        digest.update(part)
        target.write(part)
    target.flush()
    if digest.hexdigest() != sha256:
        raise ImageTampered("A video is not the one that was sent: restore it from backup.")


def part_keys(video_id: UUID, parts: int) -> list[str]:
    """Return the keys of a video's parts, in order."""
    return [_key(video_id, number) for number in range(parts)]


def video_of_key(key: str) -> UUID | None:
    """Return the video that an object's key names, None for other objects."""
    found = _KEY.fullmatch(key)
    return UUID(found[1]) if found else None


def _key(video_id: UUID, number: int) -> str:
    return f"videos/{video_id}/{number:05d}"
