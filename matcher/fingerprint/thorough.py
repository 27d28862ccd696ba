"""The first stage of a mark's search: every finger looked at closely, at any turn, and a long list."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.parameters import THOROUGH, ThoroughParameters
from matcher.fingerprint.scan import in_lanes
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.short_list import best_rows, scanned
from matcher.fingerprint.sketch import sketch_of

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class ThoroughList:
    """How alike every wanted row is to a mark, looked at once; what a mark loses, it loses here.

    Args:
        wanted: By row: it is to be looked at.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        segment_fingers: int,
        payload: bytes,
        wanted: Mask,
        limits: ThoroughParameters = THOROUGH,
    ) -> None:
        probe = in_lanes(sketch_of(payload, limits.probe))
        found = scanned(segments, segment_fingers, probe, wanted, closely=True, limits=limits.probe)
        self._scores = np.where(wanted, found, np.float32(-1.0))
        self._there = int(wanted.sum())
        by_cylinders = limits.compared_times_cylinders // max(len(probe.place), 1)
        self._count = max(min(by_cylinders, limits.most_compared), limits.fewest_compared)

    def rows(self, limit: int) -> Rows:
        """Return the rows that deserve full comparison, at least ``limit`` of the wanted ones.

        The fewer cylinders the mark has, the longer the list.
        """
        return best_rows(self._scores, min(max(self._count, limit), self._there))
