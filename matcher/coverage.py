"""What a search covered: how many subjects and references, and how surely the best of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from biometrics.template import Modality
from matcher.indexes import Mask
from matcher.shelf import NOBODY, Shelf

ShelfKey = tuple[Modality, str]
Searched = tuple[Shelf, Mask | None]
"""A shelf and which of its rows the filter admits; None: all of them."""


@dataclass(frozen=True)
class Coverage:
    """See `matcher.candidates.SearchResult`, whose fields these become."""

    subjects_searched: int
    references_searched: int
    references_incomparable: int
    face_recall: float | None


def covered(
    shelves: Mapping[ShelfKey, Shelf],
    searched: Mapping[ShelfKey, Searched],
    modalities: Iterable[Modality],
    subjects_known: int,
) -> Coverage:
    """Return what a search of these shelves covers of the gallery's.

    Args:
        modalities: Those of the probe.
        subjects_known: One more than the largest subject number.
    """
    asked = set(modalities)
    return Coverage(
        subjects_searched=_subjects(list(searched.values()), subjects_known),
        references_searched=sum(_admitted(*entry) for entry in searched.values()),
        references_incomparable=sum(
            _incomparable(shelves, searched, modality, subjects_known) for modality in asked
        ),
        face_recall=_face_recall(searched) if Modality.FACE in asked else None,
    )


def _subjects(searched: list[Searched], subjects_known: int) -> int:
    """Count whoever has a row that was searched; a million rows are gone through only where they must be."""
    if len(searched) == 1:
        (shelf, allowed) = searched[0]
        if allowed is None:
            return shelf.subject_count
        if shelf.subject_count == len(shelf):  # everybody has one
            return int(np.count_nonzero(allowed))
    seen = np.zeros(subjects_known, dtype=bool)
    for shelf, allowed in searched:
        seen[shelf.owners() if allowed is None else shelf.subjects[allowed]] = True
    return int(np.count_nonzero(seen))


def _incomparable(
    shelves: Mapping[ShelfKey, Shelf],
    searched: Mapping[ShelfKey, Searched],
    modality: Modality,
    subjects_known: int,
) -> int:
    """Count the references that another producer made, of subjects who have none that was searched.

    Whoever has templates of two producers, while one is built beside the other, is found by one of them.
    """
    left = [
        shelf for key, shelf in shelves.items() if key[0] is modality and key not in searched and len(shelf)
    ]
    if not left:
        return 0
    reached = np.zeros(subjects_known, dtype=bool)
    for key, (shelf, _) in searched.items():
        if key[0] is modality:
            reached[shelf.owners()] = True
    return sum(int(np.count_nonzero(~reached[shelf.subjects[shelf.subjects != NOBODY]])) for shelf in left)


def _face_recall(searched: Mapping[ShelfKey, Searched]) -> float:
    measured = [
        shelf.index.recall(allowed)
        for (modality, _), (shelf, allowed) in searched.items()
        if modality is Modality.FACE
    ]
    return min((recall for recall in measured if recall is not None), default=1.0)


def _admitted(shelf: Shelf, allowed: Mask | None) -> int:
    return len(shelf) if allowed is None else int(np.count_nonzero(allowed))
