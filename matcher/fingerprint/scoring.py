"""One number for a pair of prints: relaxed similarity and paired minutiae, measured against the overlap."""

import math

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.cylinders import near_hull
from matcher.fingerprint.alignment import COSINE, FROM_X, FROM_Y, SINE, TO_X, TO_Y
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.pairing import hypotheses, refined, total_weight
from matcher.fingerprint.parameters import (
    AlignmentParameters,
    RelaxationParameters,
    ScoreParameters,
    SimilarityParameters,
)
from matcher.fingerprint.prepared import Prepared, Stored, is_whole, unpacked
from matcher.fingerprint.similarity import compatibilities, consolidated, greedy_pairs, relaxed, similarities

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SIMILARITY_FEATURE, WEIGHT_FEATURE, OVERLAP_A, OVERLAP_B, FEATURES = range(5)
"""What ``evidence`` measures: LGS-R; weight of the pairs; quality sum inside the overlap, per print."""


@kernel
def evidence(
    a: Prepared,
    b: Prepared,
    cylinders: SimilarityParameters,
    relaxation: RelaxationParameters,
    alignment: AlignmentParameters,
    margin: float,
) -> tuple[Floats, Floats, Integers, Integers, Floats]:
    """Return the features of a pair of prints, the best motion, and the pairs with their weights."""
    features = np.zeros(FEATURES)
    best_motion = np.zeros(6)
    best_motion[COSINE] = 1.0
    best_first = np.empty(0, np.int64)
    best_second = np.empty(0, np.int64)
    best_weight = np.empty(0)
    similarity = similarities(a, b, cylinders)
    first, second = greedy_pairs(similarity, relaxation.largest)
    if len(first) < 2:
        return features, best_motion, best_first, best_second, best_weight
    before = np.empty(len(first))
    for k in range(len(first)):
        before[k] = similarity[first[k], second[k]]
    compatible = compatibilities(a, b, first, second, relaxation)
    after = relaxed(before, compatible, relaxation)
    features[SIMILARITY_FEATURE] = consolidated(before, after, a.valid.sum(), b.valid.sum(), relaxation)
    if features[SIMILARITY_FEATURE] < alignment.lowest_similarity:
        return features, best_motion, best_first, best_second, best_weight
    motions, _ = hypotheses(a, b, similarity, first, second, after, compatible, alignment)
    best_place = np.empty((3, 0))
    for k in range(min(alignment.kept, len(motions))):
        motion, place, left, right, weight = refined(a, b, similarity, motions[k], alignment)
        total = total_weight(a, b, left, right, weight)
        if total > features[WEIGHT_FEATURE]:
            features[WEIGHT_FEATURE] = total
            best_motion, best_place = motion, place
            best_first, best_second, best_weight = left, right, weight
    if len(best_first) > 0:
        _measure_overlap(features, a, b, best_motion, best_place, best_first, best_second, margin)
    return features, best_motion, best_first, best_second, best_weight


@kernel
def _measure_overlap(
    features: Floats,
    a: Prepared,
    b: Prepared,
    motion: Floats,
    place: Floats,
    first: Integers,
    second: Integers,
    margin: float,
) -> None:
    """Sum the quality of the minutiae that are paired or lie where the other print has something to say."""
    paired_a = np.zeros(len(a.x), np.bool_)
    paired_b = np.zeros(len(b.x), np.bool_)
    paired_a[first] = True
    paired_b[second] = True
    for i in range(len(a.x)):
        if paired_a[i] or near_hull(b.hull_x, b.hull_y, margin, place[0, i], place[1, i]):
            features[OVERLAP_A] += a.quality[i]
    for j in range(len(b.x)):
        u = b.x[j] - motion[TO_X]
        v = b.y[j] - motion[TO_Y]
        x = motion[COSINE] * u + motion[SINE] * v + motion[FROM_X]
        y = -motion[SINE] * u + motion[COSINE] * v + motion[FROM_Y]
        if paired_b[j] or near_hull(a.hull_x, a.hull_y, margin, x, y):
            features[OVERLAP_B] += b.quality[j]


@kernel
def fused_score(features: Floats, score: ScoreParameters) -> float:
    """Return the log odds that the prints are of one finger, up to a constant."""
    overlap = math.sqrt(features[OVERLAP_A] * features[OVERLAP_B])
    ratio = features[WEIGHT_FEATURE] / (overlap + score.shrinkage)
    return (
        score.similarity * math.sqrt(max(features[SIMILARITY_FEATURE], 0.0))
        + score.ratio * math.sqrt(ratio)
        + score.weight * math.sqrt(features[WEIGHT_FEATURE])
        + score.offset
    )


@kernel
def in_order(a: Prepared, b: Prepared) -> bool:
    """A fixed order, since bending a onto b is not quite bending b onto a: scores become symmetric."""
    if len(a.x) != len(b.x):
        return len(a.x) < len(b.x)
    return (a.x.sum(), a.y.sum()) <= (b.x.sum(), b.y.sum())


@kernel
def score_of(
    a: Prepared,
    b: Prepared,
    cylinders: SimilarityParameters,
    relaxation: RelaxationParameters,
    alignment: AlignmentParameters,
    score: ScoreParameters,
) -> float:
    """The score of two prints, the same either way round."""
    if in_order(a, b):
        features, _, _, _, _ = evidence(a, b, cylinders, relaxation, alignment, score.hull_margin_px)
    else:
        features, _, _, _, _ = evidence(b, a, cylinders, relaxation, alignment, score.hull_margin_px)
    total: float = fused_score(features, score)
    return total


@kernel
def scores_of(
    probe: Prepared,
    data: Stored,
    ends: Integers,
    cylinders: SimilarityParameters,
    relaxation: RelaxationParameters,
    alignment: AlignmentParameters,
    score: ScoreParameters,
) -> Floats:
    """The score with each of the templates that lie end to end in ``data``; NaN where one is damaged."""
    scores = np.full(len(ends) - 1, np.nan)
    for k in range(len(scores)):
        stored = data[ends[k] : ends[k + 1]]
        if is_whole(stored):
            scores[k] = score_of(probe, unpacked(stored), cylinders, relaxation, alignment, score)
    return scores
