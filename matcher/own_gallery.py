"""Fits false-match rates on a gallery's own faces: of many people one each, all pairs of different people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import Conflict
from matcher.calibration import Calibration
from matcher.face.embedding import to_matrix
from matcher.face.strangers import alike_pairs
from matcher.impostor_tail import Curve, curve_of, stated_by
from matcher.parameters import OWN_GALLERY, TAIL

Counts = NDArray[np.float64]
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]

_CENTRES = (np.arange(OWN_GALLERY.bins) + 0.5) * 2.0 / OWN_GALLERY.bins - 1.0
_WIDTH = 2.0 / OWN_GALLERY.bins


class TooFewPeople(Conflict):
    """The gallery holds too few people for rates of its own."""

    code = "too_few_people"


@dataclass(frozen=True)
class SamePerson:
    """Two records so alike that they are taken for one person: places in the sample, and the score."""

    first: int
    second: int
    score: float


@dataclass(frozen=True)
class HeldOut:
    """How often the pairs of people who were not fitted on reach a stated rate.

    Attributes:
        observed_over_stated: Mean of both halves of the people, each judged by the fit on the other.
        expected_pairs: That were to be expected, in both halves together; of few nothing can be said.
    """

    rate: float
    observed_over_stated: float
    expected_pairs: float


@dataclass(frozen=True)
class OwnFit:
    """A calibration of the own gallery, and what it was fitted on.

    Attributes:
        same_person_from: Pairs at or above this score were left out.
        same_person: These pairs, the most alike first.
        held_out: The same way of fitting judged on people whom it had not seen.
    """

    calibration: Calibration
    people: int
    same_person_from: float
    same_person: tuple[SamePerson, ...]
    held_out: tuple[HeldOut, ...]


def fit(
    payloads: Sequence[bytes], producer: str, population: str, progress: Progress = lambda _done, _total: None
) -> OwnFit:
    """Fit a calibration to all pairs of these people.

    The table goes as far as ten pairs of strangers reached. The interval is that of people drawn with
    replacement, in groups: what is drawn again are histograms of scores, not 200 million pairs.

    Args:
        payloads: Templates of ``producer``, one of each person, as searches compare them.
        progress: Is told from time to time how many steps of how many are done.

    Raises:
        TooFewPeople: fewer than `OWN_GALLERY.fewest_people`.
    """
    people = len(payloads)
    if people < OWN_GALLERY.fewest_people:
        raise TooFewPeople(
            f"Only {people} people have a face of {producer} to compare, and {OWN_GALLERY.fewest_people} are "
            "needed: the rates of fewer would be less certain than the shipped ones. Enrol more first.",
            people=people,
        )
    counts = _histograms(to_matrix(payloads), progress)
    end = same_person_from(counts.sum(axis=0))
    found = _same_person(payloads, end)
    counts[:, end:] = 0.0
    protocol = f"all pairs of {people} people of the own gallery, one face each; {_tail_in_words()}"
    calibration = replace(_stated(counts), producer=producer, protocol=protocol, population=population)
    return OwnFit(calibration, people, end * _WIDTH - 1.0, found, _held_out(counts))


def same_person_from(counts: Counts) -> int:
    """Return the first bin whose pairs are taken for one person under two records.

    From there on fewer than `OWN_GALLERY.same_person_pairs` pairs of strangers are expected in the sample.
    The tail is fitted to what lies below a first guess, which takes it for exponential and so depends on
    its middle alone; then to what lies below what that tail says, until it says the same again. From below,
    since records of one person that were left in would lift the tail, and with it the bin.
    """
    end = _exponential_end(counts, 1.0)
    most = _exponential_end(counts, OWN_GALLERY.same_person_pairs)
    wanted = np.log10(OWN_GALLERY.same_person_pairs / counts.sum())
    for _ in range(OWN_GALLERY.rounds):
        kept = np.where(np.arange(len(counts)) < end, counts, 0.0)
        rare = _curve(kept, _lowest(kept)).logs_at(_CENTRES) <= wanted
        before, end = end, min(int(np.argmax(rare)) if rare.any() else most, most)
        if end == before:
            break
    return end


def _exponential_end(counts: Counts, pairs: float) -> int:
    """Return from where on fewer pairs of strangers are expected if the tail is exponential: too late."""
    share = np.cumsum(counts[::-1])[::-1] / counts.sum()
    begin, middle = (int(np.argmax(share <= rate)) for rate in (TAIL.begins_at, TAIL.begins_at / 2.0))
    scale = max(middle - begin, 1) / np.log(2.0)
    return min(int(np.ceil(begin + scale * np.log(TAIL.begins_at * counts.sum() / pairs))), len(counts))


def _histograms(vectors: Vectors, progress: Progress) -> Counts:
    """Return how many pairs of each two groups of people (or of one) have scores in each bin."""
    order = np.random.default_rng(OWN_GALLERY.seed).permutation(len(vectors))
    groups = [vectors[chosen] for chosen in np.array_split(order, OWN_GALLERY.groups)]
    counts = []
    for place, one in enumerate(groups):
        progress(place, len(groups))
        for other in groups[place:]:
            scores = one @ other.T
            within = scores[np.triu_indices(len(one), 1)] if other is one else scores.ravel()
            bins = ((within + 1.0) / _WIDTH).astype(np.int64).clip(0, OWN_GALLERY.bins - 1)
            counts.append(np.bincount(bins, minlength=OWN_GALLERY.bins))
    progress(len(groups), len(groups))
    return np.array(counts, dtype=np.float64)


def _stated(counts: Counts) -> Calibration:
    """Return the calibration of pairs within and between some groups; whose it is has still to be said."""
    total = counts.sum(axis=0)
    best = _curve(total, _lowest(total))
    drawn = [_curve(each, float(best.logs[-1])) for each in _drawn(counts)]
    return stated_by(best, drawn, "", "", int(total.sum()))


def _drawn(counts: Counts) -> Counts:
    """Return the histograms of all pairs when groups of people are drawn with replacement."""
    groups = int(np.sqrt(2 * len(counts)))
    first, second = np.triu_indices(groups)
    random = np.random.default_rng((OWN_GALLERY.seed, 1))
    times = random.multinomial(groups, np.full(groups, 1.0 / groups), OWN_GALLERY.draws)
    return np.asarray((times[:, first] * times[:, second]).astype(np.float64) @ counts)


def _held_out(counts: Counts) -> tuple[HeldOut, ...]:
    """Judge each half of the groups by what is fitted on the other half."""
    first, second = np.triu_indices(OWN_GALLERY.groups)
    halves = [counts[(first % 2 == half) & (second % 2 == half)] for half in (0, 1)]
    judged = [half.sum(axis=0) for half in halves]
    rates = [_stated(half).false_match_rates(_CENTRES) for half in reversed(halves)]
    found = []
    for rate in OWN_GALLERY.judged_rates:
        shares = [
            float(pairs[stated <= rate].sum() / pairs.sum())
            for pairs, stated in zip(judged, rates, strict=True)
        ]
        expected = rate * float(sum(pairs.sum() for pairs in judged))
        found.append(HeldOut(rate, float(np.mean(shares)) / rate, expected))
    return tuple(found)


def _curve(counts: Counts, lowest: float) -> Curve:
    held = counts > 0
    return curve_of(_CENTRES[held], counts[held], lowest)


def _lowest(counts: Counts) -> float:
    return float(np.log10(TAIL.last_impostors / counts.sum()))


def _same_person(payloads: Sequence[bytes], end: int) -> tuple[SamePerson, ...]:
    pairs, scores = alike_pairs(payloads, end * _WIDTH - 1.0)
    return tuple(
        SamePerson(int(pairs[place, 0]), int(pairs[place, 1]), float(scores[place]))
        for place in np.argsort(-scores)
    )


def _tail_in_words() -> str:
    return f"tail: generalised Pareto from {TAIL.begins_at}"
