"""How often strangers of one group match one another, beside other groups, and what stands out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import FAIRNESS

Pairs = NDArray[np.int64]


@dataclass(frozen=True)
class GroupRate:
    """The false-match rate within a group, or across groups.

    Attributes:
        people: One template of each was compared with one of each other.
        matches: Comparisons at or above the threshold.
        interval: Of the rate, 95 %, the wider of two: people drawn with replacement, and Poisson.
        too_few: At the stated rate less than one match was to be expected: nothing can be said.
    """

    group: str
    people: int
    comparisons: int
    matches: int
    rate: float
    interval: tuple[float, float]
    too_few: bool


@dataclass(frozen=True)
class Unequal:
    """Two groups whose rates lie far apart.

    Attributes:
        ratio: Of the rates; None when the lower one is 0.
        certain: Whether the intervals stand apart; if not, more people may show that it was chance.
    """

    higher: str
    lower: str
    ratio: float | None
    certain: bool


@dataclass(frozen=True)
class Grouping:
    """The rates by one attribute.

    Attributes:
        across: Comparisons of people of different groups.
        suppressed: Groups of fewer people than may be told apart; nothing of them is said.
    """

    name: str
    groups: tuple[GroupRate, ...]
    across: GroupRate | None
    suppressed: tuple[str, ...]
    unequal: tuple[Unequal, ...]


def rates_by_group(name: str, labels: Sequence[str], matches: Pairs, stated: float) -> Grouping:
    """Return the rates within each group and across them.

    Args:
        labels: The group of each person compared.
        matches: Pairs of places in ``labels`` that reach the threshold.
        stated: The false-match rate that the threshold states.
    """
    held = np.asarray(labels)
    sizes = {
        str(group): int(count) for group, count in zip(*np.unique(held, return_counts=True), strict=True)
    }
    shown = [group for group, count in sizes.items() if count >= FAIRNESS.least_people]
    groups = tuple(_within(group, np.flatnonzero(held == group), matches, stated) for group in shown)
    across = _across(held, shown, matches, stated) if len(shown) > 1 else None
    suppressed = tuple(group for group in sizes if group not in shown)
    return Grouping(name, groups, across, suppressed, _unequal(groups))


def overall(people: int, matches: Pairs, stated: float) -> GroupRate:
    """Return the rate among all."""
    return _within("all", np.arange(people), matches, stated)


def _within(group: str, members: Pairs, matches: Pairs, stated: float) -> GroupRate:
    place = np.full(int(max(members.max(initial=-1), matches.max(initial=-1))) + 1, -1)
    place[members] = np.arange(len(members))
    own = place[matches] if len(matches) else matches
    own = own[(own >= 0).all(axis=1)]
    return _rate(group, len(members), len(members) * (len(members) - 1) // 2, own, stated)


def _across(held: NDArray[np.str_], shown: Sequence[str], matches: Pairs, stated: float) -> GroupRate:
    counted = np.isin(held, shown)
    sizes = [int((held == group).sum()) for group in shown]
    people = int(counted.sum())
    comparisons = (people**2 - sum(size**2 for size in sizes)) // 2
    kept = matches[counted[matches].all(axis=1) & (held[matches[:, 0]] != held[matches[:, 1]])]
    place = np.cumsum(counted) - 1
    return _rate("across", people, comparisons, place[kept], stated)


def _rate(group: str, people: int, comparisons: int, own: Pairs, stated: float) -> GroupRate:
    rate = len(own) / comparisons if comparisons else 0.0
    low, high = (end / max(comparisons, 1) for end in poisson_interval(len(own)))
    drawn_low, drawn_high = _drawn_interval(people, comparisons, own)
    return GroupRate(
        group=group,
        people=people,
        comparisons=comparisons,
        matches=len(own),
        rate=rate,
        interval=(min(low, drawn_low), min(1.0, max(high, drawn_high))),
        too_few=comparisons * stated < 1.0,
    )


def _drawn_interval(people: int, comparisons: int, own: Pairs) -> tuple[float, float]:
    """Return between which rates 95 % of draws of the people lie: one person may be in many pairs."""
    if not len(own):
        return 0.0, 0.0
    random = np.random.default_rng(FAIRNESS.seed)
    times = random.multinomial(people, np.full(people, 1 / people), FAIRNESS.draws)
    found = (times[:, own[:, 0]] * times[:, own[:, 1]]).sum(axis=1)
    # of the pairs drawn, n (n - 1) / 2, a share of 1 / n is of somebody with himself
    low, high = np.percentile(found / (comparisons * (1 - 1 / people)), [2.5, 97.5])
    return float(low), float(high)


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the 95 % interval of a mean of which ``count`` were seen (Byar's approximation)."""
    high = (count + 1) * (1 - 1 / (9 * (count + 1)) + 1.96 / (3 * math.sqrt(count + 1))) ** 3
    low = count * (1 - 1 / (9 * count) - 1.96 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    return low, high


def _unequal(groups: Sequence[GroupRate]) -> tuple[Unequal, ...]:
    """Return the pairs of groups whose rates lie too far apart, the certain ones and the farthest first."""
    told = [group for group in groups if not group.too_few]
    found = [
        Unequal(
            higher.group,
            lower.group,
            higher.rate / lower.rate if lower.rate else None,
            higher.interval[0] > lower.interval[1],
        )
        for higher in told
        for lower in told
        if higher.rate > FAIRNESS.ratio * lower.rate
    ]
    found.sort(key=lambda each: (not each.certain, -(each.ratio or math.inf)))
    return tuple(found[: FAIRNESS.told_at_most])
