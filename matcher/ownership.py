"""Which rows belong to which subject: a chain of rows for each, in two integer columns."""

import numpy as np
from numpy.typing import NDArray

from matcher.columns import Column

END = -1


class Ownership:
    """Each subject's rows, the newest first; appending and removing take no search through the rest.

    Attributes:
        owner_count: Subjects with rows.
    """

    def __init__(self) -> None:
        self._newest = Column(np.int32, END)  # by subject number
        self._older = Column(np.int32, END)  # by row
        self.owner_count = 0

    @classmethod
    def of(cls, subjects: NDArray[np.int32]) -> "Ownership":
        """Return the chains of rows whose owners are known.

        Args:
            subjects: Subject number of each row, negative for a row without an owner.
        """
        made = cls()
        order = np.argsort(subjects, kind="stable").astype(np.int32)
        owners = subjects[order]
        order, owners = order[owners >= 0], owners[owners >= 0]
        made._older.extend_to(len(subjects))
        if len(order):
            same = owners[1:] == owners[:-1]
            made._older.values[order[1:][same]] = order[:-1][same]
            made._newest.extend_to(int(owners[-1]) + 1)
            last = np.append(owners[1:] != owners[:-1], True)
            made._newest.values[owners[last]] = order[last]
            made.owner_count = int(np.count_nonzero(last))
        return made

    def add(self, subject: int, row: int) -> None:
        """Give a row without an owner to a subject."""
        self._newest.extend_to(subject + 1)
        self._older.extend_to(row + 1)
        self._older.values[row] = self._newest.values[subject]
        self.owner_count += self._newest.values[subject] == END
        self._newest.values[subject] = row

    def remove(self, subject: int, row: int) -> None:
        """Take a row from its owner."""
        older, newest = self._older.values, self._newest.values
        after = int(older[row])
        older[row] = END
        if newest[subject] == row:
            newest[subject] = after
            self.owner_count -= after == END
            return
        at = int(newest[subject])
        while int(older[at]) != row:
            at = int(older[at])
        older[at] = after

    def rows_of(self, subject: int) -> NDArray[np.int64]:
        """Return a subject's rows, rising unless rows were given away."""
        rows = []
        newest = self._newest.values
        at = int(newest[subject]) if subject < len(newest) else END
        while at != END:
            rows.append(at)
            at = int(self._older.values[at])
        return np.asarray(rows[::-1], dtype=np.int64)

    def owners(self) -> NDArray[np.int64]:
        """Return the numbers of the subjects with rows, rising."""
        return np.flatnonzero(self._newest.values != END)
