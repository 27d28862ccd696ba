"""Reads sampled frames of a video out of a disposable process: hostile files can crash or hang a decoder.

Whatever happens to the child, the caller gets frames or a clear error, and holds one frame at a time.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

import numpy as np

from biometrics.image import Pixels
from biometrics.video import frame_decoder
from biometrics.video.container import HEAD_BYTES, container_of, require_pictures
from biometrics.video.errors import VideoTooLarge, VideoTooLong, VideoUnreadable, VideoWithoutPictures
from biometrics.video.parameters import VIDEO, VideoParameters

DECODER = Path(__file__).with_name("frame_decoder.py")
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm"
_ENVIRONMENT = {
    # Nothing but these containers and this file: no playlists, no addresses a hostile file may name.
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": f"format_whitelist;{_DEMUXERS}|protocol_whitelist;file",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_LOG_LEVEL": "OFF",
    "OPENBLAS_NUM_THREADS": "1",
}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class VideoLimits:
    """The most that is decoded; the operator's settings hold the values of an installation."""

    max_bytes: int = 500_000_000
    max_seconds: float = 600.0
    max_pixels: int = 50_000_000


@dataclass(frozen=True)
class SampledFrame:
    """One picture of the video; ``pixels`` are BGR, ``time_ms`` counts from the first picture."""

    time_ms: int
    pixels: Pixels


class SampledVideo:
    """An opened video: what it states of itself, and its frames, to be read once.

    Attributes:
        width_px, height_px: As recorded; frames may be smaller.
        stated_ms: Length by the file's headers, 0 when they state none that can be believed.
        last_ms: Time of the last picture, once all frames have been read.
    """

    def __init__(self, child: subprocess.Popen[bytes], source: BinaryIO, parameters: VideoParameters) -> None:
        self._child = child
        self._source = source
        self._stall_s = parameters.decoding.stall_s
        self._longest_side_px = parameters.sampling.longest_side_px
        header = json.loads(self._line())
        self.width_px: int = header["width"]
        self.height_px: int = header["height"]
        self.stated_ms: int = header["stated_ms"]
        self.last_ms = 0

    def frames(self) -> Iterator[SampledFrame]:
        """Yield the sampled frames in order of time.

        Raises:
            VideoUnreadable, VideoWithoutPictures, VideoTooLong, VideoTooLarge.
        """
        while True:
            time_ms, width, height = frame_decoder.FRAME.unpack(self._exactly(frame_decoder.FRAME.size))
            if width == 0:
                self.last_ms = time_ms
                return
            if max(width, height) > self._longest_side_px:
                self._explain()
            data = self._exactly(width * height * 3)
            yield SampledFrame(time_ms, np.frombuffer(data, np.uint8).reshape(height, width, 3))

    def _line(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n") and len(line) < 1000:
            line += self._exactly(1)
        return bytes(line)

    def _exactly(self, count: int) -> bytes:
        """Read so many bytes; an end before, or silence, means that the child has given up."""
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        received = bytearray()
        while len(received) < count:
            ready, _, _ = select.select([pipe], [], [], self._stall_s)
            piece = os.read(pipe, min(count - len(received), _CHUNK)) if ready else b""
            if not piece:
                self._explain()
            received += piece
        return bytes(received)

    def _explain(self) -> NoReturn:
        ended = time.monotonic() + 1.0
        while self._child.poll() is None and time.monotonic() < ended:
            time.sleep(0.01)
        code = self._child.poll()
        if code == frame_decoder.WITHOUT_PICTURES:
            raise VideoWithoutPictures("The video holds no picture. Send the recording again.")
        if code == frame_decoder.PICTURES_TOO_LARGE:
            raise VideoTooLarge("The pictures of the video have too many pixels. Send it smaller.")
        if code == frame_decoder.TOO_LONG:
            raise VideoTooLong("The video is longer than is taken here. Cut it into shorter ones.")
        if code == frame_decoder.UNREADABLE:
            require_pictures(self._source)
        if code is None or code < 0:
            raise VideoUnreadable(
                "The video takes too long or too much memory to decode. Convert it to MP4 (H.264) and send "
                "that."
            )
        raise VideoUnreadable(
            "No picture of the video can be decoded: it is empty, cut off, damaged, or of an unknown coding. "
            "Send the recording again, or convert it to MP4 (H.264)."
        )


@contextmanager
def sampled_video(
    source: BinaryIO, limits: VideoLimits, parameters: VideoParameters = VIDEO
) -> Iterator[SampledVideo]:
    """Open a video for the duration of the block; its decoder is gone afterwards, whatever happened.

    Args:
        source: A file that the system knows (a real one, named or not).

    Raises:
        NotAVideo, VideoTooLarge, VideoUnreadable, VideoWithoutPictures, VideoTooLong.
    """
    source.seek(0)
    container_of(source.read(HEAD_BYTES))
    size = source.seek(0, os.SEEK_END)
    if size > limits.max_bytes:
        raise VideoTooLarge(
            f"The video has {size:,} bytes; at most {limits.max_bytes:,} are taken. Send shorter ones.",
            max_bytes=limits.max_bytes,
        )
    child = _start(source, limits, parameters)
    try:
        yield SampledVideo(child, source, parameters)
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def _start(source: BinaryIO, limits: VideoLimits, parameters: VideoParameters) -> subprocess.Popen[bytes]:
    decoding, sampling = parameters.decoding, parameters.sampling
    asked = {
        "path": f"/proc/self/fd/{source.fileno()}",
        "cpu_s": round(decoding.cpu_s + decoding.cpu_s_per_s * limits.max_seconds),
        "memory_bytes": decoding.memory_bytes,
        "max_ms": 1000 * limits.max_seconds,
        "max_pixels": limits.max_pixels,
        "per_second": sampling.per_second,
        "most_frames": sampling.most_frames,
        "longest_side_px": sampling.longest_side_px,
        "pictures_per_s": [
            decoding.least_pictures_per_s,
            decoding.most_pictures_per_s,
            decoding.usual_pictures_per_s,
        ],
    }
    return subprocess.Popen(
        [sys.executable, "-I", str(DECODER), json.dumps(asked)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[source.fileno()],
        cwd=tempfile.gettempdir(),
        env=_ENVIRONMENT,
    )
