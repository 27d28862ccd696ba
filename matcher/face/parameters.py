"""The constants of face search."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FaceIndexParameters:
    """How the exact index runs.

    Attributes:
        threads: OpenMP threads of one search. One thread per search and many searches at once beat
            several threads per search: on two busy cores a search with two took 2.4 times as long.
        blas_from: FAISS multiplies by BLAS when queries x dimension reaches this. For one query its
            own loop is twice as fast (200,000 x 128: 8.4 ms against 20 ms), from five on BLAS is.
    """

    threads: int = 1
    blas_from: int = 513


FACE_INDEX = FaceIndexParameters()
