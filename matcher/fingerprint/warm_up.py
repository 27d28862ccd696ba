"""Compiles the kernels, or loads them from their cache, before the first print has to wait for it."""

from functools import lru_cache

import numpy as np

from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.parameters import SCAN


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Run every kernel once on an invented print; later calls do nothing."""
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 200, 20), random.uniform(0, 200, 20)
    angle, share = random.uniform(0, 6, 20), np.full(20, 0.5)
    minutiae = Minutiae(*(values.astype(np.float32) for values in (x, y, angle, share, share)))
    payload = FingerprintTemplate.from_minutiae(200, 200, minutiae).to_bytes()
    index = FingerprintIndex(SCAN._replace(close_fewest=1, compared=1, sparse_probe=1), segment_fingers=4)
    index.add([payload] * 3, [FingerPosition.UNKNOWN] * 3)
    index.search(payload, FingerPosition.UNKNOWN, None, 1)
