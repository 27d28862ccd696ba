"""The searchable set of this process: shelves of references, kept in step with the gallery feed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from biometrics.template import Modality
from core.errors import Defect
from core.logging import get_logger
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import Change, ChangeKind, Reference
from matcher.errors import ChangeUnusable
from matcher.indexes import IndexFactory, open_index
from matcher.lock import ReadersWriterLock
from matcher.shelf import Shelf

_LOG = get_logger(__name__)

_LOAD_BATCH = 1024

ShelfKey = tuple[Modality, str]


class _Arrival(NamedTuple):
    reference: Reference
    change_number: int


@dataclass(frozen=True)
class ShelfStatistics:
    """How full one shelf is.

    Attributes:
        gaps: Rows wiped since the gallery was loaded; they cost memory until the next load.
    """

    modality: Modality
    producer: str
    references: int
    gaps: int


@dataclass(frozen=True)
class GalleryStatistics:
    """How full a gallery is and which change it has reached.

    Attributes:
        unusable: References left out because their templates are damaged; extract them again.
    """

    position: int
    subjects: int
    shelves: tuple[ShelfStatistics, ...]
    unusable: int = 0

    @property
    def references(self) -> int:
        """Number of searchable references."""
        return sum(shelf.references for shelf in self.shelves)


class Gallery:
    """References of every modality and producer, searchable by many threads while one changes them.

    Derived data: `load` takes a snapshot out of the records, `apply` follows the feed from there.

    Args:
        new_index: Makes the index of a modality when its first reference arrives.
        calibrations: Finds the false-match rates of a producer.
    """

    def __init__(
        self, new_index: IndexFactory = open_index, calibrations: CalibrationSource = calibration_for
    ) -> None:
        self.calibrations = calibrations
        self.new_index = new_index
        self._lock = ReadersWriterLock()
        self._clear()

    @property
    def position(self) -> int:
        """Number of the last change taken in."""
        return self._position

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep changes out for the length of one search; other searches go on."""
        with self._lock.reading():
            yield

    @property
    def shelves(self) -> Mapping[ShelfKey, Shelf]:
        """The shelves; look at them only inside `reading`."""
        return self._shelves

    @property
    def subjects_known(self) -> int:
        """One more than the largest subject number in use."""
        return len(self._subjects)

    def subject(self, number: int) -> UUID:
        """Return the subject behind a number found on a shelf."""
        return self._subjects[number]

    def load(self, references: Iterable[Reference], position: int) -> None:
        """Replace the whole content by a snapshot of the records.

        The references count as added by change ``position``: a search for what came after an
        earlier position sees them all, which is more than it needs and never less.

        Args:
            position: Number of the last change the snapshot contains.
        """
        with self._lock.writing():
            self._clear()
            batch: dict[int, _Arrival] = {}
            for reference in references:
                batch[reference.reference_id] = _Arrival(reference, position)
                if len(batch) == _LOAD_BATCH:
                    self._add(batch)
                    batch = {}
            self._add(batch)
            self._position = position

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in changes in the order of their numbers; those already taken in are skipped."""
        with self._lock.writing():
            waiting: dict[int, _Arrival] = {}
            for change in changes:
                if change.number <= self._position:
                    continue
                reference = _reference_of(change)
                if reference is not None and change.reference_id not in self._shelf_of:
                    # Runs of additions go to the index together: an index adds many rows cheaply.
                    waiting[change.reference_id] = _Arrival(reference, change.number)
                else:
                    self._add(waiting)
                    waiting = {}
                    self._apply_one(change.reference_id, reference, change.number)
                self._position = change.number
            self._add(waiting)

    def statistics(self) -> GalleryStatistics:
        """Return counts for health pages and metrics."""
        with self._lock.reading():
            shelves = tuple(
                ShelfStatistics(modality, producer, len(shelf), shelf.gaps)
                for (modality, producer), shelf in sorted(self._shelves.items())
            )
            owners = {number for shelf in self._shelves.values() for number in shelf.owners()}
            return GalleryStatistics(self._position, len(owners), shelves, self._unusable)

    def _clear(self) -> None:
        self._position = 0
        self._shelves: dict[ShelfKey, Shelf] = {}
        self._shelf_of: dict[int, Shelf] = {}
        self._subjects: list[UUID] = []
        self._number_of: dict[UUID, int] = {}
        self._unusable = 0

    def _apply_one(self, reference_id: int, reference: Reference | None, number: int) -> None:
        held = self._shelf_of.get(reference_id)
        if reference is None:
            if held is not None:
                self._remove(reference_id)
            return
        if held is not None and held is self._shelf_for(reference) and held.holds_payload(reference):
            held.describe(reference, self._number(reference.subject))
            return
        if held is not None:
            self._remove(reference_id)
        self._add({reference_id: _Arrival(reference, number)})

    def _remove(self, reference_id: int) -> None:
        self._shelf_of.pop(reference_id).remove(reference_id)

    def _add(self, arrivals: Mapping[int, _Arrival]) -> None:
        by_shelf: dict[ShelfKey, list[_Arrival]] = {}
        for arrival in arrivals.values():
            key = (arrival.reference.modality, arrival.reference.producer)
            by_shelf.setdefault(key, []).append(arrival)
        for group in by_shelf.values():
            self._add_to(self._shelf_for(group[0].reference), group)

    def _add_to(self, shelf: Shelf, group: Sequence[_Arrival]) -> None:
        references = [arrival.reference for arrival in group]
        subjects = [self._number(reference.subject) for reference in references]
        try:
            shelf.add(references, subjects, [arrival.change_number for arrival in group])
        except Defect as problem:
            # One damaged template must not keep everything after it out of the gallery.
            if len(group) > 1:
                for arrival in group:
                    self._add_to(shelf, [arrival])
                return
            self._unusable += 1
            _LOG.error("reference left out", reference=references[0].reference_id, code=problem.code)
            return
        self._shelf_of.update((reference.reference_id, shelf) for reference in references)

    def _shelf_for(self, reference: Reference) -> Shelf:
        key = (reference.modality, reference.producer)
        if key not in self._shelves:
            self._shelves[key] = Shelf(self.new_index(reference.modality))
        return self._shelves[key]

    def _number(self, subject: UUID) -> int:
        number = self._number_of.setdefault(subject, len(self._subjects))
        if number == len(self._subjects):
            self._subjects.append(subject)
        return number


def _reference_of(change: Change) -> Reference | None:
    """Return what a change adds; None when it removes, or when what it added was erased since."""
    if change.kind is ChangeKind.REMOVE or change.reference is None:
        return None
    if change.reference.reference_id != change.reference_id:
        raise ChangeUnusable("A change names one reference and carries another.", change=change.number)
    return change.reference
