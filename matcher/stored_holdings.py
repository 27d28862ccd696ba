"""Writes what a gallery holds into a folder, and makes it again from there by loading arrays."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biometrics.template import Modality
from matcher.array_file import Arrays, read_arrays, write_arrays
from matcher.errors import StoredIndexUnusable
from matcher.holdings import Holdings
from matcher.indexes import IndexFactory, StoredIndexOpener
from matcher.shelf import Shelf
from matcher.subject_numbers import SubjectNumbers

FORM = 1
"""Version of what is written here; another one is not read but built anew from the records."""

_ABOUT = "gallery.json"
_SUBJECTS = "subjects"


@dataclass(frozen=True)
class _CapturedShelf:
    modality: Modality
    producer: str
    live: int
    columns: Arrays
    store_index: Callable[[Path], None]


@dataclass(frozen=True)
class CapturedHoldings:
    """One moment of a gallery, to be written while the gallery goes on.

    Attributes:
        position: Number of the last change in it.
        references: How many references it holds.
    """

    position: int
    references: int
    _unusable: int
    _subjects: Arrays
    _shelves: tuple[_CapturedShelf, ...]

    @classmethod
    def of(cls, held: Holdings) -> "CapturedHoldings":
        """Capture; called while no change runs (how long it takes: benchmarks scale/start)."""
        shelves = tuple(
            _CapturedShelf(modality, producer, len(shelf), shelf.columns(), shelf.index.capture())
            for (modality, producer), shelf in sorted(held.shelves.items())
        )
        return cls(
            held.position,
            sum(shelf.live for shelf in shelves),
            held.unusable,
            {_SUBJECTS: held.subjects.ids.copy()},
            shelves,
        )

    def store(self, folder: Path) -> None:
        """Write everything into an empty folder."""
        for number, shelf in enumerate(self._shelves):
            index_folder = folder / f"shelf-{number}"
            index_folder.mkdir(mode=0o700)
            shelf.store_index(index_folder)
            write_arrays(folder / f"columns-{number}", shelf.columns)
        write_arrays(folder / _SUBJECTS, self._subjects)
        about = {
            "form": FORM,
            "position": self.position,
            "unusable": self._unusable,
            "shelves": [[str(shelf.modality), shelf.producer] for shelf in self._shelves],
        }
        (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def open_holdings(folder: Path, new_index: IndexFactory, open_index: StoredIndexOpener) -> Holdings:
    """Return what was captured.

    Raises:
        StoredIndexUnusable: it is damaged, contradicts itself or is of another version.
    """
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["form"] != FORM:
            raise StoredIndexUnusable("The stored gallery is of another version.")
        held = Holdings(new_index)
        held.subjects = SubjectNumbers.of(read_arrays(folder / _SUBJECTS)[_SUBJECTS])
        for number, (modality, producer) in enumerate(about["shelves"]):
            held.shelves[Modality(modality), producer] = _open_shelf(folder, number, modality, open_index)
        held.position = held.wiped_at = int(about["position"])
        held.unusable = int(about["unusable"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoredIndexUnusable("The stored gallery is damaged.") from problem
    return held


def _open_shelf(folder: Path, number: int, modality: str, open_index: StoredIndexOpener) -> Shelf:
    columns: dict[str, Any] = read_arrays(folder / f"columns-{number}")
    index = open_index(Modality(modality), folder / f"shelf-{number}")
    if any(len(column) != len(index) for column in columns.values()):
        raise StoredIndexUnusable("A stored index and what is known of its rows differ in length.")
    return Shelf.of(index, columns)
