"""What the index of one modality and producer must be able to do, and how one is opened."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition, Modality

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]
Listing = Callable[[int], tuple[Rows, Scores]]
"""One search: takes how many rows are wanted, and returns them with their scores, best first."""


class TemplateIndex(Protocol):
    """Templates of one producer in rows 0, 1, 2, ... in the order they were added.

    Many searches may run at once, or one change; the gallery's lock sees to that.
    """

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        """Append rows."""

    def wipe(self, row: int) -> None:
        """Overwrite a row so that nothing of the template remains; the other rows keep their numbers."""

    def search(
        self,
        payload: bytes,
        position: FingerPosition,
        allowed: Mask | None,
        limit: int,
        *,
        thorough: bool = False,
    ) -> tuple[Rows, Scores]:
        """Return the best ``limit`` rows that ``allowed`` admits (None: all), best first.

        Fewer rows than ``limit`` mean that there are no more to be had.

        Args:
            thorough: Take the time that a probe needs which shows little, turned by any angle: a mark.
        """

    def score_rows(
        self, payload: bytes, position: FingerPosition, rows: Rows, *, thorough: bool = False
    ) -> Scores:
        """Return the comparison score of each given row, on the scale of a ``search`` as thorough."""

    def recall(self, allowed: Mask | None) -> float | None:
        """Return the share of searches whose best row is that of an exact search; None: it is not measured.

        1.0 stands for a search that compares every row that ``allowed`` admits.
        """

    def __len__(self) -> int:
        """Number of rows, wiped ones included."""

    def take(self, other: Any, rows: Rows) -> None:
        """Append these rows of another index of the same kind, in this order."""

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the rows of this moment into an empty folder, later.

        Called while no change runs, and quick. What it returns is called afterwards without any lock,
        beside searches and changes: a row wiped since may be written as wiped, nothing else may differ.
        A file that has not changed may be given a second name instead of being written again.
        """


@runtime_checkable
class AveragingIndex(TemplateIndex, Protocol):
    """An index of templates that can be averaged: those of several photographs of one face."""

    def score_average(self, payload: bytes, rows: Rows) -> float:
        """Return the comparison score with the mean of the given rows (at least one)."""


@runtime_checkable
class ContinuedIndex(TemplateIndex, Protocol):
    """An index that need not look through everything again when more rows are wanted."""

    def begin(
        self, payload: bytes, position: FingerPosition, allowed: Mask | None, *, thorough: bool = False
    ) -> Listing:
        """Return a ``search`` that does only what is left to do each time it is asked for more rows."""


def begin(
    index: TemplateIndex,
    payload: bytes,
    position: FingerPosition,
    allowed: Mask | None,
    *,
    thorough: bool,
) -> Listing:
    """Return what lists the best rows of an index; call it only while no change runs."""
    if isinstance(index, ContinuedIndex):
        return index.begin(payload, position, allowed, thorough=thorough)
    return partial(index.search, payload, position, allowed, thorough=thorough)


IndexFactory = Callable[[Modality], TemplateIndex]
"""Makes an empty index for a modality."""

StoredIndexOpener = Callable[[Modality, Path], TemplateIndex]
"""Opens a stored index of a modality."""


def open_index(modality: Modality) -> TemplateIndex:
    """Return an empty index of the kind this service uses for ``modality``."""
    # Imported here: a process that never searches prints need not compile their matcher.
    if modality is Modality.FACE:
        from matcher.face.index import FaceIndex

        return FaceIndex()
    from matcher.fingerprint.index import FingerprintIndex

    return FingerprintIndex()


def open_stored_index(modality: Modality, folder: Path) -> TemplateIndex:
    """Return the index whose rows were written into a folder; files may stay mapped into memory.

    Raises:
        StoredIndexUnusable: the files are damaged, or of another version.
    """
    if modality is Modality.FACE:
        from matcher.face.index import FaceIndex

        return FaceIndex.open(folder)
    from matcher.fingerprint.index import FingerprintIndex

    return FingerprintIndex.open(folder)
