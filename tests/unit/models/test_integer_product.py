"""Products of whole numbers: exact at the largest numbers there can be, on every CPU."""

import numpy as np

from models.integer_product import LARGEST, IntegerProduct


def test_sums_are_exact_at_the_extremes() -> None:
    random = np.random.default_rng(2)
    weights = random.choice(np.array([-LARGEST, LARGEST, 0, 1], np.int8), (70, 33))
    weights[:, 0] = LARGEST
    left = random.choice(np.array([0, 1, 254, 255], np.uint8), (19, 70))
    left[0] = 255
    sums = np.empty((19, 33), np.int32)
    IntegerProduct(weights, 119).bound(sums, left)()
    np.testing.assert_array_equal(sums, (left.astype(np.int32) - 119) @ weights.astype(np.int32))
