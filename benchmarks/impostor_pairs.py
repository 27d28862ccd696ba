"""Pairs of different people: their scores, with what all faces share taken from people other than the two."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.face.population import Population

Scores = NDArray[np.float64]
Vectors = NDArray[np.float64]
People = NDArray[np.int64]

FOLDS = 10
"""The people are dealt into so many parts; a pair is centred by the people of the parts of neither."""

LABEL_ERROR_FROM = 0.65
"""Pairs of differently named people above are one person under two names: a gap of 0.2 lies below them."""


@dataclass(frozen=True)
class Impostors:
    """Scores of pairs of different people, and the two people of each pair."""

    scores: Scores
    first: People
    second: People

    def chosen(self, kept: NDArray[np.bool_]) -> "Impostors":
        """Return the pairs that a mask keeps."""
        return Impostors(self.scores[kept], self.first[kept], self.second[kept])

    def one_per_couple(self) -> Scores:
        """Return weights that let each two people count once, however many photographs there are of them."""
        couples = self.first * (int(self.second.max()) + 1) + self.second
        _, place, times = np.unique(couples, return_inverse=True, return_counts=True)
        return np.asarray(1.0 / times[place])


def uncentred(vectors: NDArray[np.float32], population: Population | None) -> Vectors:
    """Return the unit vectors before a mean was taken away and the rest made a unit vector again.

    Of all points mean + t * vector exactly one with t > 0 lies on the sphere.
    """
    centred = vectors.astype(np.float64)
    if population is None:
        return centred
    mean = population.mean.astype(np.float64)
    along = centred @ mean
    stretch = -along + np.sqrt(along**2 + 1.0 - mean @ mean)
    return np.asarray(mean + stretch[:, None] * centred)


def mean_of(vectors: Vectors, people: People, chosen: NDArray[np.bool_] | None = None) -> Vectors:
    """Return the mean over (chosen) people of each one's mean vector, as the shipped mean is made."""
    wanted = np.unique(people if chosen is None else people[chosen[people]])
    return np.asarray(np.mean([vectors[people == person].mean(axis=0) for person in wanted], axis=0))


def pairs_centred_by(vectors: Vectors, people: People, mean: Vectors) -> Impostors:
    """Return all pairs of different people, centred by a mean that others gave."""
    units = _units(vectors - mean)
    first, second = np.triu_indices(len(units), 1)
    scores = (units @ units.T)[first, second]
    return _different(scores, people[first], people[second])


def crossfitted_pairs(vectors: Vectors, people: People, seed: int = 7) -> Impostors:
    """Return all pairs of different people, each centred by people other than the two."""
    known = np.unique(people)
    part_of = np.full(int(known.max()) + 1, -1)
    part_of[known] = np.random.default_rng(seed).permutation(len(known)) % FOLDS
    part = part_of[people]
    means = {person: vectors[people == person].mean(axis=0) for person in known}
    sums = [np.sum([means[p] for p in known if part_of[p] == number], axis=0) for number in range(FOLDS)]
    sizes = [int((part_of[known] == number).sum()) for number in range(FOLDS)]
    found = []
    for one in range(FOLDS):
        for other in range(one, FOLDS):
            rest = [number for number in range(FOLDS) if number not in (one, other)]
            mean = sum(sums[number] for number in rest) / sum(sizes[number] for number in rest)
            found.append(_between(vectors, people, part == one, part == other, mean))
    return _joined(found)


def without_label_errors(impostors: Impostors) -> tuple[Impostors, int]:
    """Return the pairs without those of one person under two names, and how many those are."""
    kept = impostors.scores < LABEL_ERROR_FROM
    return impostors.chosen(kept), int((~kept).sum())


def _between(
    vectors: Vectors, people: People, one: NDArray[np.bool_], other: NDArray[np.bool_], mean: Vectors
) -> Impostors:
    a, b = np.flatnonzero(one), np.flatnonzero(other)
    scores = _units(vectors[a] - mean) @ _units(vectors[b] - mean).T
    first, second = np.meshgrid(a, b, indexing="ij")
    once = first < second if np.array_equal(a, b) else np.ones_like(first, dtype=bool)
    return _different(scores[once], people[first[once]], people[second[once]])


def _different(scores: Scores, first: People, second: People) -> Impostors:
    kept = first != second
    low, high = np.minimum(first, second), np.maximum(first, second)
    return Impostors(scores[kept], low[kept], high[kept])


def _joined(parts: Sequence[Impostors]) -> Impostors:
    return Impostors(
        np.concatenate([each.scores for each in parts]),
        np.concatenate([each.first for each in parts]),
        np.concatenate([each.second for each in parts]),
    )


def _units(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
