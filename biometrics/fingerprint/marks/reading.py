"""Reads a mark several times, prepared in different ways, and keeps what most readings agree on."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.marks.levelling import levelled
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import MarkParameters

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Find = Callable[[Grey], Minutiae]


def read_mark(grey: Grey, find: Find, parameters: MarkParameters) -> Minutiae:
    """Return the minutiae of a mark at 500 dpi, best first.

    The image is read as it is, evened out, and with dark and light exchanged: nobody knows which of a
    lift the ridges are. A minutia's quality is its mean over all readings, so that what one reading
    alone sees in lines, letters or noise falls behind.
    """
    readings = (grey, levelled(grey, parameters), np.asarray(255 - grey, np.uint8))
    return agreed([find(each) for each in readings], parameters)


def agreed(readings: Sequence[Minutiae], parameters: MarkParameters) -> Minutiae:
    """Return one minutia for each place and direction that some readings have in common."""
    x, y, angle, kind, quality = (
        np.concatenate([getattr(reading, name) for reading in readings])
        for name in ("x", "y", "angle_rad", "bifurcation", "quality")
    )
    reader = np.repeat(np.arange(len(readings)), [len(reading) for reading in readings])
    left = np.ones(len(x), np.bool_)
    merged = []
    for best in np.argsort(-quality, kind="stable"):
        if not left[best]:
            continue
        apart = np.hypot(x - x[best], y - y[best])
        turned = np.abs(np.angle(np.exp(1j * (angle - angle[best]))))
        same = left & (apart < parameters.same_px) & (turned < parameters.same_rad)
        left[same] = False
        rows = _one_of_each(np.flatnonzero(same), apart, reader)
        weight = quality[rows] / quality[rows].sum()
        direction = np.angle((weight * np.exp(1j * angle[rows])).sum()) % (2 * np.pi)
        mean_quality = quality[rows].sum() / len(readings)
        place = ((weight * x[rows]).sum(), (weight * y[rows]).sum())
        merged.append((*place, direction, (weight * kind[rows]).sum(), mean_quality))
    return _best(np.array(merged, np.float32).reshape(-1, 5), parameters)


def _one_of_each(rows: NDArray[np.int64], apart: Floats, reader: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of several minutiae of one reading, the nearest."""
    near_first = rows[np.argsort(apart[rows], kind="stable")]
    return near_first[np.unique(reader[near_first], return_index=True)[1]]


def _best(merged: Floats, parameters: MarkParameters) -> Minutiae:
    order = np.argsort(-merged[:, 4], kind="stable")
    kept = merged[order[merged[order, 4] >= parameters.lowest_quality]]
    return Minutiae(*(np.ascontiguousarray(kept[:, column]) for column in range(5)))
