"""The reference that every other face index is held against: plain numpy, no library, no shortcut."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition
from matcher.array_file import read_arrays, write_arrays
from matcher.face.embedding import Vectors, averaged, to_matrix, to_vector

_FILE = "vectors"


class ExactFaceIndex:
    """The same interface as ``FaceIndex``; memory is copied at each ``add``."""

    def __init__(self) -> None:
        self._rows: Vectors | None = None
        self._wiped: NDArray[np.bool_] = np.zeros(0, dtype=bool)

    def __len__(self) -> int:
        return len(self._wiped)

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:  # noqa: ARG002
        """Append rows."""
        if not payloads:
            return
        self._append(to_matrix(payloads, None if self._rows is None else self._rows.shape[1]))

    def take(self, other: "ExactFaceIndex", rows: NDArray[np.int64]) -> None:
        """Append rows of another index, in this order."""
        if other._rows is not None and len(rows):
            self._append(other._rows[rows], other._wiped[rows])

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the rows of this moment into a folder."""
        arrays = {"wiped": self._wiped} if self._rows is None else {"wiped": self._wiped, "rows": self._rows}
        kept = {name: array.copy() for name, array in arrays.items()}
        return lambda folder: write_arrays(folder / _FILE, kept)

    @classmethod
    def open(cls, folder: Path) -> "ExactFaceIndex":
        """Return a stored index."""
        arrays = read_arrays(folder / _FILE)
        made = cls()
        made._rows, made._wiped = arrays.get("rows"), arrays["wiped"]
        return made

    def _append(self, fresh: Vectors, wiped: NDArray[np.bool_] | None = None) -> None:
        self._rows = fresh if self._rows is None else np.concatenate([self._rows, fresh])
        flags = np.zeros(len(fresh), dtype=bool) if wiped is None else wiped
        self._wiped = np.concatenate([self._wiped, flags])

    def wipe(self, row: int) -> None:
        """Overwrite a row with zeros."""
        if self._rows is not None:
            self._rows[row] = 0.0
        self._wiped[row] = True

    def search(
        self,
        payload: bytes,
        position: FingerPosition,
        allowed: NDArray[np.bool_] | None,
        limit: int,
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return rows and cosines, best first."""
        admitted = ~self._wiped if allowed is None else allowed & ~self._wiped
        rows = np.flatnonzero(admitted)
        scores = self.score_rows(payload, position, rows)
        order = np.argsort(-scores, kind="stable")[: max(limit, 0)]
        return rows[order], scores[order]

    def recall(self, allowed: NDArray[np.bool_] | None) -> float:  # noqa: ARG002
        """Every row is compared."""
        return 1.0

    def score_rows(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        rows: NDArray[np.int64],
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> NDArray[np.float64]:
        """Return the cosine with each given row."""
        if self._rows is None:
            return np.zeros(0, dtype=np.float64)
        return (self._rows[rows] @ to_vector(payload, self._rows.shape[1])).astype(np.float64)

    def score_average(self, payload: bytes, rows: NDArray[np.int64]) -> float:
        """Return the cosine with the mean of the given rows."""
        if self._rows is None:
            return 0.0
        return float(averaged(self._rows[rows]) @ to_vector(payload, self._rows.shape[1]))
