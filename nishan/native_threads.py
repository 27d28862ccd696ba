"""Environment variables by which the numeric libraries of a process use one thread and the right kernels."""

from pathlib import Path

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def thread_limits() -> dict[str, str]:
    """Return the variables for a process that runs one of many searches or extractions at a time.

    Two threads on one search wait for each other at every step: on a busy two-core machine an exact
    search took 92 ms with two threads and 40 ms with one.
    """
    return {**dict.fromkeys(_ONE_THREAD, "1"), **_blas_kernels()}


def _blas_kernels() -> dict[str, str]:
    """Name the processor to the BLAS inside FAISS, which takes newer ones for one of 2004."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return {}
    if "avx512f" in flags:
        return {"OPENBLAS_CORETYPE": "SKYLAKEX"}
    return {"OPENBLAS_CORETYPE": "HASWELL"} if "avx2" in flags else {}
