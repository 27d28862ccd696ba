"""The stored templates of a segment, side by side in one array of bytes."""

import numpy as np
from numpy.typing import NDArray

_FIRST_ROOM = 4096


class Payloads:
    """Byte strings in rows 0, 1, 2, ...; room grows by doubling, up to the few thousand of a segment.

    Args:
        most: Rows there may be.
    """

    def __init__(self, most: int) -> None:
        self._bytes: NDArray[np.uint8] = np.zeros(_FIRST_ROOM, np.uint8)
        self._begins: NDArray[np.int64] = np.zeros(most + 1, np.int64)
        self._lengths: NDArray[np.int64] = np.zeros(most, np.int64)
        self._rows = 0

    @classmethod
    def of(
        cls, content: NDArray[np.uint8], begins: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> "Payloads":
        """Return rows as ``arrays`` gave them away; no more can be added."""
        made = cls(0)
        made._bytes, made._begins, made._lengths, made._rows = content, begins, lengths, len(lengths)
        return made

    def __len__(self) -> int:
        return self._rows

    def append(self, payload: bytes) -> None:
        """Add a row; there must be room for it."""
        begin = int(self._begins[self._rows])
        end = begin + len(payload)
        if end > len(self._bytes):
            grown = np.zeros(max(end, 2 * len(self._bytes)), np.uint8)
            grown[:begin] = self._bytes[:begin]
            self._bytes = grown
        self._bytes[begin:end] = np.frombuffer(payload, np.uint8)
        self._begins[self._rows + 1] = end
        self._lengths[self._rows] = len(payload)
        self._rows += 1

    def payload(self, row: int) -> bytes:
        """Return a row's bytes; none if it was wiped."""
        begin = self._begins[row]
        return self._bytes[begin : begin + self._lengths[row]].tobytes()

    def wipe(self, row: int) -> None:
        """Overwrite a row with zeros; it counts as empty from then on."""
        self._bytes[self._begins[row] : self._begins[row + 1]] = 0
        self._lengths[row] = 0

    def is_wiped(self, row: int) -> bool:
        """Return whether a row is empty."""
        return not self._lengths[row]

    def wiped_rows(self) -> NDArray[np.int64]:
        """Return the rows that are empty."""
        return np.flatnonzero(self._lengths[: self._rows] == 0)

    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """Return views of the bytes, where each row begins (and the last one ends), and the lengths."""
        begins = self._begins[: self._rows + 1]
        return self._bytes[: begins[-1]], begins, self._lengths[: self._rows]
