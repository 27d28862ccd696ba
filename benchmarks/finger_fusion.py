"""What each part of a fingerprint score brings, and how weights fitted without a database do on it."""

import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.comparison import score_prepared
from matcher.fingerprint.parameters import COMPARISON
from matcher.fingerprint.prepared import Prepared
from matcher.fingerprint.scoring import (
    FEATURES,
    OVERLAP_A,
    OVERLAP_B,
    RIDGE_AGREEMENT,
    RIDGE_AREA,
    SIMILARITY_FEATURE,
    WEIGHT_FEATURE,
    evidence,
    fused_score,
    in_order,
    minutiae_score,
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SCORE = COMPARISON.score


def measured(ready: Sequence[Prepared | None], probes: Sequence[Prepared | None]) -> Floats:
    """Return the features of each print with each later probe, one row each; zeros where one is missing."""
    rows = []
    for i, j in combinations(range(len(ready)), 2):
        a, b = ready[i], probes[j]
        if a is None or b is None:
            rows.append(np.zeros(FEATURES))
        else:
            left, right = (a, b) if in_order(a, b) else (b, a)
            rows.append(evidence(left, right, COMPARISON)[0])
    return np.array(rows)


def variants(features: Floats) -> dict[str, Floats]:
    """Return the scores that parts of the evidence would give alone, and the shipped one."""
    overlap = np.sqrt(features[:, OVERLAP_A] * features[:, OVERLAP_B])
    return {
        "relaxed_similarity": features[:, SIMILARITY_FEATURE],
        "pairing_ratio": features[:, WEIGHT_FEATURE] / (overlap + SCORE.shrinkage),
        "minutiae": np.array([minutiae_score(row, SCORE) for row in features]),
        "minutiae_and_ridges": np.array([fused_score(row, SCORE) for row in features]),
    }


def scores_without(left_out: int, features: Sequence[Floats], genuine: Sequence[Mask]) -> Floats:
    """Return one database's scores by weights that were fitted on the others alone."""
    others = [k for k in range(len(features)) if k != left_out]
    truth = np.concatenate([genuine[k] for k in others])
    minutiae = _fit(np.concatenate([_of_minutiae(features[k]) for k in others]), truth)

    def both(rows: Floats) -> Floats:
        agreement = rows[:, RIDGE_AGREEMENT]
        spread = agreement * np.sqrt(rows[:, RIDGE_AREA])
        return np.column_stack([_apply(minutiae, _of_minutiae(rows)), agreement, spread])

    seen = [features[k][features[k][:, RIDGE_AREA] > 0] for k in others]
    truth_seen = [genuine[k][features[k][:, RIDGE_AREA] > 0] for k in others]
    ridges = _fit(np.concatenate([both(rows) for rows in seen]), np.concatenate(truth_seen))
    mine = both(features[left_out])
    scores: Floats = (mine[:, 0] + _apply(ridges, mine)) / 2
    return scores


def cpu_ms(ready: Sequence[Prepared | None], genuine: Mask) -> dict[str, float]:
    """Return the processor time of one comparison of mates and of one of strangers."""
    pairs = list(combinations(ready, 2))
    found = {}
    for name, chosen in (("mates", genuine), ("strangers", ~genuine)):
        whole = [(a, b) for (a, b), take in zip(pairs, chosen, strict=True) if take and a and b]
        start = time.process_time()
        for a, b in whole:
            score_prepared(a, b)
        found[name] = 1e3 * (time.process_time() - start) / max(len(whole), 1)
    return found


def _of_minutiae(features: Floats) -> Floats:
    overlap = np.sqrt(features[:, OVERLAP_A] * features[:, OVERLAP_B])
    parts = (
        np.maximum(features[:, SIMILARITY_FEATURE], 0),
        features[:, WEIGHT_FEATURE] / (overlap + SCORE.shrinkage),
        features[:, WEIGHT_FEATURE],
    )
    roots: Floats = np.sqrt(np.column_stack(parts))
    return roots


def _fit(rows: Floats, truth: Mask) -> Floats:
    """Weights and offset of a logistic regression in which mates and strangers weigh alike."""
    # only a fit needs scikit-learn, which takes longer to import than everything else here
    from sklearn.linear_model import LogisticRegression

    scale = rows.std(0) + 1e-9
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=5000).fit(rows / scale, truth)
    return np.concatenate([model.coef_[0] / scale, model.intercept_])


def _apply(weights: Floats, rows: Floats) -> Floats:
    result: Floats = rows @ weights[:-1] + weights[-1]
    return result
