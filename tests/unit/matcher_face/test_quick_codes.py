"""The code of any row can be wiped, however many rows there are, and no other row's with it."""

import numpy as np

from matcher.face.parameters import FACE_INDEX
from matcher.face.quick_codes import QuickCodes

ROWS, DIMENSION = 9000, 8


def test_every_row_can_be_wiped() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(ROWS, DIMENSION)).astype(np.float32)
    codes = QuickCodes.of(vectors, vectors[:3000], FACE_INDEX)
    before = [codes.of_row(row) for row in range(ROWS)]
    wiped = [0, 31, 32, 4095, 4096, ROWS - 1]
    assert all(before[row].any() for row in wiped)
    for row in wiped:
        codes.wipe(row)
    for row in range(ROWS):
        expected = np.zeros_like(before[row]) if row in wiped else before[row]
        assert (codes.of_row(row) == expected).all()
