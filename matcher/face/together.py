"""Takes searches of the same rows together that would else wait for a core one by one."""

import threading
from collections.abc import Callable, Sequence

import numpy as np

from matcher.cores import in_background, search_cores
from matcher.face.embedding import Vectors
from matcher.face.library import Rows

Found = tuple[Rows, Vectors]
"""Rows and cosines of one search, best first."""

Products = Callable[[Vectors, int], tuple[Vectors, Rows]]
"""Takes queries and how many rows are wanted for each; returns cosines and rows, a line for each query."""


class _Asked:
    """A search that waits: it is answered by another one, or called upon to answer for some."""

    def __init__(self, query: Vectors, limit: int) -> None:
        self.query = query
        self.limit = limit
        self.called = threading.Event()
        self.to_answer: Sequence[_Asked] = ()
        self.found: Found | None = None
        self.failure: BaseException | None = None


class Together:
    """Lets as many searches run as there are cores; when one ends, all that wait are run as one.

    A search that finds a core free waits for nothing and is run alone. So are those that wait while they
    are too few for a product of matrices to be cheaper, and those of threads in the background: others
    would have to wait for a thread that gives way to everybody.

    Args:
        fewest: So many are taken together, or none.

    Attributes:
        at_once: Searches, or groups of them, that run side by side.
    """

    def __init__(self, fewest: int, at_once: int | None = None) -> None:
        self.at_once = at_once or search_cores()
        self._fewest = fewest
        self._lock = threading.Lock()
        self._running = 0
        self._waiting: list[_Asked] = []

    def best(self, query: Vectors, limit: int, products: Products) -> Found:
        """Return what a search of its own would, but for the last bits of the cosines.

        Args:
            query: ``(1, dimension)``.
            products: Searches for several queries at once; whoever searches the same rows gives the same.

        Raises:
            BaseException: what the product raised that this search was part of.
        """
        if in_background():
            scores, rows = products(query, limit)
            return rows[0], scores[0]
        asked = _Asked(query, limit)
        try:
            if not self._begins(asked):
                asked.called.wait()
        finally:  # also when the wait is broken off: whoever waits behind this search must not wait for ever
            self._withdraw(asked)
            if asked.to_answer:
                self._answer(asked.to_answer, products)
                self._end(asked.to_answer)
        if asked.failure is not None:
            raise asked.failure
        assert asked.found is not None
        return asked.found

    def _begins(self, asked: _Asked) -> bool:
        """Whether a search may run at once; if not, it is called later."""
        with self._lock:
            if self._running >= self.at_once:
                self._waiting.append(asked)
                return False
            self._running += 1
            asked.to_answer = (asked,)
            return True

    def _withdraw(self, asked: _Asked) -> None:
        with self._lock:
            if asked in self._waiting:
                self._waiting.remove(asked)

    def _answer(self, group: Sequence[_Asked], products: Products) -> None:
        try:
            queries = group[0].query if len(group) == 1 else np.concatenate([each.query for each in group])
            scores, rows = products(queries, max(each.limit for each in group))
        except BaseException as problem:
            for each in group:
                each.failure = problem
            return
        for place, each in enumerate(group):
            each.found = rows[place, : each.limit], scores[place, : each.limit]

    def _end(self, group: Sequence[_Asked]) -> None:
        """Hand the core on to those that wait, and the answers to those that were waiting."""
        with self._lock:
            count = len(self._waiting) if len(self._waiting) >= self._fewest else 1
            following, self._waiting = self._waiting[:count], self._waiting[count:]
            if following:
                following[0].to_answer = following
            else:
                self._running -= 1
        for each in (*following[:1], *group[1:]):
            each.called.set()
