"""Numbers the subjects of a gallery 0, 1, 2, ..., so that a row needs four bytes to say whose it is."""

from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matcher.columns import Column
from matcher.lookup import MISSING, Lookup

UUID_BYTES = np.dtype("V16")


class SubjectNumbers:
    """Sixteen bytes for each subject, and a lookup by a short form of them."""

    def __init__(self) -> None:
        self._ids = Column(UUID_BYTES)
        self._lookup = Lookup()

    @classmethod
    def of(cls, ids: NDArray[np.void]) -> "SubjectNumbers":
        """Return the numbering that gives ``ids[n]`` the number n.

        Args:
            ids: Sixteen bytes each, all different.
        """
        made = cls()
        made._ids = Column.of(ids, UUID_BYTES)
        keys = np.frombuffer(ids.tobytes(), "<i8").reshape(-1, 2)
        short = keys[:, 0] ^ keys[:, 1]
        _, first = np.unique(short, return_index=True)
        made._lookup = Lookup.of(short[first], first.astype(np.int32))
        for number in np.setdiff1d(np.arange(len(ids)), first).tolist():
            made._enter(made._ids.values[number].tobytes(), number)
        return made

    def __len__(self) -> int:
        return len(self._ids.values)

    @property
    def ids(self) -> NDArray[np.void]:
        """The sixteen bytes of each subject, by number; a view."""
        return self._ids.values

    def subject(self, number: int) -> UUID:
        """Return the subject with a number."""
        return UUID(bytes=self._ids.values[number].tobytes())

    def number(self, subject: UUID) -> int:
        """Return the subject's number; a subject not seen before gets the next one."""
        known, key = self._find(subject.bytes)
        if known != MISSING:
            return known
        number = len(self)
        self._ids.extend_to(number + 1)
        self._ids.values[number] = np.void(subject.bytes)
        self._lookup.put(key, number)
        return number

    def _enter(self, raw: bytes, number: int) -> None:
        _, key = self._find(raw)
        self._lookup.put(key, number)

    def _find(self, raw: bytes) -> tuple[int, int]:
        """Return the number of a subject or MISSING, and the key it stands or would stand under."""
        key = _short(raw)
        while True:
            number = self._lookup.find(key)
            if number == MISSING or self._ids.values[number].tobytes() == raw:
                return number, key
            key = key + 1 if key < np.iinfo(np.int64).max else np.iinfo(np.int64).min  # another's: the next


def _short(raw: bytes) -> int:
    first, second = np.frombuffer(raw, "<i8").tolist()
    return int(first ^ second)
