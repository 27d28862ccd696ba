"""Joins the comparisons of one subject with all probe templates into one false-match rate.

Each false-match rate is a p-value: the chance that an unrelated person's comparison reaches the
score. Three steps, each of which keeps that meaning:

1. *Best of several references.* The best of R comparisons with strangers reaches a rate f with
   chance 1 - (1 - f)^R, taking the R comparisons as independent. References of one stranger are
   alike rather than independent, so this overstates the rate: it errs towards caution.
2. *Several probe templates* (two fingers, or a finger and the face): Fisher's method. It assumes
   that a stranger's comparisons are independent from finger to finger and between face and
   fingers. Fingers of one person share quality and pattern class a little, so a fused rate far
   below what was measured for single comparisons is an order of magnitude, not a measurement. A
   probe template for which the subject has no reference is left out, not counted against them.
3. *Stated positions may be wrong.* With stated finger positions there are two readings: positions
   as stated (a print is compared with references of its own finger or of an unknown one), and
   positions mistaken (any finger with any finger). Both are computed; a weighted Bonferroni bound
   over the two keeps the result a p-value, so that swapped prints are found at a stated price.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import FingerPosition
from matcher.candidates import ReferenceScore
from matcher.parameters import MATCHER


@dataclass(frozen=True)
class Compared:
    """How many of a subject's references one probe template was held against.

    Attributes:
        position: The finger position stated for the probe template.
        fitting: References of the same or an unknown position (all of them for a face).
        any_position: References it can be compared with, whatever the finger.
    """

    position: FingerPosition
    fitting: int
    any_position: int


def best_of(rate: float, comparisons: int) -> float:
    """Return the chance that the best of several comparisons with strangers reaches ``rate``."""
    if rate >= 1.0:
        return 1.0
    return -math.expm1(comparisons * math.log1p(-rate))


def fisher(rates: Sequence[float]) -> float:
    """Return the p-value of independent p-values together (Fisher 1925, section 21.1).

    -2 sum(ln p) has a chi-squared distribution with 2k degrees of freedom, whose upper tail for
    even degrees is the closed form exp(-x) sum_{i<k} x^i / i! with x = -sum(ln p).

    Args:
        rates: At least one value in (0, 1].
    """
    if len(rates) == 1:
        return rates[0]
    total = -math.fsum(math.log(rate) for rate in rates)
    if total <= 0.0:
        return 1.0
    terms = [i * math.log(total) - math.lgamma(i + 1) - total for i in range(len(rates))]
    largest = max(terms)
    return min(1.0, math.exp(largest) * math.fsum(math.exp(term - largest) for term in terms))


def fits(probe: FingerPosition, reference: FingerPosition) -> bool:
    """Whether the two positions can be one finger; faces have no position and always fit."""
    return FingerPosition.UNKNOWN in (probe, reference) or probe == reference


def fuse(comparisons: Sequence[ReferenceScore], compared: Sequence[Compared]) -> float:
    """Return the chance that a stranger's references reach the evidence of one subject.

    Args:
        comparisons: The subject's scores. Those not listed count as no better than chance.
        compared: One per probe template, in order.
    """
    as_stated: list[float] = []
    mistaken: list[float] = []
    for index, counts in enumerate(compared):
        own = [item for item in comparisons if item.probe_index == index]
        fitting = [item.false_match_rate for item in own if fits(counts.position, item.position)]
        if counts.fitting:
            as_stated.append(best_of(min(fitting, default=1.0), counts.fitting))
        if counts.any_position:
            every = [item.false_match_rate for item in own]
            mistaken.append(best_of(min(every, default=1.0), counts.any_position))
    if not mistaken:
        return 1.0
    if all(counts.fitting == counts.any_position for counts in compared):
        return fisher(mistaken)
    share = MATCHER.misplaced_share
    stated_rate = fisher(as_stated) if as_stated else 1.0
    return min(1.0, stated_rate / (1.0 - share), fisher(mistaken) / share)


def decibans(rate: float) -> float:
    """Return -10 log10 of a rate: 30 for one in a thousand."""
    return abs(10.0 * math.log10(max(rate, 1e-300)))
