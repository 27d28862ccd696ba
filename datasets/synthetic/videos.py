"""Makes short videos out of still portraits: people who walk, come nearer, pass each other, out of focus."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Place = tuple[float, float]

CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
"""What the OpenCV wheels can write; they read H.264 and others besides."""


@dataclass(frozen=True)
class Walker:
    """One person in front of the camera.

    Attributes:
        picture: A portrait, BGR.
        way: Centre of the picture at the first and the last moment, as shares of the frame.
        height_px: Height of the picture at the first and the last moment.
        blur_px: Deviation of the blur at the first and the last moment.
        seen: First and last moment, as shares of the video.
    """

    picture: Pixels
    way: tuple[Place, Place]
    height_px: tuple[float, float]
    blur_px: tuple[float, float] = (0.0, 0.0)
    seen: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Scene:
    """A video to be made: its walkers, the later ones in front, its length, rate and frame size."""

    walkers: Sequence[Walker]
    seconds: float = 3.0
    pictures_per_s: float = 12.0
    size: tuple[int, int] = (640, 360)
    noise: float = 4.0


def write_video(scene: Scene, path: Path, seed: int = 1) -> Path:
    """Write the scene as the file's ending says (.mp4, .mov, .mkv, .avi) and return the file."""
    writer = cv2.VideoWriter(
        str(path),
        cv2.CAP_FFMPEG,
        cv2.VideoWriter.fourcc(*CODECS[path.suffix]),
        scene.pictures_per_s,
        scene.size,
    )
    count = round(scene.seconds * scene.pictures_per_s)
    for number in range(count):
        writer.write(frame_of(scene, number / max(count - 1, 1), seed + number))
    writer.release()
    return path


def frame_of(scene: Scene, moment: float, seed: int) -> Pixels:
    """Return the picture at a moment (0 to 1) of the scene."""
    width, height = scene.size
    rows = np.linspace(90, 150, height)[:, None, None]
    canvas = np.broadcast_to(rows, (height, width, 3)).astype(np.uint8).copy()
    for walker in scene.walkers:
        if walker.seen[0] <= moment <= walker.seen[1]:
            _place(canvas, walker, moment)
    grain = np.random.default_rng(seed).normal(0, scene.noise, canvas.shape)
    return np.clip(canvas + grain, 0, 255).astype(np.uint8)


def _place(canvas: Pixels, walker: Walker, moment: float) -> None:
    height_px = max(8.0, _between(walker.height_px, moment))
    factor = height_px / walker.picture.shape[0]
    shrunk = np.asarray(cv2.resize(walker.picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    blur_px = _between(walker.blur_px, moment)
    if blur_px > 0:
        shrunk = np.asarray(cv2.GaussianBlur(shrunk, (0, 0), blur_px))
    (start_x, start_y), (end_x, end_y) = walker.way
    x = round(_between((start_x, end_x), moment) * canvas.shape[1] - shrunk.shape[1] / 2)
    y = round(_between((start_y, end_y), moment) * canvas.shape[0] - shrunk.shape[0] / 2)
    top, left = max(0, -y), max(0, -x)
    bottom = min(shrunk.shape[0], canvas.shape[0] - y)
    right = min(shrunk.shape[1], canvas.shape[1] - x)
    if bottom > top and right > left:
        canvas[y + top : y + bottom, x + left : x + right] = shrunk[top:bottom, left:right]


def _between(ends: tuple[float, float], moment: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * moment
