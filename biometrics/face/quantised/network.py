"""A separable network whose products are of whole numbers: weights and what lies between layers in bytes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from biometrics.face.quantised.kernels import open_and_convolve, scale, scale_and_convolve
from biometrics.face.quantised.ranges import ActivationRanges
from biometrics.face.quantised.vectors import LANES
from models.errors import ManifestInvalid
from models.integer_product import LARGEST, IntegerProduct
from models.registry import ModelInput
from models.separable import Layer, Numbers, SeparableNetwork

STRIP = 262_144
"""Sums computed at once, if a row is not longer: half a megabyte stays in the second cache."""

TOGETHER = 2
"""Faces that share the reading of the weights."""

PAGE = 4_096
"""Where each part of the memory begins at a multiple of."""

LARGE_PAGES_FROM = 4_194_304
"""Bytes from which on numpy asks for large pages."""

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Step = Callable[[], None]


@dataclass(frozen=True)
class _Bytes:
    """How numbers stand in bytes: ``number = (byte - zero) * step``."""

    step: float
    zero: int

    @property
    def raised(self) -> float:
        return self.zero + 0.5


@dataclass(frozen=True)
class _Block:
    """A product over single pixels with what follows it."""

    product: IntegerProduct
    scaling: Floats
    table: Floats
    stride: int
    side: int
    channels: int
    result: _Bytes


class QuantisedNetwork:
    """Runs faces through the network one after the other on one core; safe for many threads."""

    def __init__(self, network: SeparableNetwork, ranges: ActivationRanges, taken: ModelInput) -> None:
        """Round the weights, by output channel, and lay them out.

        Raises:
            ManifestInvalid: the ranges are not those of this network, or its sizes do not fit.
        """
        _check(network, ranges, taken.width)
        kinds = [_kind(low, high) for low, high in zip(ranges.lowest, ranges.highest, strict=True)]
        self._side = taken.width
        # the entry's own (v - mean) * scale and then the network's
        mean = np.array(taken.mean, np.float32) + np.float32(network.mean / taken.scale)
        self._mean = np.tile(
            mean, (taken.width, taken.width, 1)
        )  # whole, since numpy is slow over three colours
        self._factor = np.float32(taken.scale * network.factor)
        self._opening = _opening_table(network.opening)
        self._first, self._first_kind = _depthwise_table(network.depthwise[0], kinds[0]), kinds[0]
        self._blocks, self._last_side = _blocks(network, kinds, taken.width)
        last, self._last_kind = network.pointwise[-1], kinds[-1]
        self._last, factors = _product(last.weights[:, :, 0, 0], kinds[-2])
        self._last_scaling = _scaling(last, factors, kinds[-1].step)
        end = _by_pixel(network.end.weights, self._last_side**2)
        self._end, self._end_factors = _product(end, kinds[-1])
        self._end_bias = network.end.bias
        self._own = threading.local()

    def run(self, faces: Pixels) -> Floats:
        """Return one row of numbers for each of n x side x side x 3 faces."""
        rows = [self._run(faces[first : first + TOGETHER]) for first in range(0, len(faces), TOGETHER)]
        return np.concatenate(rows)

    def _run(self, faces: Pixels) -> Floats:
        prepared = self._prepared(len(faces))
        for plane, face in zip(prepared.planes, faces, strict=True):
            inner = plane[1:-1, 1:-1]
            np.subtract(face, self._mean, out=inner)
            inner *= self._factor
        for step in prepared.steps:
            step()
        return np.asarray(prepared.made * self._end_factors + self._end_bias, dtype=np.float32)

    def _prepared(self, faces: int) -> "_Prepared":
        """Return the calling thread's steps and memory for so many faces, made at its first call."""
        kept: dict[int, _Prepared] | None = getattr(self._own, "kept", None)
        if kept is None:
            kept = self._own.kept = {}
        if faces not in kept:
            kept[faces] = self._prepare(faces)
        return kept[faces]

    def _prepare(self, faces: int) -> "_Prepared":
        space = _Space(faces, self._sizes)
        channels = self._opening.shape[1]
        current, spare = space.bytes
        planes = np.zeros((faces, self._side + 2, self._side + 2, 3), np.float32)
        steps = [self._open(plane, place, current, space) for place, plane in enumerate(planes)]
        for block in self._blocks:
            steps += _steps(block, faces, current, channels, spare, space)
            channels, current, spare = block.channels, spare, current
        pixels, width = faces * self._last_side**2, self._last_scaling.shape[1]
        sums = space.sums[: pixels * width]
        left = current[: pixels * channels].reshape(pixels, channels)
        steps.append(self._last.bound(sums.reshape(pixels, width), left))
        steps.append(
            partial(scale, sums, pixels, width, self._last_scaling.ravel(), spare, self._last_kind.raised)
        )
        made = np.empty((faces, len(self._end_bias)), np.int32)
        steps.append(self._end.bound(made, spare[: pixels * width].reshape(faces, -1)))
        return _Prepared(planes, steps, made)

    @property
    def _sizes(self) -> list[tuple[int, int]]:
        """Side and channels of every layer."""
        sizes = [(block.side, block.channels) for block in self._blocks]
        return [
            *sizes,
            (self._side, self._opening.shape[1]),
            (self._last_side, self._last_scaling.shape[1]),
        ]

    def _open(self, plane: Floats, place: int, made: Pixels, space: "_Space") -> Step:
        channels = self._opening.shape[1]
        return partial(
            open_and_convolve, plane.ravel(), self._side, channels, self._opening.ravel(),
            space.ring(self._side, channels), self._first.ravel(), made, place * self._side**2 * channels,
            self._first_kind.raised,
        )  # fmt: skip


@dataclass(frozen=True)
class _Prepared:
    """What one thread does for a number of faces.

    Attributes:
        planes: The pictures go in here, inside a border of 0.
        steps: To be called in order.
        made: The sums of the end.
    """

    planes: Floats
    steps: list[Step]
    made: NDArray[np.int32]


class _Space:
    """Memory for the largest layer, used again by all others.

    One piece, since numpy asks for large pages from 4 MB on: with small ones a pass takes a fifth longer.
    """

    def __init__(self, faces: int, sizes: list[tuple[int, int]]) -> None:
        largest = max(pixels**2 * channels for pixels, channels in sizes) * faces
        ring = max(3 * (pixels + 2) * channels for pixels, channels in sizes)
        lengths = [largest, largest, 4 * largest, 4 * ring]
        starts = np.cumsum([0, *(-(-length // PAGE) * PAGE for length in lengths)])
        whole = np.empty(max(starts[-1] + PAGE, LARGE_PAGES_FROM), np.uint8)
        first = -whole.ctypes.data % PAGE
        parts = [
            whole[first + start : first + start + length]
            for start, length in zip(starts[:-1], lengths, strict=True)
        ]
        self.bytes = (parts[0], parts[1])
        self.sums = parts[2].view(np.int32)
        self._ring = parts[3].view(np.float32)

    def ring(self, side: int, channels: int) -> Floats:
        return self._ring[: 3 * (side + 2) * channels]


def _steps(
    block: _Block, faces: int, taken: Pixels, channels: int, made: Pixels, space: _Space
) -> list[Step]:
    """Return what runs one block on all faces, strip by strip, so that the sums stay near the processor."""
    side, width = block.side, block.channels
    ring, last = space.ring(side, width), faces * side
    rows = max(1, STRIP // (side * width))
    steps: list[Step] = []
    for begin in range(0, last, rows):
        end = min(last, begin + rows)
        pixels = (end - begin) * side
        sums = space.sums[: pixels * width]
        left = taken[begin * side * channels : end * side * channels].reshape(pixels, channels)
        steps.append(block.product.bound(sums.reshape(pixels, width), left))
        begun = (sums, begin, end, side, width, block.scaling.ravel(), ring, block.table.ravel())
        steps.append(partial(scale_and_convolve, *begun, block.stride, made, block.result.raised))
    return steps


def _check(network: SeparableNetwork, ranges: ActivationRanges, side: int) -> None:
    layers = [network.opening, *network.depthwise, *network.pointwise]
    if any(len(layer.bias) % LANES for layer in layers):
        raise ManifestInvalid(f"The network's channels are no multiples of {LANES}.")
    if len(ranges.lowest) != len(network.depthwise) + 1:
        raise ManifestInvalid("The ranges were measured of a network with another number of layers.")
    for layer in network.depthwise:
        if layer.stride not in (1, 2) or side % layer.stride:
            raise ManifestInvalid("The network halves a picture whose side is odd, or does more than halve.")
        side //= layer.stride


def _blocks(network: SeparableNetwork, kinds: list[_Bytes], side: int) -> tuple[list[_Block], int]:
    """Return every product but the last with the convolution after it, and the side that remains."""
    blocks = []
    for place, layer in enumerate(network.pointwise[:-1]):
        following, made = network.depthwise[place + 1], kinds[place + 1]
        product, factors = _product(layer.weights[:, :, 0, 0], kinds[place])
        scaling, table = _scaling(layer, factors), _depthwise_table(following, made)
        blocks.append(_Block(product, scaling, table, following.stride, side, len(layer.bias), made))
        side //= following.stride
    return blocks, side


def _kind(low: float, high: float) -> _Bytes:
    step = (max(high, 0.0) - min(low, 0.0)) / 255
    return _Bytes(step, round(-min(low, 0.0) / step))


def _product(weights: Numbers, taken: _Bytes) -> tuple[IntegerProduct, Numbers]:
    """Return the product with rounded weights (out x in), and what one unit of each sum is worth."""
    steps = np.maximum(np.abs(weights).max(axis=1), 1e-12) / LARGEST
    rounded = np.round(weights / steps[:, None]).astype(np.int8)
    return IntegerProduct(np.ascontiguousarray(rounded.T), taken.zero), steps * taken.step


def _scaling(layer: Layer, factors: Numbers, step: float = 1.0) -> Floats:
    return np.stack([factors / step, layer.bias / step, _slope(layer)]).astype(np.float32)


def _opening_table(layer: Layer) -> Floats:
    taps = layer.weights.transpose(2, 3, 1, 0).reshape(27, -1)
    return np.concatenate([taps, layer.bias[None], _slope(layer)[None]]).astype(np.float32)


def _depthwise_table(layer: Layer, made: _Bytes) -> Floats:
    taps = layer.weights.reshape(len(layer.weights), 9).T / made.step
    return np.concatenate([taps, layer.bias[None] / made.step, _slope(layer)[None]]).astype(np.float32)


def _slope(layer: Layer) -> Numbers:
    assert layer.slope is not None  # read_separable saw to it
    return layer.slope


def _by_pixel(weights: Numbers, pixels: int) -> Numbers:
    """Reorder the end's weights from channel by channel to pixel by pixel."""
    return weights.reshape(len(weights), -1, pixels).transpose(0, 2, 1).reshape(len(weights), -1)
