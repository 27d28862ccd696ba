"""A print's short form for the first stage of a search: 256 bits and a place for each good cylinder."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.cylinders import cell_centres
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.template import SECTIONS, FingerprintTemplate
from matcher.fingerprint.parameters import SCAN, ScanParameters

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


def sketch_of(template: FingerprintTemplate, limits: ScanParameters = SCAN) -> Sketch:
    """Return the cylinders of the best minutiae, best first."""
    minutiae, shape = template.minutiae, template.cylinders
    good = np.flatnonzero(shape.valid & (minutiae.quality >= limits.lowest_quality))
    if len(good) < limits.fewest_cylinders:
        good = np.flatnonzero(shape.valid)[: limits.fewest_cylinders]
    kept = good[: limits.most_cylinders]
    bits = np.zeros((len(kept), BITS), np.bool_)
    inner = shape.bits[kept][:, _inner_cells()]
    used = inner.shape[1] * SECTIONS
    bits[:, :used] = inner.reshape(len(kept), used)
    words = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)
    direction = np.mod(-minutiae.angle_rad[kept], 2 * np.pi)
    place = np.stack([minutiae.x[kept], minutiae.y[kept], direction], 1)
    return Sketch(words, bits.sum(1, dtype=np.float32), place.astype(np.float32))


@lru_cache(maxsize=1)
def _inner_cells() -> NDArray[np.int64]:
    """The cells nearest the minutia, as many as fit."""
    x, y = cell_centres(PARAMETERS.cylinders)
    return np.sort(np.argsort(np.hypot(x, y), kind="stable")[: BITS // SECTIONS])
