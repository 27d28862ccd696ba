"""One number for a pair of prints: relaxed similarity, paired minutiae over the overlap, ridges in step."""

import math

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.cylinders import near_hull
from matcher.fingerprint.alignment import COSINE, FROM_X, FROM_Y, SINE, TO_X, TO_Y
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.pairing import hypotheses, refined, total_weight
from matcher.fingerprint.parameters import ComparisonParameters, ScoreParameters
from matcher.fingerprint.prepared import Prepared, Stored, is_whole, unpacked
from matcher.fingerprint.ridge_agreement import ridge_agreement
from matcher.fingerprint.ridges import has_ridges
from matcher.fingerprint.similarity import compatibilities, consolidated, greedy_pairs, relaxed, similarities

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

(
    SIMILARITY_FEATURE,
    WEIGHT_FEATURE,
    OVERLAP_A,
    OVERLAP_B,
    RIDGES_SEEN,
    RIDGE_AGREEMENT,
    RIDGE_AREA,
    FEATURES,
) = range(8)
"""What ``evidence`` measures: LGS-R; weight of the pairs; quality sum inside the overlap, per print; whether
both prints have ridges stored, how far they are in step, and over which area (0 where not looked at)."""


@kernel
def evidence(
    a: Prepared, b: Prepared, settings: ComparisonParameters
) -> tuple[Floats, Floats, Integers, Integers, Floats]:
    """Return the features of a pair of prints, the best motion, and the pairs with their weights."""
    features = np.zeros(FEATURES)
    features[RIDGES_SEEN] = has_ridges(a.ridges) and has_ridges(b.ridges)
    motion = np.zeros(6)
    motion[COSINE] = 1.0
    first = np.empty(0, np.int64)
    second = np.empty(0, np.int64)
    weight = np.empty(0)
    similarity = similarities(a, b, settings.similarity)
    left, right = greedy_pairs(similarity, settings.relaxation.largest)
    if len(left) < 2:
        return features, motion, first, second, weight
    compatible = compatibilities(a, b, left, right, settings.relaxation)
    before = np.empty(len(left))
    for k in range(len(left)):
        before[k] = similarity[left[k], right[k]]
    after = relaxed(before, compatible, settings.relaxation)
    features[SIMILARITY_FEATURE] = consolidated(
        before, after, a.valid.sum(), b.valid.sum(), settings.relaxation
    )
    if features[SIMILARITY_FEATURE] < settings.alignment.lowest_similarity:
        return features, motion, first, second, weight
    motions, _ = hypotheses(a, b, similarity, left, right, after, compatible, settings.alignment)
    motion, first, second, weight = _aligned(features, a, b, similarity, motions, settings)
    if features[RIDGES_SEEN] and minutiae_score(features, settings.score) >= settings.score.ridges_from:
        features[RIDGE_AGREEMENT], features[RIDGE_AREA] = ridge_agreement(
            a, b, motion, first, second, weight, settings.agreement
        )
    return features, motion, first, second, weight


@kernel
def _aligned(
    features: Floats,
    a: Prepared,
    b: Prepared,
    similarity: Floats,
    motions: Floats,
    settings: ComparisonParameters,
) -> tuple[Floats, Integers, Integers, Floats]:
    """Refine the likeliest motions and return the one whose pairs weigh most, with its pairs."""
    best_motion, best_place = motions[0], np.empty((3, 0))
    best_first = np.empty(0, np.int64)
    best_second = np.empty(0, np.int64)
    best_weight = np.empty(0)
    for k in range(min(settings.alignment.kept, len(motions))):
        motion, place, first, second, weight = refined(a, b, similarity, motions[k], settings.alignment)
        total = total_weight(a, b, first, second, weight)
        if total > features[WEIGHT_FEATURE]:
            features[WEIGHT_FEATURE] = total
            best_motion, best_place = motion, place
            best_first, best_second, best_weight = first, second, weight
    if len(best_first) > 0:
        margin = settings.score.hull_margin_px
        _measure_overlap(features, a, b, best_motion, best_place, best_first, best_second, margin)
    return best_motion, best_first, best_second, best_weight


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
def minutiae_score(features: Floats, score: ScoreParameters) -> float:
    """The log odds, up to a constant, that the prints are of one finger, from minutiae alone."""
    overlap = math.sqrt(features[OVERLAP_A] * features[OVERLAP_B])
    ratio = features[WEIGHT_FEATURE] / (overlap + score.shrinkage)
    return (
        score.similarity * math.sqrt(max(features[SIMILARITY_FEATURE], 0.0))
        + score.ratio * math.sqrt(ratio)
        + score.weight * math.sqrt(features[WEIGHT_FEATURE])
        + score.offset
    )


@kernel
def fused_score(features: Floats, score: ScoreParameters) -> float:
    """The log odds that the prints are of one finger, up to a constant, from all that is known.

    Ridges that were not looked at count as not in step. Where a print has none stored, minutiae stand
    alone, on a scale on which different fingers score no higher than with ridges.
    """
    minutiae: float = score.minutiae * minutiae_score(features, score)
    if not features[RIDGES_SEEN]:
        return minutiae + score.unseen
    gain = score.agreement + score.spread * math.sqrt(features[RIDGE_AREA])
    return minutiae + score.ridges_offset + gain * float(features[RIDGE_AGREEMENT])


@kernel
def in_order(a: Prepared, b: Prepared) -> bool:
    """A fixed order, since bending a onto b is not quite bending b onto a: scores become symmetric."""
    if len(a.x) != len(b.x):
        return len(a.x) < len(b.x)
    return (a.x.sum(), a.y.sum()) <= (b.x.sum(), b.y.sum())


@kernel
def score_of(a: Prepared, b: Prepared, settings: ComparisonParameters) -> float:
    """The score of two prints, the same either way round."""
    if in_order(a, b):
        features, _, _, _, _ = evidence(a, b, settings)
    else:
        features, _, _, _, _ = evidence(b, a, settings)
    total: float = fused_score(features, settings.score)
    return total


@kernel
def scores_of(probe: Prepared, data: Stored, ends: Integers, settings: ComparisonParameters) -> Floats:
    """The score with each of the templates that lie end to end in ``data``; NaN where one is damaged."""
    scores = np.full(len(ends) - 1, np.nan)
    for k in range(len(scores)):
        stored = data[ends[k] : ends[k + 1]]
        if is_whole(stored):
            scores[k] = score_of(probe, unpacked(stored), settings)
    return scores
