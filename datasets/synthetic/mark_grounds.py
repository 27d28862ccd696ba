"""What a simulated mark lies on: plain paper, ruled lines, print, grained or speckled surfaces."""

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.synthetic.mark_parameters import MarkParameters
from datasets.synthetic.orientation import smooth_noise

Field = NDArray[np.float32]
Random = np.random.Generator

LETTERS = "abcdefghijklmnopqrstuvwxyz      0123456789.,ABCDEFGH"


def draw_ground(shape: tuple[int, int], random: Random, limits: MarkParameters) -> tuple[Field, str]:
    """Return the grey of an empty surface, and the name of its kind."""
    paper = random.uniform(*limits.paper) + random.uniform(*limits.shading) * smooth_noise(random, shape, 80)
    name = sorted(_KINDS)[int(random.integers(len(_KINDS)))]
    return np.asarray(paper - _KINDS[name](shape, random, limits), np.float32), name


def _plain(shape: tuple[int, int], random: Random, limits: MarkParameters) -> Field:  # noqa: ARG001
    return np.zeros(shape, np.float32)


def _lines(shape: tuple[int, int], random: Random, limits: MarkParameters) -> Field:
    """Parallel lines, half of the time crossed by others."""
    drawn = np.zeros(shape, np.float32)
    angle = random.uniform(0, math.pi)
    for crossing in range(1 + int(random.integers(2))):
        drawn = np.maximum(drawn, _ruled(shape, angle + crossing * math.pi / 2, random, limits))
    return drawn


def _ruled(shape: tuple[int, int], angle: float, random: Random, limits: MarkParameters) -> Field:
    drawn = np.zeros(shape, np.float32)
    along = np.array([math.cos(angle), math.sin(angle)])
    across, middle, reach = np.array([-along[1], along[0]]), np.array(shape[::-1]) / 2, sum(shape)
    distance, darkness = random.uniform(*limits.line_distance_px), random.uniform(*limits.line_darkness)
    width = int(random.integers(limits.line_width_px[0], limits.line_width_px[1] + 1))
    for offset in np.arange(-reach / 2, reach / 2, distance):
        ends = [middle + offset * across + side * reach * along for side in (-1, 1)]
        start, end = (tuple(int(v) for v in np.rint(each)) for each in ends)
        cv2.line(drawn, start, end, darkness, width, cv2.LINE_AA)
    return drawn


def _text(shape: tuple[int, int], random: Random, limits: MarkParameters) -> Field:
    """Rows of letters, turned as a whole."""
    side = 2 * max(shape)
    drawn = np.zeros((side, side), np.uint8)
    size, darkness = random.uniform(*limits.text_height), random.uniform(*limits.text_darkness)
    for row in range(0, side, round(36 * size)):
        line = "".join(LETTERS[int(k)] for k in random.integers(len(LETTERS), size=int(side / (12 * size))))
        cv2.putText(drawn, line, (0, row), cv2.FONT_HERSHEY_SIMPLEX, size, darkness, 1 + int(size > 0.8))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(0, 360), 1.0)
    turned = cv2.warpAffine(drawn, turn, (side, side))
    top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
    return np.asarray(turned[top : top + shape[0], left : left + shape[1]], np.float32)


def _speckled(shape: tuple[int, int], random: Random, limits: MarkParameters) -> Field:
    spots = smooth_noise(random, shape, random.uniform(*limits.texture_scale_px))
    return np.asarray(random.uniform(*limits.texture_strength) * spots, np.float32)


def _grained(shape: tuple[int, int], random: Random, limits: MarkParameters) -> Field:
    """Spots drawn out along one direction, as in wood and brushed metal."""
    side, scale = 2 * max(shape), random.uniform(*limits.texture_scale_px)
    noise = random.normal(0, 1, (side, side)).astype(np.float32)
    fibres = cv2.GaussianBlur(noise, (0, 0), scale * limits.grain_length / 2, None, scale / 2)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(0, 360), 1.0)
    turned = cv2.warpAffine(fibres / fibres.std(), turn, (side, side))
    top, left = (side - shape[0]) // 2, (side - shape[1]) // 2
    kept = turned[top : top + shape[0], left : left + shape[1]]
    return np.asarray(random.uniform(*limits.texture_strength) * kept, np.float32)


_KINDS: dict[str, Callable[[tuple[int, int], Random, MarkParameters], Field]] = {
    "grained": _grained,
    "lines": _lines,
    "plain": _plain,
    "speckled": _speckled,
    "text": _text,
}
