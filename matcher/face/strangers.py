"""Finds which faces of different people score at or above a threshold, among all pairs of a sample."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.face.embedding import to_matrix

_ROWS = 512
"""Rows compared with all at once: 6,000 faces make blocks of 12 MB."""


def alike_pairs(payloads: Sequence[bytes], score: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs (places, the first before the second) that reach a score, and their scores.

    Args:
        payloads: Templates of one producer, each of another person.
    """
    vectors = to_matrix(payloads)
    pairs, scores = [], []
    for start in range(0, len(vectors), _ROWS):
        block = vectors[start : start + _ROWS] @ vectors[start:].T
        first, second = np.nonzero(block >= score)
        later = second > first
        pairs.append(np.stack([first[later], second[later]], axis=1) + start)
        scores.append(block[first[later], second[later]])
    return np.concatenate(pairs).astype(np.int64), np.concatenate(scores).astype(np.float64)
