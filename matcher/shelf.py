"""All references of one modality and producer: an index, and beside each of its rows whose it is."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition
from matcher.array_file import Arrays
from matcher.candidates import Reference
from matcher.columns import Column, TagColumns, check_tags
from matcher.filters import TagFilter
from matcher.indexes import Mask, TemplateIndex
from matcher.lookup import MISSING, Lookup
from matcher.ownership import Ownership

NOBODY = -1
_DIGEST = np.dtype("V16")
_TAG = "tag "
POSITION_TAG = "position"
"""Name under which a filter can restrict the finger position; every reference carries it."""


class Shelf:
    """Rows of an index with their reference id, subject number, position, tags and change number.

    A removed reference's row is wiped and stays as a gap: rows never move. Not safe for threads
    by itself; the gallery's lock is held around every call.
    """

    def __init__(self, index: TemplateIndex) -> None:
        self.index = index
        self._live = 0
        self._row_of = Lookup()
        self._ownership = Ownership()
        self._reference_ids = Column(np.int64, -1)
        self._subjects = Column(np.int32, NOBODY)
        self._positions = Column(np.int8)
        self._changes = Column(np.int64, -1)
        self._digests = Column(_DIGEST)
        self._tags = TagColumns()

    @classmethod
    def of(cls, index: TemplateIndex, columns: Arrays) -> "Shelf":
        """Return a shelf from a filled index and the ``columns`` that another shelf gave away."""
        made = cls(index)
        made._reference_ids = Column.of(columns["reference_ids"], np.int64, -1)
        made._subjects = Column.of(columns["subjects"], np.int32, NOBODY)
        made._positions = Column.of(columns["positions"], np.int8)
        made._changes = Column.of(columns["changes"], np.int64, -1)
        made._digests = Column.of(columns["digests"], _DIGEST)
        tags = {name.removeprefix(_TAG): column for name, column in columns.items() if name.startswith(_TAG)}
        made._tags = TagColumns.of(tags, made.rows)
        live = np.flatnonzero(made.subjects != NOBODY).astype(np.int32)
        made._live = len(live)
        made._row_of = Lookup.of(made.reference_ids[live], live)
        made._ownership = Ownership.of(made.subjects)
        return made

    def __contains__(self, reference_id: int) -> bool:
        return self._row_of.find(reference_id) != MISSING

    def __len__(self) -> int:
        """Number of live references."""
        return self._live

    @property
    def rows(self) -> int:
        """Number of rows, wiped ones included."""
        return len(self._reference_ids.values)

    @property
    def gaps(self) -> int:
        """Number of wiped rows."""
        return self.rows - self._live

    @property
    def reference_ids(self) -> NDArray[np.int64]:
        """Reference id of each row, -1 for a wiped one."""
        return self._reference_ids.values

    @property
    def subjects(self) -> NDArray[np.int32]:
        """Subject number of each row, NOBODY for a wiped one."""
        return self._subjects.values

    @property
    def positions(self) -> NDArray[np.int8]:
        """Finger position of each row."""
        return self._positions.values

    @property
    def subject_count(self) -> int:
        """Number of subjects with live references."""
        return self._ownership.owner_count

    def columns(self) -> Arrays:
        """Return copies of all that is known of the rows, by name."""
        known: Arrays = {
            "reference_ids": self.reference_ids,
            "subjects": self.subjects,
            "positions": self.positions,
            "changes": self._changes.values,
            "digests": self._digests.values,
            **{_TAG + name: values for name, values in self._tags.named().items()},
        }
        return {name: values.copy() for name, values in known.items()}

    def add(self, references: Sequence[Reference], subjects: Sequence[int], changes: Sequence[int]) -> None:
        """Append references that are not on this shelf yet.

        Raises:
            Defect: one of them is unusable; none of them was added.
        """
        first = self.rows
        tags = [_tags(item) for item in references]
        check_tags(tags)
        try:
            self.index.add([item.payload for item in references], [item.position for item in references])
        except Exception:
            self._leave_gap(first)
            raise
        self._extend_to(first + len(references))
        self._reference_ids.values[first:] = [item.reference_id for item in references]
        self._positions.values[first:] = [int(item.position) for item in references]
        self._subjects.values[first:] = subjects
        self._changes.values[first:] = changes
        digests = b"".join(_digest(item.payload) for item in references)
        self._digests.values[first:] = np.frombuffer(digests, _DIGEST)
        self._tags.append(first, tags)
        for row, (reference, subject) in enumerate(zip(references, subjects, strict=True), start=first):
            self._row_of.put(reference.reference_id, row)
            self._ownership.add(subject, row)
        self._live += len(references)

    def holds_payload(self, reference: Reference) -> bool:
        """Whether the reference is here with the same template and position, so that only tags differ."""
        row = self._row_of.find(reference.reference_id)
        return (
            row != MISSING
            and self._digests.values[row].tobytes() == _digest(reference.payload)
            and bool(self._positions.values[row] == reference.position)
        )

    def describe(self, reference: Reference, subject: int) -> None:
        """Replace the subject and the tags of a reference whose template stays as it is."""
        row = self._row_of.find(reference.reference_id)
        self._ownership.remove(int(self._subjects.values[row]), row)
        self._subjects.values[row] = subject
        self._ownership.add(subject, row)
        self._tags.put(row, _tags(reference))

    def remove(self, reference_id: int) -> None:
        """Wipe the reference's row; nothing of the template, the tags or the owner remains."""
        row = self._row_of.find(reference_id)
        self.index.wipe(row)  # first: should it fail, the reference is still known and tried again
        self._row_of.drop(reference_id)
        self._ownership.remove(int(self._subjects.values[row]), row)
        self._reference_ids.values[row] = -1
        self._subjects.values[row] = NOBODY
        self._positions.values[row] = FingerPosition.UNKNOWN
        self._changes.values[row] = -1
        self._digests.values[row] = np.zeros((), _DIGEST)
        self._tags.put(row, {})
        self._live -= 1

    def allowed(self, tag_filter: TagFilter, added_after: int) -> Mask | None:
        """Return which rows a search may see, or None when it may see all of them."""
        if tag_filter.is_open and added_after <= 0:  # of itself an index never finds a wiped row
            return None
        mask: Mask = self.subjects != NOBODY
        if added_after > 0:
            mask &= self._changes.values > added_after
        if not tag_filter.is_open:
            mask &= self._tags.admitted(tag_filter)
        return mask

    def owners(self) -> NDArray[np.int64]:
        """Return the numbers of the subjects with live references."""
        return self._ownership.owners()

    def rows_of(self, subject: int) -> NDArray[np.int64]:
        """Return the live rows of a subject."""
        return self._ownership.rows_of(subject)

    def _extend_to(self, length: int) -> None:
        self._tags.extend_to(length)
        for column in (
            self._reference_ids,
            self._subjects,
            self._positions,
            self._changes,
            self._digests,
        ):
            column.extend_to(length)

    def _leave_gap(self, first: int) -> None:
        """Wipe what an index took in before it refused the rest, and keep its rows and ours in step."""
        for row in range(first, len(self.index)):
            self.index.wipe(row)
        self._extend_to(len(self.index))


def _tags(reference: Reference) -> dict[str, int]:
    return {**reference.tags, POSITION_TAG: int(reference.position)}


def _digest(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=16).digest()
