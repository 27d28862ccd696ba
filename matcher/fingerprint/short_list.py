"""The first stage of a print's search: which rows deserve full comparison, as many as are asked for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition
from matcher.fingerprint.crew import crew
from matcher.fingerprint.parameters import ScanParameters
from matcher.fingerprint.scan import Lanes, in_lanes
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.sketch import sketch_of

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

_NOT_LOOKED_AT = -1.0


class ShortList:
    """How alike the wanted rows are to a print: a quick look at all, a close one at those that stand out.

    Args:
        wanted: By row: it is to be looked at.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        segment_fingers: int,
        payload: bytes,
        wanted: Mask,
        limits: ScanParameters,
    ) -> None:
        self._segments = segments
        self._segment_fingers = segment_fingers
        self._probe = in_lanes(sketch_of(payload, limits))
        self._wanted = wanted
        self._limits = limits
        self._quick: Floats | None = None
        self._close: Floats = np.full(len(wanted), _NOT_LOOKED_AT, np.float32)
        self._looked: Rows = np.zeros(0, np.int64)  # rows of which the close look is known, rising

    def rows(self, position: FingerPosition, limit: int) -> Rows:
        """Return the rows that deserve full comparison, at least ``limit`` of them if there are as many."""
        sparse = len(self._probe.place) < self._limits.sparse_probe
        there = int(self._wanted.sum())
        fewest = self._limits.compared_if_sparse if sparse else self._limits.compared
        count = max(fewest, int(self._limits.compared_share * there), limit)
        close = max(self._limits.close_fewest, int(self._limits.close_share * there), count)
        self._look_closely(there if sparse else min(close, there))
        chosen = self._looked[best_rows(self._close[self._looked], min(count, there))]
        if position is FingerPosition.UNKNOWN:
            return chosen
        same = np.where(self._positions() == int(position), self._close, _NOT_LOOKED_AT)
        extra = best_rows(same, min(self._limits.same_position, int((same >= 0).sum())))
        return np.union1d(chosen, extra)

    def _look_closely(self, count: int) -> None:
        """Look closely at ``count`` rows, those apart that were before."""
        if count <= len(self._looked):
            return
        chosen = self._wanted
        if count < self._wanted.sum():
            if self._quick is None:
                found = self._scan(self._wanted, closely=False)
                self._quick = np.where(self._wanted, found, np.float32(_NOT_LOOKED_AT))
            chosen = np.zeros(len(self._wanted), np.bool_)
            chosen[best_rows(self._quick, count)] = True
        fresh = chosen & (self._close == _NOT_LOOKED_AT)
        if fresh.any():
            self._close[fresh] = self._scan(fresh, closely=True)[fresh]
            self._looked = np.flatnonzero(self._close != _NOT_LOOKED_AT)

    def _scan(self, rows: Mask, *, closely: bool) -> Floats:
        return scanned(self._segments, self._segment_fingers, self._probe, rows, closely=closely)

    def _positions(self) -> NDArray[np.uint8]:
        return np.concatenate([s.positions[: len(s)] for s in self._segments] or [np.zeros(0, np.uint8)])


def scanned(
    segments: Sequence[Segment],
    segment_fingers: int,
    probe: Lanes,
    rows: Mask,
    *,
    closely: bool,
    limits: ScanParameters | None = None,
) -> Floats:
    """Return how alike each of the rows is to a probe; of other rows nothing is to be learnt."""
    scores = np.zeros(len(rows), np.float32)

    def scan(k: int) -> None:
        part = slice(k * segment_fingers, k * segment_fingers + len(segments[k]))
        if rows[part].any():
            scores[part] = segments[k].scan(probe, rows[part], closely=closely, limits=limits)

    crew().do(scan, len(segments))
    return scores


def best_rows(scores: NDArray[np.floating[Any]], count: int) -> Rows:
    """Rows of the ``count`` highest scores, rising; among equal ones at the edge, the first."""
    if count <= 0:
        return np.zeros(0, np.int64)
    edge = np.partition(scores, len(scores) - count)[len(scores) - count]
    above, level = np.flatnonzero(scores > edge), np.flatnonzero(scores == edge)
    return np.sort(np.concatenate([above, level[: count - len(above)]])).astype(np.int64)
