"""Finds the row of a number: sorted arrays for the many, a dictionary for the few added since."""

import numpy as np
from numpy.typing import NDArray

MISSING = -1

_FEWEST_RECENT = 4096
"""Entries the dictionary may always hold: merging fewer is not worth the copy."""

_RECENT_SHARE = 8
"""Beyond that it is merged at one eighth of the sorted entries: each entry is then copied nine times or
less on the way to twice the size, and a merge of a million takes about 15 ms."""


class Lookup:
    """A map from 64-bit keys to rows (0 or more) in about 12 bytes an entry."""

    def __init__(self) -> None:
        self._keys: NDArray[np.int64] = np.zeros(0, np.int64)
        self._rows: NDArray[np.int32] = np.zeros(0, np.int32)
        self._recent: dict[int, int] = {}

    @classmethod
    def of(cls, keys: NDArray[np.int64], rows: NDArray[np.int32]) -> "Lookup":
        """Return a map of these pairs; no key may come twice."""
        made = cls()
        order = np.argsort(keys, kind="stable")
        made._keys, made._rows = keys[order], rows[order]
        return made

    def find(self, key: int) -> int:
        """Return the row, or MISSING."""
        recent = self._recent.get(key)
        if recent is not None:
            return recent
        place = int(self._keys.searchsorted(key))
        if place == len(self._keys) or self._keys[place] != key:
            return MISSING
        return int(self._rows[place])

    def put(self, key: int, row: int) -> None:
        """Set the row of a key."""
        self._recent[key] = row
        if len(self._recent) > max(_FEWEST_RECENT, len(self._keys) // _RECENT_SHARE):
            self._merge()

    def drop(self, key: int) -> None:
        """Forget a key that is there."""
        self._recent.pop(key, None)
        place = int(self._keys.searchsorted(key))
        if place < len(self._keys) and self._keys[place] == key:
            self._rows[place] = MISSING

    def _merge(self) -> None:
        keys = np.fromiter(self._recent.keys(), np.int64, len(self._recent))
        rows = np.fromiter(self._recent.values(), np.int32, len(self._recent))
        order = np.argsort(keys)
        keys, rows = keys[order], rows[order]
        kept = self._rows != MISSING
        kept[np.isin(self._keys, keys, assume_unique=True)] = False
        left, left_rows = self._keys[kept], self._rows[kept]
        places = np.searchsorted(left, keys)
        self._keys = np.insert(left, places, keys)
        self._rows = np.insert(left_rows, places, rows)
        self._recent = {}
