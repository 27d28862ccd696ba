"""Compares several photographs of one face as one: the mean of the probe's with the mean of a subject's."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from biometrics.template import Modality, Template
from matcher.calibration import Calibration
from matcher.face.embedding import averaged_payload
from matcher.indexes import AveragingIndex
from matcher.shelf import Shelf


class Photograph(NamedTuple):
    """A face of the probe and a shelf it is searched on.

    Attributes:
        place: Its place among the probe's templates.
    """

    place: int
    template: Template
    shelf: Shelf
    calibration: Calibration


class _Mean(NamedTuple):
    """The mean of all photographs that are searched on one shelf."""

    first: Photograph
    on: AveragingIndex
    payload: bytes
    photographs: int


class Averages:
    """The probe's photographs, averaged once for each shelf."""

    def __init__(self, photographs: Iterable[Photograph]) -> None:
        by_shelf: dict[int, list[Photograph]] = {}
        for photograph in photographs:
            by_shelf.setdefault(id(photograph.shelf), []).append(photograph)
        self._means = [mean for own in by_shelf.values() if (mean := _mean_of(own))]

    def rates(self, rows_of: Callable[[Shelf], Sequence[int]]) -> dict[int, float]:
        """Return the rate of the means by the place of the first photograph that went into one.

        Nothing is returned for one photograph against one: its rate is known.

        Args:
            rows_of: The subject's rows on a shelf that the search may see.
        """
        found: dict[int, float] = {}
        for first, index, payload, photographs in self._means:
            rows = rows_of(first.shelf)
            if rows and photographs * len(rows) > 1:
                score = index.score_average(payload, np.asarray(rows, dtype=np.int64))
                found[first.place] = first.calibration.false_match_rate(score)
        return found


def probe_mean(photographs: Sequence[Template]) -> bytes:
    """Return the payload of the mean of a probe's photographs of one face, by one producer."""
    qualities = [each.quality.value for each in photographs]
    return averaged_payload([each.payload for each in photographs], qualities)


def _mean_of(photographs: Sequence[Photograph]) -> _Mean | None:
    index = photographs[0].shelf.index
    if photographs[0].template.modality is not Modality.FACE or not isinstance(index, AveragingIndex):
        return None
    payload = probe_mean([each.template for each in photographs])
    return _Mean(photographs[0], index, payload, len(photographs))
