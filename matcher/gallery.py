"""The searchable set of this process: shelves of references, kept in step with the gallery feed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from biometrics.template import Modality, Template
from matcher import search
from matcher.calibration import CalibrationSource, calibration_for
from matcher.candidates import Change, Reference, SearchResult
from matcher.compaction import Compaction, worth_it
from matcher.filters import EVERYTHING, TagFilter
from matcher.holdings import Holdings, ShelfKey
from matcher.indexes import (
    IndexFactory,
    StoredIndexOpener,
    TemplateIndex,
    open_index,
    open_stored_index,
)
from matcher.lock import ReadersWriterLock
from matcher.shelf import Shelf
from matcher.stored_holdings import CapturedHoldings, open_holdings

Item = TypeVar("Item")

_END = object()

_LOAD_BATCH = 1024

APPLIED_AT_ONCE = 64
"""Changes taken in under one turn of the lock. 64 fingers, the dearest ones, keep searches out for some
10 ms; between two turns the searches that wait go first."""


@dataclass(frozen=True)
class ShelfStatistics:
    """How full one shelf is.

    Attributes:
        gaps: Wiped rows; they cost memory until the shelf is compacted.
        recall: Measured share of searches with the best row of an exact search; None: not measured.
    """

    modality: Modality
    producer: str
    references: int
    gaps: int
    recall: float | None


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

    @property
    def face_recall(self) -> float:
        """Lowest recall of the shelves of faces; 1.0 where every face is compared."""
        faces = [shelf.recall for shelf in self.shelves if shelf.modality is Modality.FACE]
        return min((recall for recall in faces if recall is not None), default=1.0)


class Gallery:
    """References of every modality and producer, searchable by many threads while one changes them.

    Derived data: `load` takes a snapshot out of the records, `apply` follows the feed from there.

    Args:
        new_index: Makes the index of a modality when its first reference arrives.
        calibrations: Finds the false-match rates of a producer.
        stored_index: Opens an index from a snapshot.
    """

    def __init__(
        self,
        new_index: IndexFactory = open_index,
        calibrations: CalibrationSource = calibration_for,
        stored_index: StoredIndexOpener = open_stored_index,
    ) -> None:
        self.calibrations = calibrations
        self._stored_index = stored_index
        self.new_index = new_index
        self._lock = ReadersWriterLock()
        self._holdings = Holdings(self._new_index)

    @property
    def position(self) -> int:
        """Number of the last change taken in."""
        return self._holdings.position

    @property
    def references(self) -> int:
        """Number of searchable references."""
        with self._lock.reading():
            return sum(len(shelf) for shelf in self._holdings.shelves.values())

    @property
    def wiped_at(self) -> int:
        """Number of the last change that may have wiped a template; copies made before may still hold it."""
        return self._holdings.wiped_at

    @property
    def face_recall(self) -> float:
        """Measured share of face searches whose best face is that of a comparison with every face."""
        return self.statistics().face_recall

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep changes out for the length of one search; other searches go on."""
        with self._lock.reading():
            yield

    @property
    def shelves(self) -> Mapping[ShelfKey, Shelf]:
        """The shelves; look at them only inside `reading`."""
        return self._holdings.shelves

    @property
    def subjects_known(self) -> int:
        """One more than the largest subject number in use."""
        return len(self._holdings.subjects)

    def subject(self, number: int) -> UUID:
        """Return the subject behind a number found on a shelf."""
        return self._holdings.subjects.subject(number)

    def identify(
        self,
        probe: Sequence[Template],
        tag_filter: TagFilter = EVERYTHING,
        max_candidates: int = 20,
        added_after: int = 0,
    ) -> SearchResult:
        """Search as `matcher.search.identify` does."""
        return search.identify(self, probe, tag_filter, max_candidates, added_after)

    def load(
        self,
        references: Iterable[Reference],
        position: int,
        loaded: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Replace the whole content by a snapshot of the records, once it is complete.

        The references count as added by change ``position``: a search for what came after an
        earlier position sees them all, which is more than it needs and never less.

        Args:
            position: Number of the last change the snapshot contains.
            loaded: Is told from time to time how many references are in.
        """
        fresh, count = Holdings(self._new_index), 0
        for batch in _runs(references, _LOAD_BATCH):
            fresh.fill(batch, position)
            count += len(batch)
            loaded(count)
        fresh.position = fresh.wiped_at = position
        self._replace(fresh)

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in changes in the order of their numbers; those already taken in are skipped."""
        for few in _runs(changes, APPLIED_AT_ONCE):
            with self._lock.writing():
                self._holdings.apply(few)

    def capture(self) -> CapturedHoldings:
        """Return what is here at this moment, to be written to files while searches and changes go on."""
        with self._lock.reading():
            return CapturedHoldings.of(self._holdings)

    def restore(self, folder: Path) -> None:
        """Replace the whole content by what was captured and stored in a folder.

        Raises:
            StoredIndexUnusable: it is damaged or of another version; the content stays as it was.
        """
        self._replace(open_holdings(folder, self._new_index, self._stored_index))

    def compact(self) -> int:
        """Make shelves anew of which many rows are wiped; return how many there were.

        Searches and changes go on but for the moment of the exchange (benchmarks scale/start).
        Call from one thread only.
        """
        with self._lock.reading():
            held = self._holdings
            chosen = [(key, shelf) for key, shelf in held.shelves.items() if worth_it(shelf)]
        for key, shelf in chosen:
            with self._lock.reading():
                compaction = Compaction(shelf, self.new_index(key[0]))
            pieces = compaction.steps()
            copied = False
            while not copied:
                with self._lock.reading():
                    copied = next(pieces, _END) is _END
            with self._lock.writing():
                if held.shelves.get(key) is shelf:
                    held.shelves[key] = compaction.finished()
        return len(chosen)

    def statistics(self) -> GalleryStatistics:
        """Return counts for health pages and metrics."""
        with self._lock.reading():
            held = self._holdings
            shelves = tuple(
                ShelfStatistics(modality, producer, len(shelf), shelf.gaps, shelf.index.recall(None))
                for (modality, producer), shelf in sorted(held.shelves.items())
            )
            return GalleryStatistics(held.position, held.owners(), shelves, held.unusable)

    def _new_index(self, modality: Modality) -> TemplateIndex:
        return self.new_index(modality)

    def _replace(self, fresh: Holdings) -> None:
        with self._lock.writing():
            self._holdings = fresh


def _runs(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    rest = iter(items)
    while run := tuple(islice(rest, size)):
        yield run
