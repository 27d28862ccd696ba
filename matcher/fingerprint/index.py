"""Finds a print among many: a scan of every finger's sketch, then full comparison of the best hundred."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.parameters import SCAN, ScanParameters
from matcher.fingerprint.prepared import Prepared, prepare
from matcher.fingerprint.segments import FINGERS, Segment
from matcher.fingerprint.sketch import sketch_of

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOTHING = -1e3
"""Score of a row with no template behind it."""


class FingerprintIndex:
    """Prints of one producer in rows 0, 1, 2, ...; memory grows by whole segments and is never copied."""

    def __init__(self, limits: ScanParameters = SCAN) -> None:
        self._limits = limits
        self._segments: list[Segment] = []
        self._wiped: set[int] = set()

    def __len__(self) -> int:
        return sum(len(segment) for segment in self._segments)

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        """Append rows.

        Raises:
            TemplateUnreadable: a payload is damaged; the rows before it were added.
        """
        done = 0
        while done < len(payloads):
            if not self._segments or not self._segments[-1].free:
                self._segments.append(Segment(self._limits))
            last = self._segments[-1]
            upto = min(done + last.free, len(payloads))
            last.add(payloads[done:upto], positions[done:upto])
            done = upto

    def wipe(self, row: int) -> None:
        """Overwrite a row so that nothing of the template remains; the other rows keep their numbers."""
        segment, inside = self._at(row)
        segment.wipe(inside)
        self._wiped.add(row)

    def search(
        self, payload: bytes, position: FingerPosition, allowed: Mask | None, limit: int
    ) -> tuple[Rows, Scores]:
        """Return the best ``limit`` rows that ``allowed`` admits (None: all), best first.

        A finger position known on both sides gets its fingers into full comparison sooner, but keeps
        no other finger out: hands are swapped and positions misread.
        """
        wanted = self._wanted(allowed)
        rows = self._short_list(payload, position, wanted, limit)
        scores = self._compare(prepare(payload), rows)
        order = np.lexsort((rows, -scores))[:limit]
        return rows[order], scores[order]

    def score_rows(self, payload: bytes, position: FingerPosition, rows: Rows) -> Scores:  # noqa: ARG002
        """Return the comparison score of each given row, on the scale of ``search``."""
        return self._compare(prepare(payload), rows)

    def first_stage(self, payload: bytes, allowed: Mask | None = None) -> NDArray[np.float32]:
        """Return every row's score in the scan, 0 where not admitted."""
        wanted = self._wanted(allowed)
        probe = sketch_of(FingerprintTemplate.from_bytes(payload), self._limits)
        scores = np.zeros(len(wanted), np.float32)
        for k, segment in enumerate(self._segments):
            part = slice(k * FINGERS, k * FINGERS + len(segment))
            scores[part] = segment.scan(probe, wanted[part])
        return scores

    def _short_list(self, payload: bytes, position: FingerPosition, wanted: Mask, limit: int) -> Rows:
        scores = self.first_stage(payload, wanted).astype(np.float64)
        scores[~wanted] = -1.0
        admitted = int(wanted.sum())
        chosen = _best(scores, min(max(self._limits.compared, limit), admitted))
        if position is not FingerPosition.UNKNOWN:
            same = np.where(self._positions() == int(position), scores, -1.0)
            extra = _best(same, min(self._limits.same_position, int((same >= 0).sum())))
            chosen = np.union1d(chosen, extra)
        return chosen

    def _compare(self, probe: Prepared, rows: Rows) -> Scores:
        scores = np.full(len(rows), NOTHING)
        for k, row in enumerate(rows):
            segment, inside = self._at(int(row))
            if not segment.is_wiped(inside):
                scores[k] = score_prepared(probe, prepare(segment.template(inside)))
        return scores

    def _wanted(self, allowed: Mask | None) -> Mask:
        wanted = np.ones(len(self), np.bool_) if allowed is None else np.array(allowed, np.bool_)
        if self._wiped:
            wanted[list(self._wiped)] = False
        return wanted

    def _positions(self) -> NDArray[np.uint8]:
        return np.concatenate([s.positions[: len(s)] for s in self._segments] or [np.zeros(0, np.uint8)])

    def _at(self, row: int) -> tuple[Segment, int]:
        return self._segments[row // FINGERS], row % FINGERS


def _best(scores: Scores, count: int) -> Rows:
    """Rows of the ``count`` highest scores, ties by row."""
    if count <= 0:
        return np.zeros(0, np.int64)
    return np.lexsort((np.arange(len(scores)), -scores))[:count].astype(np.int64)
