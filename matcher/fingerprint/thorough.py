"""The first stage of a mark's search: every finger looked at closely, at any turn, and a long list."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.crew import crew
from matcher.fingerprint.parameters import THOROUGH, ThoroughParameters
from matcher.fingerprint.scan import in_lanes
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.sketch import sketch_of

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def thorough_list(
    segments: Sequence[Segment],
    segment_fingers: int,
    payload: bytes,
    wanted: Mask,
    limit: int,
    limits: ThoroughParameters = THOROUGH,
) -> Rows:
    """Return the rows that deserve full comparison, at least ``limit`` of the wanted ones.

    What a mark loses, it loses here: the fewer cylinders it has, the longer the list.
    """
    probe = in_lanes(sketch_of(FingerprintTemplate.from_bytes(payload), limits.probe))
    scores = np.full(len(wanted), -1.0, np.float32)

    def scan(k: int) -> None:
        part = slice(k * segment_fingers, k * segment_fingers + len(segments[k]))
        found = segments[k].scan(probe, wanted[part], closely=True, limits=limits.probe)
        scores[part] = np.where(wanted[part], found, -1.0)

    crew().do(scan, len(segments))
    by_cylinders = limits.compared_times_cylinders // max(len(probe.place), 1)
    count = max(min(max(by_cylinders, limits.fewest_compared), limits.most_compared), limit)
    return best_rows(scores, min(count, int(wanted.sum())))


def best_rows(scores: NDArray[np.floating[Any]], count: int) -> Rows:
    """Rows of the ``count`` highest scores, rising; among equal ones at the edge, the first."""
    if count <= 0:
        return np.zeros(0, np.int64)
    edge = np.partition(scores, len(scores) - count)[len(scores) - count]
    above, level = np.flatnonzero(scores > edge), np.flatnonzero(scores == edge)
    return np.sort(np.concatenate([above, level[: count - len(above)]])).astype(np.int64)
