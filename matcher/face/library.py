"""Loads FAISS with the processor's own kernels, and names what of it the face index uses."""

import os
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.face.embedding import Vectors
from matcher.face.parameters import FACE_INDEX

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


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


def one_thread() -> None:
    """Keep FAISS to one thread in the calling thread; OpenMP keeps the number per thread."""
    faiss.omp_set_num_threads(FACE_INDEX.threads)


def products_of(queries: Vectors, vectors: Vectors, limit: int) -> tuple[Vectors, Rows]:
    """Return the largest inner products of each query with all vectors, and their rows, best first."""
    scores = np.empty((len(queries), limit), dtype=np.float32)
    rows = np.empty((len(queries), limit), dtype=np.int64)
    faiss.knn_inner_product(
        faiss.swig_ptr(queries),
        faiss.swig_ptr(vectors),
        vectors.shape[1],
        len(queries),
        len(vectors),
        limit,
        faiss.swig_ptr(scores),
        faiss.swig_ptr(rows),
    )
    return scores, rows


multiplying = threading.Lock()
"""OpenBLAS keeps pieces of what it multiplied, in one place for each product at a time: of gallery vectors
there is one at most, so that what is multiplied next, of nobody, takes the same place."""

_OVERWRITING = 2048
"""Vectors of nobody; FAISS multiplies 1,024 at a time."""


def products_together(queries: Vectors, vectors: Vectors, limit: int) -> tuple[Vectors, Rows]:
    """Return what `products_of` does, by a product of matrices that leaves no piece of a vector behind."""
    if len(queries) == 1 or not multiplying.acquire(blocking=False):
        found = [products_of(query[None], vectors, limit) for query in queries]
        return np.concatenate([scores for scores, _ in found]), np.concatenate([rows for _, rows in found])
    try:
        return products_of(queries, vectors, limit)
    finally:
        products_of(np.zeros_like(queries), np.zeros((_OVERWRITING, vectors.shape[1]), dtype=np.float32), 1)
        multiplying.release()


def products_with(query: Vectors, vectors: Vectors, rows: Rows) -> Vectors:
    """Return the inner product of one query with each given row; no vector is copied on the way."""
    scores = np.empty(len(rows), dtype=np.float32)
    if len(rows):
        faiss.fvec_inner_products_by_idx(
            faiss.swig_ptr(scores),
            faiss.swig_ptr(query),
            faiss.swig_ptr(vectors),
            faiss.swig_ptr(rows),
            vectors.shape[1],
            1,
            len(rows),
        )
    return scores
