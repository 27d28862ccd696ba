"""A print's short form for the first stage of a search: 256 bits and a place for each good cylinder."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.cylinders import cell_centres
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.template import (
    ANGLE_STEPS,
    BIT_BYTES,
    CELL_BYTES,
    POSITION_STEPS,
    SECTIONS,
    SHARE_STEPS,
)
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.parameters import SCAN, ScanParameters
from matcher.fingerprint.prepared import COUNT_AT, HEADER_BYTES, Stored, is_whole, pair

Integers = NDArray[np.int64]

WORDS = 4
BITS = 64 * WORDS


class Sketch(NamedTuple):
    """The cylinders that stand for a print.

    Attributes:
        bits: uint64 ``(n, 4)``.
        counts: float32 ``(n,)``, how many bits are set.
        place: float32 ``(n, 3)``: x, y and the clockwise direction from 0 to 2 pi.
    """

    bits: NDArray[np.uint64]
    counts: NDArray[np.float32]
    place: NDArray[np.float32]


def sketch_of(payload: bytes, limits: ScanParameters = SCAN) -> Sketch:
    """Return the cylinders of the best minutiae of a stored template, best first.

    Raises:
        TemplateUnreadable: the bytes are damaged.
    """
    data = np.frombuffer(payload, np.uint8)
    if not is_whole(data):
        raise TemplateUnreadable("Fingerprint template is damaged: extract the sample again")
    return Sketch(*_sketched(data, _inner_cells(), limits))


@kernel
def _sketched(
    data: Stored, inner: Integers, limits: ScanParameters
) -> tuple[NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    """Read what is needed straight from the bytes, whose layout the template's module describes."""
    count = int(data[COUNT_AT])
    valid_at = HEADER_BYTES + 8 * count
    cells_at = valid_at + (count + 7) // 8 + int(data[COUNT_AT + 1])
    chosen, rows, cylinders = _chosen(data, count, valid_at, limits)
    bits_at = cells_at + cylinders * CELL_BYTES
    bits = np.zeros((len(chosen), WORDS), np.uint64)
    counts = np.zeros(len(chosen), np.float32)
    place = np.empty((len(chosen), 3), np.float32)
    for k in range(len(chosen)):
        at = bits_at + rows[k] * BIT_BYTES
        for c in range(len(inner)):
            for s in range(SECTIONS):
                bit = inner[c] * SECTIONS + s
                if (data[at + bit // 8] >> (bit % 8)) & 1:
                    own = c * SECTIONS + s
                    bits[k, own // 64] |= np.uint64(1) << np.uint64(own % 64)
                    counts[k] += np.float32(1.0)
        i = chosen[k]
        place[k, 0] = pair(data, HEADER_BYTES + 2 * i) / POSITION_STEPS
        place[k, 1] = pair(data, HEADER_BYTES + 2 * (count + i)) / POSITION_STEPS
        turn = pair(data, HEADER_BYTES + 2 * (2 * count + i))
        place[k, 2] = (ANGLE_STEPS - turn) % ANGLE_STEPS * (2 * math.pi / ANGLE_STEPS)
    return bits, counts, place


@kernel
def _chosen(
    data: Stored, count: int, valid_at: int, limits: ScanParameters
) -> tuple[Integers, Integers, int]:
    """Return the minutiae to keep, the row of each one's cylinder, and how many cylinders there are."""
    good = np.empty(count, np.int64)
    good_rows = np.empty(count, np.int64)
    firsts = np.empty(count, np.int64)
    found = 0
    cylinders = 0
    for i in range(count):
        if not (data[valid_at + i // 8] >> (i % 8)) & 1:
            continue
        firsts[cylinders] = i
        if data[HEADER_BYTES + 7 * count + i] >= limits.lowest_quality * SHARE_STEPS:
            good[found] = i
            good_rows[found] = cylinders
            found += 1
        cylinders += 1
    if found < limits.fewest_cylinders:
        kept = min(cylinders, limits.fewest_cylinders, limits.most_cylinders)
        return firsts[:kept], np.arange(kept), cylinders
    kept = min(found, limits.most_cylinders)
    return good[:kept], good_rows[:kept], cylinders


@lru_cache(maxsize=1)
def _inner_cells() -> NDArray[np.int64]:
    """The cells nearest the minutia, as many as fit."""
    x, y = cell_centres(PARAMETERS.cylinders)
    return np.sort(np.argsort(np.hypot(x, y), kind="stable")[: BITS // SECTIONS])
