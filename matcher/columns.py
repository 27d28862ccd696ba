"""Numpy arrays that grow by appending, and the tag columns a filter is evaluated on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from matcher.errors import ChangeUnusable
from matcher.filters import TagFilter
from matcher.indexes import Mask

ABSENT = np.iinfo(np.int32).min
"""Value of a tag that a reference does not carry; no tag may have it."""

_FIRST_CAPACITY = 64


class Column:
    """A one-dimensional array that doubles its room when full.

    Args:
        kind: The numpy type of a value.
        empty: What rows hold before a value is set; None for zeros.
    """

    def __init__(self, kind: DTypeLike, empty: int | None = None) -> None:
        self._empty = empty
        self._values: NDArray[Any] = self._room(_FIRST_CAPACITY, np.dtype(kind))
        self._length = 0

    @classmethod
    def of(cls, values: NDArray[Any], kind: DTypeLike, empty: int | None = None) -> "Column":
        """Return a column that holds these values; the array becomes the column's own."""
        made = cls(kind, empty)
        made._values = np.require(values, kind, requirements=("C", "W", "O"))
        made._length = len(values)
        return made

    def extend_to(self, length: int) -> None:
        """Make the column ``length`` rows long; new rows are empty."""
        if length > len(self._values):
            grown = self._room(max(length, 2 * len(self._values)), self._values.dtype)
            grown[: self._length] = self._values[: self._length]
            self._values = grown
        self._length = max(self._length, length)

    def _room(self, rows: int, kind: np.dtype[Any]) -> NDArray[Any]:
        return np.zeros(rows, kind) if self._empty is None else np.full(rows, self._empty, dtype=kind)

    @property
    def values(self) -> NDArray[Any]:
        """The rows in use, as a view: writing to it changes the column."""
        return self._values[: self._length]


class TagColumns:
    """The tags of every row of a shelf, one int32 column per tag name."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._length = 0

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[np.int32]], length: int) -> "TagColumns":
        """Return the tags of ``length`` rows, each column becoming the tags' own."""
        made = cls()
        made._length = length
        made._columns = {name: Column.of(values, np.int32, ABSENT) for name, values in columns.items()}
        return made

    def named(self) -> dict[str, NDArray[np.int32]]:
        """Return a view of each tag's column."""
        return {name: column.values for name, column in self._columns.items()}

    def extend_to(self, length: int) -> None:
        """Make room for rows without tags up to ``length``."""
        self._length = length
        for column in self._columns.values():
            column.extend_to(length)

    def append(self, first: int, many: Sequence[Mapping[str, int]]) -> None:
        """Give the rows from ``first`` to the last one their tags."""
        for name in dict.fromkeys(name for tags in many for name in tags):
            self._named(name).values[first:] = [tags.get(name, ABSENT) for tags in many]

    def put(self, row: int, tags: Mapping[str, int]) -> None:
        """Give ``row`` exactly these tags, whatever it carried before."""
        check_tags([tags])
        for name in tags:
            self._named(name)
        for name, column in self._columns.items():
            column.values[row] = tags.get(name, ABSENT)

    def admitted(self, tag_filter: TagFilter) -> Mask:
        """Return for each row whether it meets every condition of the filter."""
        mask = np.ones(self._length, dtype=bool)
        for name, allowed in tag_filter.one_of.items():
            mask &= np.isin(self._column(name), np.asarray(sorted(allowed), dtype=np.int64))
        for name, bounds in tag_filter.ranges.items():
            values = self._column(name)
            mask &= (values >= bounds.lowest) & (values <= bounds.highest) & (values != ABSENT)
        return mask

    def _named(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = Column(np.int32, ABSENT)
            self._columns[name].extend_to(self._length)
        return self._columns[name]

    def _column(self, name: str) -> NDArray[np.int32]:
        column = self._columns.get(name)
        return np.full(self._length, ABSENT, dtype=np.int32) if column is None else column.values


def check_tags(many: Sequence[Mapping[str, int]]) -> None:
    """Refuse tags that a column cannot hold.

    Raises:
        ChangeUnusable: names the tag.
    """
    for name in dict.fromkeys(name for tags in many for name in tags):
        values = [tags[name] for tags in many if name in tags]
        if min(values) <= ABSENT or max(values) > np.iinfo(np.int32).max:
            raise ChangeUnusable(f"The tag {name} has a value that 32 bits cannot hold.")
