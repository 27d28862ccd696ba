"""Measures how real face templates differ, so that invented ones with scores like theirs can be drawn."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from datasets.synthetic.face_vectors import FaceSpread, InventedFaces

Scores = NDArray[np.float64]

GENUINE_AT = (1, 5, 20, 50, 80, 95, 99)
IMPOSTOR_AT = (1, 50, 99, 99.9, 99.99)
"""Percentiles that are to agree."""
MISLABELLED = 0.65
"""Pairs of differently named people above this are one person (as in benchmarks/calibration/face.py)."""
SHRUNK, SPREADS, SCALES = (0.2, 0.3, 0.4), (0.2, 0.3, 0.4), (1.0, 1.1, 1.2)
_INVENTED = 3000


def real_scores(vectors: NDArray[np.float32], people: NDArray[np.str_]) -> tuple[Scores, Scores]:
    """Return the cosines of all pairs of one person's photographs, and of different people's."""
    first, second = np.triu_indices(len(vectors), 1)
    scores = (vectors @ vectors.T)[first, second].astype(np.float64)
    same = people[first] == people[second]
    return scores[same], scores[~same & (scores < MISLABELLED)]


def invented_scores(spread: FaceSpread, seed: int = 1) -> tuple[Scores, Scores]:
    """Return the same of invented people, one pair of photographs each."""
    faces = InventedFaces(spread, seed)
    people = faces.people(_INVENTED)
    one, other = faces.photographs(people), faces.photographs(people)
    strangers = one[: _INVENTED // 2] @ other[_INVENTED // 2 :].T
    return np.einsum("ij,ij->i", one, other).astype(np.float64), strangers.ravel().astype(np.float64)


def fit(vectors: NDArray[np.float32], people: NDArray[np.str_], source: str) -> FaceSpread:
    """Return the spread whose scores come nearest to the real ones.

    With fewer people than a covariance needs its largest values come out too large, so both are drawn
    towards a sphere; making vectors 1 long takes some of what differs within a person, so that is
    scaled; how much, and how photographs differ in quality, is chosen by the percentiles of scores.
    """
    between, within = _covariances(vectors.astype(np.float64), people)
    real = _percentiles(*real_scores(vectors, people))
    candidates = [
        FaceSpread(_shrunk(between, shrunk), scale * _shrunk(within, shrunk), spread, source)
        for shrunk, spread, scale in product(SHRUNK, SPREADS, SCALES)
    ]
    return min(candidates, key=lambda each: float(np.abs(_percentiles(*invented_scores(each)) - real).sum()))


def _percentiles(genuine: Scores, impostor: Scores) -> Scores:
    at = np.percentile(genuine, GENUINE_AT), np.percentile(impostor, IMPOSTOR_AT)
    return np.concatenate(at)


def _covariances(vectors: Scores, people: NDArray[np.str_]) -> tuple[Scores, Scores]:
    names, own = np.unique(people, return_inverse=True)
    counts = np.bincount(own)
    means = np.stack([vectors[own == number].mean(axis=0) for number in range(len(names))])
    off = (vectors - means[own])[counts[own] > 1]
    within = off.T @ off / (len(off) - np.count_nonzero(counts > 1))
    between = means.T @ means / len(means) - within * (1.0 / counts).mean()
    return between, within


def _shrunk(covariance: Scores, share: float) -> Scores:
    sphere = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    mixed: Scores = (1.0 - share) * covariance + share * sphere
    return mixed


def compared(real: Sequence[Scores], invented: Sequence[Scores]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the percentiles of genuine and impostor scores, real beside invented."""
    kinds = (("genuine", GENUINE_AT), ("impostor", IMPOSTOR_AT))
    return {
        kind: {
            str(share): {
                "real": round(float(np.percentile(mine, share)), 3),
                "invented": round(float(np.percentile(theirs, share)), 3),
            }
            for share in shares
        }
        for (kind, shares), mine, theirs in zip(kinds, real, invented, strict=True)
    }
