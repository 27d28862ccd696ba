"""What a gallery holds: shelves of references, the numbers of their subjects, and the position reached."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from biometrics.template import Modality
from core.errors import Defect
from core.logging import get_logger
from matcher.candidates import Change, ChangeKind, Reference
from matcher.errors import ChangeUnusable
from matcher.indexes import IndexFactory
from matcher.shelf import Shelf
from matcher.subject_numbers import SubjectNumbers

_LOG = get_logger(__name__)

ShelfKey = tuple[Modality, str]


class Arrival(NamedTuple):
    """A reference and the number of the change it came with."""

    reference: Reference
    change_number: int


class Holdings:
    """References of every modality and producer; changed by one thread at a time, under its owner's lock.

    Attributes:
        position: Number of the last change taken in.
        wiped_at: Number of the last change that may have wiped a template: what was copied before it may
            hold what had to be forgotten. What was filled says nothing of the changes before it.
        unusable: References left out because their templates are damaged.
    """

    def __init__(self, new_index: IndexFactory) -> None:
        self.position = 0
        self.wiped_at = 0
        self.unusable = 0
        self.shelves: dict[ShelfKey, Shelf] = {}
        self.subjects = SubjectNumbers()
        self._new_index = new_index

    def owners(self) -> int:
        """Return how many subjects have references."""
        seen = np.zeros(len(self.subjects), dtype=bool)
        for shelf in self.shelves.values():
            seen[shelf.owners()] = True
        return int(np.count_nonzero(seen))

    def fill(self, references: Iterable[Reference], change_number: int) -> None:
        """Add references that are not here yet, all as having come with one change."""
        self._add({item.reference_id: Arrival(item, change_number) for item in references})

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in changes in the order of their numbers; those already taken in are skipped.

        Should it fail half-way, the position tells what has to come again; taking in a change twice does
        no harm.
        """
        waiting: dict[int, Arrival] = {}
        seen = self.position
        for change in changes:
            if change.number <= seen:
                continue
            seen = change.number
            reference = _reference_of(change)
            if reference is not None and self._shelf_of(change.reference_id) is None:
                # Runs of additions go to the index together: an index adds many rows cheaply.
                waiting[change.reference_id] = Arrival(reference, change.number)
            else:
                self._add(waiting)
                waiting = {}
                self._apply_one(change.reference_id, reference, change.number)
                self.position = seen
        self._add(waiting)
        self.position = seen  # only now: what failed is to come again

    def _shelf_of(self, reference_id: int) -> Shelf | None:
        return next((shelf for shelf in self.shelves.values() if reference_id in shelf), None)

    def _apply_one(self, reference_id: int, reference: Reference | None, number: int) -> None:
        held = self._shelf_of(reference_id)
        if held is not None:
            if reference is not None and self._only_described(held, reference):
                held.describe(reference, self.subjects.number(reference.subject))
                return
            held.remove(reference_id)
            self.wiped_at = number
        if reference is not None:
            self._add({reference_id: Arrival(reference, number)})

    def _only_described(self, held: Shelf, reference: Reference) -> bool:
        return held is self._shelf_for(reference) and held.holds_payload(reference)

    def _add(self, arrivals: Mapping[int, Arrival]) -> None:
        by_shelf: dict[ShelfKey, list[Arrival]] = {}
        for arrival in arrivals.values():
            key = (arrival.reference.modality, arrival.reference.producer)
            by_shelf.setdefault(key, []).append(arrival)
        for group in by_shelf.values():
            self._add_to(self._shelf_for(group[0].reference), group)

    def _add_to(self, shelf: Shelf, group: Sequence[Arrival]) -> None:
        references = [arrival.reference for arrival in group]
        subjects = [self.subjects.number(reference.subject) for reference in references]
        try:
            shelf.add(references, subjects, [arrival.change_number for arrival in group])
        except Defect as problem:
            # One damaged template must not keep everything after it out of the gallery.
            if len(group) > 1:
                for arrival in group:
                    self._add_to(shelf, [arrival])
                return
            self.unusable += 1
            _LOG.error("reference left out", reference=references[0].reference_id, code=problem.code)

    def _shelf_for(self, reference: Reference) -> Shelf:
        key = (reference.modality, reference.producer)
        if key not in self.shelves:
            self.shelves[key] = Shelf(self._new_index(reference.modality))
        return self.shelves[key]


def _reference_of(change: Change) -> Reference | None:
    """Return what a change adds; None when it removes, or when what it added was erased since."""
    if change.kind is ChangeKind.REMOVE or change.reference is None:
        return None
    if change.reference.reference_id != change.reference_id:
        raise ChangeUnusable("A change names one reference and carries another.", change=change.number)
    return change.reference
