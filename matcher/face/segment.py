"""A run of face rows in memory of its own: exact as it is, and quicker once it has codes."""

import mmap
import threading
from pathlib import Path

import numpy as np

from matcher.face.embedding import Vectors
from matcher.face.library import Mask, Rows, products_together, products_with
from matcher.face.parameters import FaceIndexParameters
from matcher.face.quick_codes import QuickCodes
from matcher.face.together import Together


class FaceSegment:
    """Rows 0, 1, 2, ... of one segment. Its memory is never moved, so that no old copy is left anywhere.

    Many searches at once, or one change; `seal` alone may come beside searches and changes.

    Args:
        vectors: Room for all rows; what is in use is the first ``length`` of it.
        mapped: The room is a file seen through memory; it is read and never written.

    Attributes:
        together: Through it every row is compared.
        codes: The quick codes of a sealed segment. Take it once for a search: it may come at any moment.
    """

    def __init__(
        self,
        vectors: Vectors,
        parameters: FaceIndexParameters,
        wiped: Mask | None = None,
        *,
        length: int = 0,
        mapped: bool = False,
    ) -> None:
        self._room = vectors
        self._parameters = parameters
        self._length = length
        self._mapped = mapped
        self._changing = threading.Lock()
        self.wiped: Mask = np.zeros(len(vectors), dtype=bool) if wiped is None else wiped
        self.gaps = int(np.count_nonzero(self.wiped))
        self.codes: QuickCodes | None = None
        self.together = Together(parameters.together_from)
        self._stored_at: Path | None = None

    @classmethod
    def empty(cls, dimension: int, rows: int, parameters: FaceIndexParameters) -> "FaceSegment":
        """Return a segment with room for ``rows``; memory is taken as it fills."""
        return cls(own_memory(rows, dimension), parameters)

    def __len__(self) -> int:
        return self._length

    @property
    def free(self) -> int:
        """How many rows there is still room for."""
        return len(self._room) - self._length

    @property
    def vectors(self) -> Vectors:
        """The rows in use."""
        return self._room[: self._length]

    def append(self, count: int) -> Vectors:
        """Return the next ``count`` rows to be written to; they count from now on."""
        fresh = self._room[self._length : self._length + count]
        self._length += count
        return fresh

    def wipe(self, row: int) -> None:
        """Overwrite a row and its code with zeros."""
        with self._changing:
            if self._mapped:
                # A mapping would keep the old file's blocks alive after the file is deleted.
                self._room, self._mapped = _copied(self._room), False
            self._room[row] = 0.0
            self._stored_at = None
            self.gaps += not self.wiped[row]
            self.wiped[row] = True
            if self.codes is not None:
                self.codes.wipe(row)

    def mark_wiped(self, wiped: Mask) -> None:
        """Say which of the first rows hold nothing."""
        self.wiped[: len(wiped)] = wiped
        self.gaps = int(np.count_nonzero(wiped))

    def copied(self) -> Vectors:
        """Return a copy of the rows in use."""
        return _copied(self.vectors)

    @property
    def stored_at(self) -> Path | None:
        """A file that holds the rows as they are; None when there is none or a row was wiped since."""
        return self._stored_at

    def stored_as(self, path: Path, gaps: int) -> None:
        """Remember the file that was written when ``gaps`` rows were wiped."""
        with self._changing:
            if self.gaps == gaps:
                self._stored_at = path

    def seal(self, codes: QuickCodes) -> None:
        """Search by these codes from now on; rows wiped while they were made are wiped in them."""
        with self._changing:
            for row in np.flatnonzero(self.wiped):
                codes.wipe(int(row))
            self.codes = codes

    def best(self, query: Vectors, allowed: Mask | None, limit: int) -> tuple[Rows, Vectors]:
        """Return rows and cosines of the best ``limit`` rows, best first."""
        admitted = self._admitted(allowed)
        count = self._length if admitted is None else int(np.count_nonzero(admitted))
        codes = self.codes
        if codes is not None and not self._few(count, limit):
            depth = codes.depth + self._parameters.rows_per_wanted * (limit - 1)
            if depth < count:
                rows = codes.nearest(query, depth, admitted)[0]
                return self._ordered(query, rows[rows >= 0], limit)
        if allowed is None and self.gaps <= self._parameters.gaps_passed_over:
            return self._best_of_all(query, limit)
        assert admitted is not None  # there are gaps, or a filter
        return self._ordered(query, np.flatnonzero(admitted), limit)

    def recall(self, allowed: Mask | None, limit: int = 1) -> tuple[int, float]:
        """Return how many rows a search compares, and how sure it is of their best one."""
        admitted = self._admitted(allowed)
        count = self._length if admitted is None else int(np.count_nonzero(admitted))
        codes = self.codes
        return count, 1.0 if codes is None or self._few(count, limit) else codes.recall

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the cosine with each given row."""
        return products_with(query, self._room, rows)

    def _best_of_all(self, query: Vectors, limit: int) -> tuple[Rows, Vectors]:
        """Compare every row, wiped ones too, whose cosine is 0; take so many more that none is missing."""
        rows, scores = self.together.best(query, min(limit + self.gaps, self._length), self._products)
        kept = ~self.wiped[rows]
        return rows[kept][:limit], scores[kept][:limit]

    def _products(self, queries: Vectors, limit: int) -> tuple[Vectors, Rows]:
        return products_together(queries, self.vectors, limit)

    def _few(self, count: int, limit: int) -> bool:
        """Whether comparing all admitted rows exactly is as quick as going by the codes."""
        return count <= self._parameters.few_share * self._length or limit >= count

    def _admitted(self, allowed: Mask | None) -> Mask | None:
        if not self.gaps:
            return allowed
        live = ~self.wiped[: self._length]
        return live if allowed is None else allowed & live

    def _ordered(self, query: Vectors, rows: Rows, limit: int) -> tuple[Rows, Vectors]:
        scores = self.scores(query, rows)
        chosen = best_of(scores, limit)
        return rows[chosen], scores[chosen]


def best_of(scores: Vectors, limit: int) -> Rows:
    """Return the places of the largest scores, largest first."""
    if limit < len(scores):
        some = np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]
        return some[np.argsort(-scores[some], kind="stable")]
    return np.argsort(-scores, kind="stable")


def own_memory(rows: int, dimension: int) -> Vectors:
    """Return zeros in a mapping of their own: the kernel takes it back when it is freed, and no core dump
    holds it."""
    mapping = mmap.mmap(-1, max(1, rows * dimension * 4), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for advice in ("MADV_DONTDUMP", "MADV_HUGEPAGE"):  # large pages: read through in 2.5 instead of 2.9 ms
        if hasattr(mmap, advice):
            mapping.madvise(getattr(mmap, advice))
    return np.frombuffer(mapping, dtype=np.float32, count=rows * dimension).reshape(rows, dimension)


def _copied(vectors: Vectors) -> Vectors:
    copy = own_memory(*vectors.shape)
    copy[:] = vectors
    return copy
