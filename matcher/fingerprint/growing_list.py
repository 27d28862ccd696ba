"""One search among prints whose list can grow: nothing that was compared is compared again."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]


class GrowingList:
    """The rows compared so far, and how to find and compare more.

    Args:
        deserving: Returns the rows that deserve full comparison when so many are wanted.
        compare: Returns their scores.
    """

    def __init__(self, deserving: Callable[[int], Rows], compare: Callable[[Rows], Scores]) -> None:
        self._deserving = deserving
        self._compare = compare
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._scores: Scores = np.zeros(0, dtype=np.float64)

    def best(self, limit: int) -> tuple[Rows, Scores]:
        """Return the best ``limit`` rows and their scores, best first."""
        fresh = np.setdiff1d(self._deserving(limit), self._rows)
        self._rows = np.concatenate([self._rows, fresh])
        self._scores = np.concatenate([self._scores, self._compare(fresh)])
        order = np.lexsort((self._rows, -self._scores))[:limit]
        return self._rows[order], self._scores[order]
