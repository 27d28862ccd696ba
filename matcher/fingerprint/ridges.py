"""A print's stored ridge phase as the kernels compare it: one wave for each node of a grid."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.ridge_phase import (
    CLARITY_STEPS,
    LONGEST_PX,
    NORMAL_STEPS,
    PERIOD_STEPS,
    PHASE_STEPS,
    SHORTEST_PX,
    STEP_PX,
)
from biometrics.fingerprint.template import PHASE_HEADER
from matcher.fingerprint.compiled import kernel

STEP = float(STEP_PX)
HEADER_BYTES = PHASE_HEADER.size
COLUMNS_AT = HEADER_BYTES - 2
NODE_BYTES = 3

Stored = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Ridges(NamedTuple):
    """One wave per node, ``(rows, columns)``; where there are no clear ridges the clarity is 0.

    Attributes:
        left, top: Place of the first node, pixels at 500 dpi.
        normal: Direction across the ridges, radians clockwise from the x axis.
        number: Wave number, radians per pixel.
    """

    left: float
    top: float
    phase: Floats
    normal: Floats
    number: Floats
    clarity: Floats


@kernel
def stored_length(data: Stored) -> int:
    """Bytes that the ridge phase at the start of ``data`` takes, -1 if it is cut off."""
    if len(data) < HEADER_BYTES:
        return -1
    nodes = int(data[COLUMNS_AT]) * int(data[COLUMNS_AT + 1])
    length = HEADER_BYTES + (nodes + 7) // 8
    if len(data) < length:
        return -1
    shown = 0
    for k in range(nodes):
        shown += (data[HEADER_BYTES + k // 8] >> (k % 8)) & 1
    return length + NODE_BYTES * shown


@kernel
def has_ridges(data: Stored) -> bool:
    """Whether there was an image whose ridges were stored."""
    return bool(data[COLUMNS_AT] > 0) and bool(data[COLUMNS_AT + 1] > 0)


@kernel
def ridges_of(data: Stored) -> Ridges:
    """Read a whole ridge phase; biometrics/fingerprint/template.py describes the layout."""
    columns = int(data[COLUMNS_AT])
    rows = int(data[COLUMNS_AT + 1])
    phase = np.zeros((rows, columns))
    normal = np.zeros((rows, columns))
    number = np.ones((rows, columns))
    clarity = np.zeros((rows, columns))
    at = HEADER_BYTES + (rows * columns + 7) // 8
    for k in range(rows * columns):
        if not (data[HEADER_BYTES + k // 8] >> (k % 8)) & 1:
            continue
        v, u = k // columns, k % columns
        phase[v, u] = data[at] * (2 * math.pi / PHASE_STEPS)
        normal[v, u] = data[at + 1] * (math.pi / NORMAL_STEPS)
        share = (data[at + 2] >> 3) / PERIOD_STEPS
        number[v, u] = 2 * math.pi / (SHORTEST_PX * (LONGEST_PX / SHORTEST_PX) ** share)
        clarity[v, u] = (data[at + 2] & 7) / CLARITY_STEPS
        at += NODE_BYTES
    left = int(data[0]) + 256 * int(data[1]) + 0.5
    top = int(data[2]) + 256 * int(data[3]) + 0.5
    return Ridges(left, top, phase, normal, number, clarity)
