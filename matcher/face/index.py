"""The face index: every embedding in memory, searched exhaustively by FAISS, so that nothing is missed."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.template import FingerPosition
from matcher.face.embedding import Vectors, to_matrix, to_vector
from matcher.face.parameters import FACE_INDEX


def _name_the_processor() -> None:
    """Tell the OpenBLAS inside FAISS which kernels to use: it takes recent processors for a Pentium."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as processor:  # noqa: PTH123
            flags = next((line.split() for line in processor if line.startswith("flags")), [])
    except OSError:
        return
    kernels = "SKYLAKEX" if "avx512f" in flags else "HASWELL" if "avx2" in flags else ""
    if kernels:
        os.environ.setdefault("OPENBLAS_CORETYPE", kernels)


_name_the_processor()
import faiss as _faiss  # noqa: E402  (reads the environment when it is loaded)

faiss: Any = _faiss  # its generated type stubs do not know what its Python layer adds
faiss.cvar.distance_compute_blas_threshold = FACE_INDEX.blas_from


class FaceIndex:
    """Embeddings in rows 0, 1, 2, ... in the order added. Many searches at once, or one change."""

    def __init__(self) -> None:
        self._index: Any = None
        self._wiped: NDArray[np.bool_] = np.zeros(0, dtype=bool)

    def __len__(self) -> int:
        return len(self._wiped)

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:  # noqa: ARG002
        """Append rows; a face has no position."""
        if not payloads:
            return
        vectors = to_matrix(payloads, self._index.d if self._index else None)
        if self._index is None:
            self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        self._wiped = np.concatenate([self._wiped, np.zeros(len(vectors), dtype=bool)])

    def wipe(self, row: int) -> None:
        """Overwrite a row with zeros; it is never returned again."""
        self._rows()[row] = 0.0
        self._wiped[row] = True

    def search(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        allowed: NDArray[np.bool_] | None,
        limit: int,
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return rows and cosines, best first; at most ``limit`` of the rows that ``allowed`` admits."""
        if self._index is None or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
        query = to_vector(payload, self._index.d)[None]
        faiss.omp_set_num_threads(FACE_INDEX.threads)  # OpenMP keeps this per calling thread
        limit = min(limit, len(self))
        admitted = self._admitted(allowed)
        if admitted is None:
            scores, rows = self._index.search(query, limit)
        else:
            bits = np.packbits(admitted, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)
            parameters = faiss.SearchParameters(sel=selector)
            scores, rows = self._index.search(query, limit, params=parameters)
        found = rows[0] >= 0
        return rows[0][found].astype(np.int64), scores[0][found].astype(np.float64)

    def score_rows(
        self,
        payload: bytes,
        position: FingerPosition,  # noqa: ARG002
        rows: NDArray[np.int64],
        *,
        thorough: bool = False,  # noqa: ARG002
    ) -> NDArray[np.float64]:
        """Return the cosine with each given row."""
        if not len(rows):
            return np.zeros(0, dtype=np.float64)
        vectors = self._rows()
        return (vectors[rows] @ to_vector(payload, vectors.shape[1])).astype(np.float64)

    def _admitted(self, allowed: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        if not self._wiped.any():
            return allowed
        return ~self._wiped if allowed is None else allowed & ~self._wiped

    def _rows(self) -> Vectors:
        """Return FAISS's own memory as an array; valid until the next ``add``."""
        if self._index is None:
            return np.zeros((0, 0), dtype=np.float32)
        memory = faiss.rev_swig_ptr(self._index.get_xb(), self._index.ntotal * self._index.d)
        rows: Vectors = memory.reshape(self._index.ntotal, self._index.d)
        return rows
