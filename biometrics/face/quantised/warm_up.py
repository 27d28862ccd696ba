"""Compiles the kernels, or loads them from their cache, before the first photograph has to wait for it."""

from functools import lru_cache

import numpy as np

from biometrics.face.quantised.kernels import open_and_convolve, scale, scale_and_convolve
from biometrics.face.quantised.vectors import LANES

_SIDE = 4


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Run every kernel once on nothing; later calls do nothing."""
    table = np.zeros(29 * LANES, np.float32)
    ring = np.zeros(3 * (_SIDE + 2) * LANES, np.float32)
    plane = np.zeros((_SIDE + 2) ** 2 * 3, np.float32)
    made = np.zeros(_SIDE**2 * LANES, np.uint8)
    sums = np.zeros(_SIDE**2 * LANES, np.int32)
    open_and_convolve(plane, _SIDE, LANES, table, ring, table, made, 0, 0.5)
    scale_and_convolve(sums, 0, _SIDE, _SIDE, LANES, table, ring, table, 1, made, 0.5)
    scale(sums, _SIDE**2, LANES, table, made, 0.5)
