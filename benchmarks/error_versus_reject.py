"""Does a quality measure find the prints that would not match? FNMR after rejecting the worst of them.

After Grother and Tabassi, "Performance of Biometric Quality Measures", PAMI 29 (2007); ISO/IEC 29794-1
calls it the error versus discard characteristic. The threshold stays where it was before rejecting.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

SHARES = np.round(np.arange(0, 0.301, 0.02), 2)
"""Of the prints, rejected."""

TIE_ORDERS = 20
"""Prints of equal quality are rejected in drawn orders; rates are the mean over this many."""


@dataclass(frozen=True)
class Genuine:
    """Comparisons of prints of one finger: the rows of the two prints, and whether they were missed."""

    first: Rows
    second: Rows
    missed: Mask

    def inside(self, kept: Mask) -> "Genuine":
        """Return the comparisons of which both prints are kept."""
        both = kept[self.first] & kept[self.second]
        return Genuine(self.first[both], self.second[both], self.missed[both])


def fnmr_after(pairs: Genuine, quality: Floats, share: float) -> float:
    """Return the mean FNMR of what is left when this share of the prints is rejected."""
    return float(np.mean([_fnmr(pairs.inside(kept)) for kept in kept_prints(pairs, quality, share)]))


def curve(pairs: Genuine, quality: Floats) -> list[float]:
    """Return the FNMR at each of ``SHARES``."""
    return [fnmr_after(pairs, quality, float(share)) for share in SHARES]


def area(values: list[float]) -> float:
    """Return the mean height of a curve over its shares, by trapezoids."""
    heights = np.array(values)
    return float(((heights[1:] + heights[:-1]) / 2 * np.diff(SHARES)).sum() / (SHARES[-1] - SHARES[0]))


def kept_prints(pairs: Genuine, quality: Floats, share: float) -> list[Mask]:
    """Return, for each order of ties, which prints stay; prints without a comparison do not count."""
    prints = np.unique(np.concatenate([pairs.first, pairs.second]))
    rejected = round(share * len(prints))
    masks = []
    for seed in range(TIE_ORDERS):
        drawn = np.random.default_rng(seed).random(len(prints))
        order = prints[np.lexsort((drawn, quality[prints]))]
        kept = np.ones(len(quality), np.bool_)
        kept[order[:rejected]] = False
        masks.append(kept)
    return masks


def best_order(pairs: Genuine, prints: int) -> Floats:
    """Return the quality an oracle gives: minus the share of a print's own comparisons that are missed."""
    taken, missed = np.zeros(prints), np.zeros(prints)
    for rows in (pairs.first, pairs.second):
        np.add.at(taken, rows, 1)
        np.add.at(missed, rows, pairs.missed)
    return -missed / np.maximum(taken, 1)


def _fnmr(pairs: Genuine) -> float:
    return float(pairs.missed.mean()) if len(pairs.missed) else 0.0
