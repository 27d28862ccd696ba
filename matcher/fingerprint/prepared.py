"""A template as the compiled kernels read it: clockwise angles, cylinders in 64-bit words."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.template import (
    ANGLE_STEPS,
    BIT_BYTES,
    CELL_BYTES,
    CELLS,
    HEADER,
    MAGIC,
    POSITION_STEPS,
    SECTIONS,
    SHARE_STEPS,
)
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.ridges import stored_length

WORDS = -(-BIT_BYTES // 8)
HEADER_BYTES = HEADER.size
MAGIC_BYTES = np.frombuffer(MAGIC, np.uint8)
COUNT_AT = HEADER_BYTES - 2

Stored = NDArray[np.uint8]


class Prepared(NamedTuple):
    """One print.

    Attributes:
        angle: Clockwise from the x axis, as the y axis points down.
        bits, cells: ``(7, n)`` words; ``cells`` has ones where ``bits`` means something.
        valid: Whether the minutia's cylinder may be compared.
        hull_x, hull_y: Corners of the convex hull, in order.
        ridges: The ridge phase as stored: it is read for the few pairs whose ridges are compared.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    angle: NDArray[np.float64]
    quality: NDArray[np.float64]
    bits: NDArray[np.uint64]
    cells: NDArray[np.uint64]
    valid: NDArray[np.bool_]
    hull_x: NDArray[np.float64]
    hull_y: NDArray[np.float64]
    ridges: NDArray[np.uint8]


def prepare(payload: bytes) -> Prepared:
    """Return the kernel form of stored template bytes.

    Raises:
        TemplateUnreadable: the bytes are damaged.
    """
    data = np.frombuffer(payload, np.uint8)
    if not is_whole(data):
        raise TemplateUnreadable("Fingerprint template is damaged: extract the sample again")
    print_: Prepared = unpacked(data)
    return print_


@kernel
def is_whole(data: Stored) -> bool:
    """Whether bytes are a template of this layout, neither cut off nor inconsistent."""
    if len(data) < HEADER_BYTES:
        return False
    for k in range(len(MAGIC_BYTES)):
        if data[k] != MAGIC_BYTES[k]:
            return False
    count = int(data[COUNT_AT])
    corners = int(data[COUNT_AT + 1])
    valid_at = HEADER_BYTES + 8 * count
    hull_at = valid_at + (count + 7) // 8
    if len(data) < hull_at + corners:
        return False
    cylinders = 0
    for i in range(count):
        cylinders += (data[valid_at + i // 8] >> (i % 8)) & 1
    for k in range(corners):
        if data[hull_at + k] >= count:
            return False
    ridges_at = hull_at + corners + cylinders * (CELL_BYTES + BIT_BYTES)
    return len(data) > ridges_at and len(data) - ridges_at == stored_length(data[ridges_at:])


@kernel
def unpacked(data: Stored) -> Prepared:
    """Read a whole template; biometrics/fingerprint/template.py describes the layout."""
    count = int(data[COUNT_AT])
    corners = int(data[COUNT_AT + 1])
    x = np.empty(count)
    y = np.empty(count)
    angle = np.empty(count)
    quality = np.empty(count)
    valid = np.empty(count, np.bool_)
    at = HEADER_BYTES
    valid_at = at + 8 * count
    for i in range(count):
        x[i] = pair(data, at + 2 * i) / POSITION_STEPS
        y[i] = pair(data, at + 2 * (count + i)) / POSITION_STEPS
        angle[i] = -pair(data, at + 2 * (2 * count + i)) * (2 * math.pi / ANGLE_STEPS)
        quality[i] = data[at + 7 * count + i] / SHARE_STEPS
        valid[i] = (data[valid_at + i // 8] >> (i % 8)) & 1
    hull = data[valid_at + (count + 7) // 8 :][:corners]
    cylinders = data[valid_at + (count + 7) // 8 + corners :]
    bits, cells = _words(cylinders, valid)
    ridges = cylinders[valid.sum() * (CELL_BYTES + BIT_BYTES) :].copy()
    return Prepared(x, y, angle, quality, bits, cells, valid, x[hull], y[hull], ridges)


@kernel
def pair(data: Stored, at: int) -> float:
    """Return the number that two bytes are."""
    return float(int(data[at]) + 256 * int(data[at + 1]))


@kernel
def _words(data: Stored, valid: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Cylinders as words; a cell's one bit is repeated for its sections."""
    count = len(valid)
    kept = 0
    for i in range(count):
        kept += valid[i]
    bits = np.zeros((WORDS, count), np.uint64)
    cells = np.zeros((WORDS, count), np.uint64)
    all_sections = np.uint64((1 << SECTIONS) - 1)
    row = 0
    for i in range(count):
        if not valid[i]:
            continue
        for k in range(BIT_BYTES):
            byte = np.uint64(data[kept * CELL_BYTES + row * BIT_BYTES + k])
            bits[k // 8, i] |= byte << np.uint64(8 * (k % 8))
        for k in range(CELLS):
            if not (data[row * CELL_BYTES + k // 8] >> (k % 8)) & 1:
                continue
            first = k * SECTIONS
            shift = first % 64
            cells[first // 64, i] |= all_sections << np.uint64(shift)
            if shift + SECTIONS > 64:
                cells[first // 64 + 1, i] |= all_sections >> np.uint64(64 - shift)
        row += 1
    return bits, cells
