"""The face index: exact while that is quick, then by codes and exactly again, segment by segment."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from biometrics.template import FingerPosition
from matcher.face import stored
from matcher.face.embedding import Vectors, to_vector
from matcher.face.library import Mask, Rows, one_thread
from matcher.face.parameters import FACE_INDEX, FaceIndexParameters
from matcher.face.sealing import Sealing
from matcher.face.segment import FaceSegment, best_of

Scores = NDArray[np.float64]


class FaceIndex:
    """Embeddings in rows 0, 1, 2, ... in the order added. Many searches at once, or one change.

    Segments that are full get quick codes in the background; nothing waits for that.
    """

    def __init__(self, parameters: FaceIndexParameters = FACE_INDEX) -> None:
        self._parameters = parameters
        self._sealing = Sealing(parameters)
        self._segments: list[FaceSegment] = []
        self._dimension: int | None = None
        self._segment_rows = 0

    def __len__(self) -> int:
        return sum(len(segment) for segment in self._segments)

    @classmethod
    def open(cls, folder: Path, parameters: FaceIndexParameters = FACE_INDEX) -> "FaceIndex":
        """Return the index that `capture` wrote; full segments are read through memory from its files.

        Raises:
            StoredIndexUnusable: it was written in another form or with other parameters.
        """
        index = cls(parameters)
        contents = stored.read(folder, parameters)
        if contents is not None:
            index._begin(contents.dimension)
            index._segments = contents.segments
            for segment in index._segments:
                index._seal_if_full(segment)
        return index

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the rows of this moment into an empty folder, beside searches and changes."""
        return stored.writer(self._segments, self._dimension, self._parameters)

    def settle(self) -> None:
        """Wait until every full segment has its codes, or has been found to do better without."""
        self._sealing.settle()

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:  # noqa: ARG002
        """Append rows; a face has no position.

        Raises:
            TemplateUnreadable: a payload has another length than the rest; none was added.
        """
        if not payloads:
            return
        dimension = self._dimension or len(to_vector(payloads[0]))
        for payload in payloads:
            if len(payload) != 4 * dimension:
                to_vector(payload, dimension)
        self._begin(dimension)
        for room, first in self._rooms(len(payloads)):
            for place in range(len(room)):
                # Straight from the payload to its place: no other copy is made that would have to be wiped.
                room[place] = np.frombuffer(payloads[first + place], dtype="<f4")

    def take(self, other: "FaceIndex", rows: Rows) -> None:
        """Append these rows of another face index, in this order."""
        if not len(rows):
            return
        if other._dimension is None or self._dimension not in (None, other._dimension):
            raise TemplateUnreadable("Face templates of different lengths cannot share an index.")
        self._begin(other._dimension)
        for room, first in self._rooms(len(rows)):
            numbers, inside = np.divmod(rows[first : first + len(room)], other._segment_rows)
            starts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(room)]
            for start, end in pairwise(starts):
                vectors = other._segments[int(numbers[start])].vectors
                # Clipping writes straight into the room, where raising would go by a copy.
                np.take(vectors, inside[start:end], axis=0, out=room[start:end], mode="clip")

    def wipe(self, row: int) -> None:
        """Overwrite a row with zeros; it is never returned again."""
        segment, inside = self._at(row)
        segment.wipe(inside)

    def search(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        allowed: Mask | None,
        limit: int,
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> tuple[Rows, Scores]:
        """Return rows and cosines, best first; at most ``limit`` of the rows that ``allowed`` admits."""
        if self._dimension is None or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
        query = to_vector(payload, self._dimension)[None]
        one_thread()
        found = [segment.best(query, part, limit) for segment, part in self._parts(allowed)]
        rows = np.concatenate([rows + k * self._segment_rows for k, (rows, _) in enumerate(found)])
        scores = np.concatenate([scores for _, scores in found])
        chosen = best_of(scores, limit)
        return rows[chosen], scores[chosen].astype(np.float64)

    def score_rows(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        rows: Rows,
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> Scores:
        """Return the cosine with each given row."""
        scores = np.zeros(len(rows), dtype=np.float64)
        if not len(rows):
            return scores
        query = to_vector(payload, self._dimension)[None]
        numbers, inside = np.divmod(np.asarray(rows, dtype=np.int64), self._segment_rows)
        for number in np.unique(numbers):
            here = numbers == number
            scores[here] = self._segments[number].scores(query, np.ascontiguousarray(inside[here]))
        return scores

    def recall(self, allowed: Mask | None) -> float:
        """Return the share of searches whose best row is that of an exact search; 1.0: all are exact."""
        parts = [segment.recall(part) for segment, part in self._parts(allowed)]
        compared = sum(count for count, _ in parts)
        return sum(count * share for count, share in parts) / compared if compared else 1.0

    def score_average(self, payload: bytes, rows: Rows) -> float:
        """Return the cosine with the mean of the given rows."""
        assert self._dimension is not None
        total = np.zeros(self._dimension, dtype=np.float32)
        for row in rows.tolist():
            segment, inside = self._at(row)
            total += segment.vectors[inside]  # summed in place: no row is copied to elsewhere
        return float(total @ to_vector(payload, self._dimension) / max(float(np.linalg.norm(total)), 1e-12))

    def _parts(self, allowed: Mask | None) -> list[tuple[FaceSegment, Mask | None]]:
        size = self._segment_rows
        return [
            (segment, None if allowed is None else allowed[k * size : k * size + len(segment)])
            for k, segment in enumerate(self._segments)
        ]

    def _begin(self, dimension: int) -> None:
        if self._dimension is None:
            self._dimension = dimension
            self._segment_rows = stored.segment_rows(dimension, self._parameters)

    def _rooms(self, count: int) -> Iterator[tuple[Vectors, int]]:
        """Make room for ``count`` rows; yield each piece of it and how many rows lie before it."""
        done = 0
        while done < count:
            if not self._segments or not self._segments[-1].free:
                self._segments.append(self._new_segment())
            last = self._segments[-1]
            room = last.append(min(last.free, count - done))
            yield room, done
            done += len(room)
            self._seal_if_full(last)

    def _new_segment(self) -> FaceSegment:
        assert self._dimension is not None
        return FaceSegment.empty(self._dimension, self._segment_rows, self._parameters)

    def _seal_if_full(self, segment: FaceSegment) -> None:
        if not segment.free and segment.codes is None:
            self._sealing.want(segment)

    def _at(self, row: int) -> tuple[FaceSegment, int]:
        return self._segments[row // self._segment_rows], row % self._segment_rows
