"""Faces searched by codes under a filter of any selectivity give what exact search gives."""

import numpy as np
import pytest

from biometrics.template import FingerPosition
from matcher.face.exact import ExactFaceIndex
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters

ANY = FingerPosition.UNKNOWN
DIMENSION, ROWS, SEGMENT = 32, 9000, 2048
SMALL = FaceIndexParameters(segment_values=DIMENSION * SEGMENT, training_vectors=4000, deepest_share=0.5)
WIPED = (0, 7, 2047, 2048, 5000, 8999)


def vectors(count: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def payloads(rows: np.ndarray) -> list[bytes]:
    return [row.astype("<f4").tobytes() for row in rows]


@pytest.fixture(scope="module")
def enrolled() -> np.ndarray:
    return vectors(ROWS, 1)


@pytest.fixture(scope="module")
def indexes(enrolled: np.ndarray) -> tuple[FaceIndex, ExactFaceIndex]:
    both = FaceIndex(SMALL), ExactFaceIndex()
    for index in both:
        index.add(payloads(enrolled), [ANY] * ROWS)
    both[0].settle()
    assert [segment.codes is not None for segment in both[0]._segments] == [True] * 4 + [False]
    for index in both:
        for row in WIPED:
            index.wipe(row)
    return both


@pytest.mark.parametrize("share", [None, 0.5, 0.1, 0.01, 0.001, 0.0])
@pytest.mark.parametrize("limit", [1, 20, 4 * ROWS])
def test_the_best_rows_are_those_of_exact_search(
    indexes: tuple[FaceIndex, ExactFaceIndex], enrolled: np.ndarray, share: float | None, limit: int
) -> None:
    quick, exact = indexes
    random = np.random.default_rng(3)
    agreed, probes = 0, 0
    for probe in payloads(np.concatenate([vectors(15, 2), enrolled[random.integers(0, ROWS, 15)]])):
        allowed = None if share is None else random.random(ROWS) < share
        rows, scores = quick.search(probe, ANY, allowed, limit)
        true_rows, true_scores = exact.search(probe, ANY, allowed, limit)
        assert len(rows) == len(true_rows) == min(limit, len(true_rows))
        assert not set(rows.tolist()) & set(WIPED)
        assert allowed is None or allowed[rows].all()
        np.testing.assert_allclose(scores, exact.score_rows(probe, ANY, rows), atol=1e-5)
        agreed += np.array_equal(rows[:1], true_rows[:1])
        probes += 1
        if quick.recall(allowed) == 1.0 or limit > ROWS:
            np.testing.assert_allclose(scores, true_scores, atol=1e-5)
    assert agreed == probes


def test_what_a_few_rows_admit_is_compared_exactly(indexes: tuple[FaceIndex, ExactFaceIndex]) -> None:
    quick, _ = indexes
    few = np.zeros(ROWS, dtype=bool)
    few[::500] = True
    assert quick.recall(few) == 1.0
    assert 0.999 <= quick.recall(None) < 1.0
    assert quick.recall(np.zeros(ROWS, dtype=bool)) == 1.0
