"""A gallery of real fingers among any number of invented ones, filled piece by piece to spare memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast
from uuid import UUID

import numpy as np

from benchmarks.distractor_file import distractor_payloads
from benchmarks.finger_searches import Templates
from benchmarks.progress import ProgressLike
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.candidates import Reference
from matcher.filters import TagFilter, TagRange
from matcher.fingerprint.index import FingerprintIndex
from matcher.gallery import Gallery
from matcher.shelf import POSITION_TAG, Shelf

SEED = 20_240_101
PIECE = 100_000
"""Invented fingers in memory at a time, beside the gallery."""
FINGERS = 10
SEX, DAY, DAYS = "sex", "day", 1000
_STEP = 7919  # a prime: neighbours have days far apart


@dataclass(frozen=True)
class FingerProbe:
    """A print to search with.

    Attributes:
        row: Where its mate is in the gallery.
    """

    template: Template
    row: int

    @property
    def person(self) -> int:
        """Number of the person whose finger it is."""
        return person_of(self.row)


class FingerReferences:
    """The references of galleries of several sizes, a larger one holding all of a smaller one.

    Ten rows are the fingers of one person; a sex and a day follow from the person's number.

    Args:
        templates: Real prints: the first impressions are enrolled, all are what distractors are made from.
        sizes: Of the galleries, rising.
        kept: Folder of the distractors, for the next run.
    """

    def __init__(self, templates: Templates, producer: str, sizes: Sequence[int], kept: Path) -> None:
        self._templates, self._producer, self._kept = templates, producer, kept
        self._enrolled = np.flatnonzero(templates.first)
        invented = [size - len(self._enrolled) for size in sizes]
        edges = sorted({0, *invented, *range(0, invented[-1], PIECE)})
        self._pieces = [(begin, end - begin) for begin, end in pairwise(edges)]

    def invent(self, progress: ProgressLike, processes: int | None) -> None:
        """Make the distractors that are not kept yet."""
        for begin, count in self._pieces:
            self._payloads(begin, count, progress, processes)

    def upto(self, size: int, progress: ProgressLike) -> Iterator[Reference]:
        """Yield the references of one gallery."""
        for row, place in enumerate(self._enrolled):
            yield self._reference(row, self._templates.payloads[place])
        for begin, count in self._pieces:
            if begin < size - len(self._enrolled):
                made = self._payloads(begin, count, progress, None)
                for row, payload in enumerate(made, begin + len(self._enrolled)):
                    yield self._reference(row, payload)

    def probes(self) -> list[FingerProbe]:
        """Return all further impressions of the enrolled fingers."""
        rows = {int(self._templates.finger[place]): row for row, place in enumerate(self._enrolled)}
        found = []
        for place in self._templates.probes:
            finger, payload = int(self._templates.finger[place]), self._templates.payloads[place]
            if finger in rows:
                template = Template(Modality.FINGER, self._producer, payload, Quality(1.0))
                found.append(FingerProbe(template, rows[finger]))
        return found

    def _payloads(self, begin: int, count: int, progress: ProgressLike, processes: int | None) -> list[bytes]:
        return distractor_payloads(
            self._templates.payloads, count, SEED, self._kept, progress, processes, begin
        )

    def _reference(self, row: int, payload: bytes) -> Reference:
        return Reference(
            row + 1,
            UUID(int=person_of(row) + 1),
            Modality.FINGER,
            self._producer,
            FingerPosition(1 + row % FINGERS),
            payload,
            {SEX: _sex(row), DAY: _day(row)},
        )


def shelf_of(gallery: Gallery) -> Shelf:
    """Return the only shelf of a gallery."""
    (shelf,) = gallery.shelves.values()
    return shelf


def index_of(gallery: Gallery) -> FingerprintIndex:
    """Return the index of the only shelf of a gallery."""
    return cast("FingerprintIndex", shelf_of(gallery).index)


def filters_admitting(row: int) -> dict[float, TagFilter]:
    """Return, by the share of the gallery that they leave, filters that leave a given row."""
    first = min(_day(row), DAYS - 10)
    return {
        0.5: TagFilter(one_of={SEX: frozenset({_sex(row)})}),
        0.1: TagFilter(one_of={POSITION_TAG: frozenset({1 + row % FINGERS})}),
        0.01: TagFilter(ranges={DAY: TagRange(first, first + 9)}),
        0.001: TagFilter(ranges={DAY: TagRange(_day(row), _day(row))}),
    }


def person_of(row: int) -> int:
    """Return the number of the person whose finger a row is."""
    return row // FINGERS


def _sex(row: int) -> int:
    return 1 + person_of(row) % 2


def _day(row: int) -> int:
    return person_of(row) * _STEP % DAYS
