"""Joins the comparisons of one subject with all probe templates into one false-match rate.

Each false-match rate is a p-value: the chance that an unrelated person's comparison reaches the
score. Four steps, each of which keeps that meaning:

1. *Best of several references.* The best of R comparisons with strangers reaches a rate f with
   chance 1 - (1 - f)^R, taking the R comparisons as independent. References of one stranger are
   alike rather than independent, so this overstates the rate: it errs towards caution.
2. *Several impressions of one finger* are no independent pieces of evidence: the best of them counts,
   at the price of having tried them all (Bonferroni's bound holds under any dependence).
   Several photographs of one face are also averaged: a stranger's mean is no more alike than one of
   their photographs is (measured), so its rate needs no price for trying them all. A weighted Bonferroni
   bound joins both readings, for one wrong photograph spoils a mean and not a best.
3. *Several fingers* (two fingers, or a finger and the face): Fisher's method. It assumes that
   a stranger's comparisons are independent from finger to finger and between face and fingers.
   What they do share is the sensor and the person: where single rates are understated, they are so
   for all fingers alike, and ten understated rates make a fused one that is out by hundreds. So each
   is widened by a margin first. A probe template for which the subject has no reference is left
   out, not counted against them.
   A poor print that matches nobody must not hide a clear one that does: beside all fingers together
   the clearest one, the clearest two and so on are read alone, at a stated price (Bonferroni).
4. *Stated positions may be wrong.* With stated finger positions there are two readings: positions
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
        finger: Templates of one number are impressions of one finger (or face); None: of one of its own.
        quality: Of the probe template; only how templates compare in it matters.
        averaged: Rate of the mean of the probe's photographs against the mean of the subject's; stands
            with the first of them alone.
    """

    position: FingerPosition
    fitting: int
    any_position: int
    finger: int | None = None
    quality: float = 1.0
    averaged: float | None = None


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
    term = series = 1.0
    for i in range(1, len(rates)):
        term *= total / i
        series += term
    return min(1.0, math.exp(math.log(series) - total))


def together(rates: Sequence[float], qualities: Sequence[float]) -> float:
    """Return the rate of several fingers of one stranger together.

    Args:
        rates: One per finger, at least one.
        qualities: Of the probe's prints, in the same order; equal ones give no reading of their own.
    """
    count = len(rates)
    if count == 1:
        return rates[0]
    widened = [min(1.0, MATCHER.calibration_margin * rate) for rate in rates]
    everything = fisher(widened)
    if len(set(qualities)) == 1:
        return everything
    clearest = sorted(range(count), key=lambda place: -qualities[place])
    price = (count - 1) / (1.0 - MATCHER.all_fingers_share)
    readings = [rates[clearest[0]] * price]
    for upto in range(2, count):
        readings.append(fisher([widened[place] for place in clearest[:upto]]) * price)
    return min(1.0, everything / MATCHER.all_fingers_share, *readings)


def fits(probe: FingerPosition, reference: FingerPosition) -> bool:
    """Whether the two positions can be one finger; faces have no position and always fit."""
    return FingerPosition.UNKNOWN in (probe, reference) or probe == reference


def fuse(comparisons: Sequence[ReferenceScore], compared: Sequence[Compared]) -> float:
    """Return the chance that a stranger's references reach the evidence of one subject.

    Args:
        comparisons: The subject's scores. Those not listed count as no better than chance.
        compared: One per probe template, in order.
    """
    own: list[list[ReferenceScore]] = [[] for _ in compared]
    for item in comparisons:
        own[item.probe_index].append(item)
    as_stated: list[float | None] = []
    mistaken: list[float | None] = []
    for counts, scores in zip(compared, own, strict=True):
        every = [item.false_match_rate for item in scores]
        fitting = [item.false_match_rate for item in scores if fits(counts.position, item.position)]
        as_stated.append(_best(fitting, counts.fitting))
        mistaken.append(_best(every, counts.any_position))
    fingers = _on_one_reference(own, _numbered(compared))
    everywhere = _joined(mistaken, fingers, compared)
    if all(counts.fitting == counts.any_position for counts in compared):
        return everywhere
    share = MATCHER.misplaced_share
    return min(1.0, _joined(as_stated, fingers, compared) / (1.0 - share), everywhere / share)


def alone(best: float, fitting: float | None, compared: Compared) -> float:
    """Return what `fuse` makes of the comparisons of one template, were it the only one.

    Args:
        best: Lowest rate of any comparison.
        fitting: Lowest rate with a fitting reference, None where no such was compared.
    """
    everywhere = best_of(best, compared.any_position)
    if compared.fitting == compared.any_position:
        return everywhere
    as_stated = 1.0 if fitting is None else best_of(fitting, compared.fitting)
    share = MATCHER.misplaced_share
    return min(1.0, as_stated / (1.0 - share), everywhere / share)


def _best(rates: Sequence[float], comparisons: int) -> float | None:
    """Return the rate of a template's best comparison, None where there was nothing to compare with."""
    return best_of(min(rates, default=1.0), comparisons) if comparisons else None


def _numbered(compared: Sequence[Compared]) -> list[int]:
    """Return a number for each probe template's finger; one that has none gets one that no other has."""
    return [-1 - place if item.finger is None else item.finger for place, item in enumerate(compared)]


def _on_one_reference(own: Sequence[Sequence[ReferenceScore]], fingers: Sequence[int]) -> list[int]:
    """Return the fingers' numbers, equal also for templates that surely match one and the same finger.

    Two partial prints need not overlap, yet each can match a rolled print that holds them both.
    """
    numbers = list(fingers)
    holder: dict[tuple[str, int], int] = {}
    for place, scores in enumerate(own):
        best = min(scores, key=lambda item: (item.false_match_rate, -item.score), default=None)
        if best is None or best.false_match_rate > MATCHER.same_finger_rate:
            continue
        key = ("finger", int(best.position)) if best.position else ("reference", best.reference_id)
        first = holder.setdefault((f"{best.modality}-{key[0]}", key[1]), place)
        numbers = [numbers[first] if number == numbers[place] else number for number in numbers]
    return numbers


def _joined(rates: Sequence[float | None], fingers: Sequence[int], compared: Sequence[Compared]) -> float:
    """Return the rate of all fingers together; templates without a reference (None) are left out."""
    by_finger: dict[int, list[tuple[float, Compared]]] = {}
    for rate, finger, counts in zip(rates, fingers, compared, strict=True):
        if rate is not None:
            by_finger.setdefault(finger, []).append((rate, counts))
    if not by_finger:
        return 1.0
    tried = by_finger.values()
    return together(
        [_of_one_finger(each) for each in tried],
        [max(counts.quality for _, counts in each) for each in tried],
    )


def _of_one_finger(tried: Sequence[tuple[float, Compared]]) -> float:
    """Return the rate of all templates of one finger or face: of the best pair, or of their means."""
    best = len(tried) * min(rate for rate, _ in tried)
    means = [counts.averaged for _, counts in tried if counts.averaged is not None]
    if not means:
        return min(1.0, best)
    share = MATCHER.averaged_share
    return min(1.0, best / (1.0 - share), len(means) * min(means) / share)


def decibans(rate: float) -> float:
    """Return -10 log10 of a rate: 30 for one in a thousand."""
    return abs(10.0 * math.log10(max(rate, 1e-300)))
