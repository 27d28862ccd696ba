"""Gives back the room of wiped rows: a shelf with many is made anew beside the old one and replaces it."""

from collections.abc import Iterator

import numpy as np

from matcher.indexes import Rows, TemplateIndex
from matcher.shelf import NOBODY, Shelf

WIPED_SHARE = 0.1
"""Share of wiped rows from which a shelf is made anew."""

FEWEST_WIPED = 1000
"""Fewer wiped rows than this are not worth the copy."""

TAKEN_AT_ONCE = 2048
"""Rows copied while changes wait: some milliseconds."""


def worth_it(shelf: Shelf) -> bool:
    """Return whether so many rows are wiped that they should go."""
    return shelf.gaps >= max(FEWEST_WIPED, WIPED_SHARE * shelf.rows)


class Compaction:
    """The shelf that will take another's place.

    Args:
        shelf: Goes on serving searches and taking changes until ``finished``.
        index: An empty one of the same kind.
    """

    def __init__(self, shelf: Shelf, index: TemplateIndex) -> None:
        self._shelf = shelf
        self._index = index
        self._rows: Rows = np.flatnonzero(shelf.subjects != NOBODY)
        self._rows_then = shelf.rows

    def steps(self) -> Iterator[None]:
        """Copy the rows piece by piece; changes may come between two pieces, not within one."""
        for start in range(0, len(self._rows), TAKEN_AT_ONCE):
            self._index.take(self._shelf.index, self._rows[start : start + TAKEN_AT_ONCE])
            yield

    def finished(self) -> Shelf:
        """Return the new shelf, with what came and went meanwhile; no change may come until it is in use."""
        shelf = self._shelf
        later = np.arange(self._rows_then, shelf.rows)
        later = later[shelf.subjects[later] != NOBODY]
        self._index.take(shelf.index, later)
        rows = np.concatenate([self._rows, later])
        for row in np.flatnonzero(shelf.subjects[rows] == NOBODY).tolist():
            self._index.wipe(row)
        return Shelf.of(self._index, {name: column[rows] for name, column in shelf.columns().items()})
