"""The two curves of an identification benchmark: found by rank, and missed against falsely alarmed."""

import numpy as np
from numpy.typing import NDArray

from benchmarks import metrics

RANKS = (1, 2, 3, 5, 10, 20, 50, 100, 200)


def cmc(ranks: NDArray[np.int64], farthest: int) -> dict[str, list[float]]:
    """Return the share of mated probes found at each rank or before; rank 0 means not found.

    Args:
        farthest: Candidates that were asked for; nothing is known of ranks beyond.
    """
    known = [k for k in RANKS if k <= farthest]
    found = [round(metrics.rank_k(ranks, k), 6) for k in known]
    return {"rank": [float(k) for k in known], "found": found}


def open_set(
    mates: metrics.Scores, ranks: NDArray[np.int64], strangers: metrics.Scores
) -> dict[str, list[float]]:
    """Return FNIR over FPIR, from the lowest rate that so many probes can show; as in ``fnir_at_fpir``."""
    rates = 10 ** np.arange(np.ceil(np.log10(1 / len(strangers)) * 10) / 10, 0.001, 0.1)
    points = [metrics.fnir_at_fpir(mates, ranks, strangers, float(rate)) for rate in rates]
    return {
        "fpir": [round(point.fmr, 6) for point in points],
        "fnir": [round(point.fnmr, 6) for point in points],
    }
