"""The steps between a network's matrix products, compiled: convolutions by channel, slopes, rounding.

All arrays are flat; pixels lie row by row with their channels together. Tables hold rows of one number
per channel. ``ring`` keeps the three rows that a convolution 3 x 3 looks at, with a 0 on either side.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.compiled import compiler
from biometrics.face.quantised.vectors import (
    LANES,
    depthwise_four,
    depthwise_one,
    halving_four,
    halving_one,
    opening_four,
    opening_one,
    scaled_bytes,
    scaled_floats,
)

Floats = NDArray[np.float32]
Words = NDArray[np.int32]
Bytes = NDArray[np.uint8]

kernel = compiler([Path(__file__).parent], error_model="numpy")


@kernel
def _convolve_row(
    ring: Floats, y: int, side: int, channels: int, table: Floats, stride: int, out: Bytes, begin: int,
    raised: float,
) -> None:  # fmt: skip
    """Write the row of the result about row ``y``, which is in the ring together with both beside it."""
    line = (side + 2) * channels
    top, middle, bottom = (y - 1) % 3 * line, y % 3 * line, (y + 1) % 3 * line
    width = side // stride
    half = np.float32(raised)
    for c in range(0, channels, LANES):
        x = 0
        while x < width:
            left = x * stride * channels + c
            place = begin + x * channels + c
            a, b, d = top + left, middle + left, bottom + left
            if x + 4 <= width:
                if stride == 1:
                    depthwise_four(ring, a, b, d, table, channels, c, out, place, half)
                else:
                    halving_four(ring, a, b, d, table, channels, c, out, place, half)
                x += 4
            else:
                if stride == 1:
                    depthwise_one(ring, a, b, d, table, channels, c, out, place, half)
                else:
                    halving_one(ring, a, b, d, table, channels, c, out, place, half)
                x += 1


@kernel
def open_and_convolve(
    plane: Floats, side: int, channels: int, opening: Floats, ring: Floats, table: Floats, out: Bytes,
    begin: int, raised: float,
) -> None:  # fmt: skip
    """From a picture, with a border of 0, to the bytes after the first two convolutions."""
    line, below = (side + 2) * channels, (side + 2) * 3
    ring[:] = 0
    for y in range(side + 1):
        into = y % 3 * line
        if y == side:
            ring[into : into + line] = 0
        else:
            for c in range(0, channels, LANES):
                for x in range(0, side - 3, 4):
                    place = into + (x + 1) * channels + c
                    opening_four(plane, y * below + 3 * x, below, opening, channels, c, ring, place)
                for x in range(side // 4 * 4, side):
                    place = into + (x + 1) * channels + c
                    opening_one(plane, y * below + 3 * x, below, opening, channels, c, ring, place)
        if y:
            row = begin + (y - 1) * side * channels
            _convolve_row(ring, y - 1, side, channels, table, 1, out, row, raised)


@kernel
def scale_and_convolve(
    sums: Words, begin: int, end: int, side: int, channels: int, scaling: Floats, ring: Floats, table: Floats,
    stride: int, out: Bytes, raised: float,
) -> None:  # fmt: skip
    """From the sums of a matrix product to the bytes after the depthwise convolution that follows.

    Args:
        sums: Of rows ``begin`` to ``end``, counted through all pictures; strips come in order, and the
            ring is left alone between them.
    """
    line = (side + 2) * channels
    smaller = side // stride
    for row in range(begin, end):
        picture, y = row // side, row % side
        if y == 0:
            ring[:] = 0
        into = y % 3 * line + channels
        for x in range(side):
            source, place = ((row - begin) * side + x) * channels, into + x * channels
            for c in range(0, channels, LANES):
                scaled_floats(sums, source + c, scaling, channels, c, ring, place + c)
        if y and (y - 1) % stride == 0:
            place = (picture * smaller + (y - 1) // stride) * smaller * channels
            _convolve_row(ring, y - 1, side, channels, table, stride, out, place, raised)
        if y == side - 1 and y % stride == 0:
            below = side % 3 * line
            ring[below : below + line] = 0
            place = (picture * smaller + y // stride) * smaller * channels
            _convolve_row(ring, y, side, channels, table, stride, out, place, raised)


@kernel
def scale(sums: Words, pixels: int, channels: int, scaling: Floats, out: Bytes, raised: float) -> None:
    """From the sums of the last convolution's matrix product to bytes."""
    for pixel in range(pixels):
        for c in range(0, channels, LANES):
            place = pixel * channels + c
            scaled_bytes(sums, place, scaling, channels, c, out, place, np.float32(raised))
