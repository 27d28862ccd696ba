"""The disposable process that decodes one video: a file in, sampled frames out, limits on itself.

It is run as a script, so it knows nothing of ours. Arguments: one JSON object (see `frames.py`).
Out: a line of JSON, then for each frame its time, width and height and its BGR bytes; at the end the
time of the last picture with no size.
"""

import json
import resource
import struct
import sys
from typing import Any

FRAME = struct.Struct("<QII")
UNREADABLE, WITHOUT_PICTURES, PICTURES_TOO_LARGE, TOO_LONG = 3, 4, 5, 6
_BELIEVABLE_MS = 1e9


def main() -> int:
    """Decode the file named in the arguments; the exit code says what was wrong."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu_s"], asked["cpu_s"]))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory_bytes"], asked["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import cv2

    cv2.setNumThreads(1)
    video = cv2.VideoCapture(asked["path"], cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    if not video.isOpened():
        return UNREADABLE
    width, height = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
    if width * height > asked["max_pixels"]:
        return PICTURES_TOO_LARGE
    rate, stated_ms = _stated(video.get(cv2.CAP_PROP_FPS), video.get(cv2.CAP_PROP_FRAME_COUNT), asked)
    if stated_ms > asked["max_ms"]:
        return TOO_LONG
    header = {"width": int(width), "height": int(height), "stated_ms": int(stated_ms)}
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    step_ms = max(1000 / asked["per_second"], stated_ms / asked["most_frames"])
    outcome = _send_samples(cv2, video, rate, step_ms, asked)
    # pictures are stated, yet none comes out: their coding is not known here
    return UNREADABLE if outcome == WITHOUT_PICTURES and stated_ms else outcome


def _stated(rate: float, pictures: float, asked: dict[str, Any]) -> tuple[float, float]:
    """Return pictures a second and length in ms as stated; recorders that stream often state neither."""
    lowest, highest, usual = asked["pictures_per_s"]
    if not lowest <= rate <= highest:
        return float(usual), 0.0
    length_ms = 1000 * pictures / rate
    return rate, length_ms if 0 < length_ms < _BELIEVABLE_MS else 0.0


def _send_samples(cv2: Any, video: Any, rate: float, step_ms: float, asked: dict[str, Any]) -> int:
    """Decode every picture, since each builds on others, and send one per step."""
    number, time_ms, next_ms, first_ms = 0, 0.0, 0.0, 0.0
    while video.grab():
        stamp_ms = video.get(cv2.CAP_PROP_POS_MSEC)
        if number == 0:
            first_ms = stamp_ms
        grown = 0 < stamp_ms - first_ms - time_ms < _BELIEVABLE_MS
        if number:  # a stream without believable stamps is timed by its rate
            time_ms = stamp_ms - first_ms if grown else time_ms + 1000 / rate
        number += 1
        if time_ms > asked["max_ms"]:
            return TOO_LONG
        if time_ms < next_ms:
            continue
        done, pixels = video.retrieve()
        if not done or pixels is None or pixels.size == 0:
            continue
        if pixels.shape[0] * pixels.shape[1] > asked["max_pixels"]:
            return PICTURES_TOO_LARGE
        next_ms = time_ms + step_ms - 500 / rate
        _send(cv2, pixels, int(time_ms), asked["longest_side_px"])
    if number == 0:
        return WITHOUT_PICTURES
    sys.stdout.buffer.write(FRAME.pack(int(time_ms), 0, 0))
    sys.stdout.buffer.flush()
    return 0


def _send(cv2: Any, pixels: Any, time_ms: int, longest_side_px: int) -> None:
    height, width = pixels.shape[:2]
    factor = longest_side_px / max(height, width)
    if factor < 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if pixels.ndim == 2:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    sys.stdout.buffer.write(FRAME.pack(time_ms, pixels.shape[1], pixels.shape[0]))
    sys.stdout.buffer.write(pixels.tobytes())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
