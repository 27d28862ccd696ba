"""Pairs minutiae that lie on each other after alignment, and refines the alignment from what was paired."""

import math

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.alignment import COSINE, FROM_X, FROM_Y, SINE, TO_X, TO_Y, bent, fit_rigid, moved
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.parameters import AlignmentParameters
from matcher.fingerprint.prepared import Prepared
from matcher.fingerprint.similarity import wrapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def pairs_in_box(
    place: Floats, b: Prepared, similarity: Floats, fineness: float, limits: AlignmentParameters
) -> tuple[Integers, Integers, Floats]:
    """One-to-one pairs inside the tolerance box, heaviest first; ``fineness`` 0 is coarse, 1 is fine."""
    reach = limits.coarse_px + fineness * (limits.fine_px - limits.coarse_px)
    turn = limits.coarse_rad + fineness * (limits.fine_rad - limits.coarse_rad)
    sigma = limits.coarse_sigma_px + fineness * (limits.fine_sigma_px - limits.coarse_sigma_px)
    sigma_turn = limits.coarse_sigma_rad + fineness * (limits.fine_sigma_rad - limits.coarse_sigma_rad)
    rows, columns = similarity.shape
    code = np.empty(rows * columns, np.int64)
    weight = np.empty(rows * columns)
    found = 0
    for i in range(rows):
        for j in range(columns):
            gap_x = place[0, i] - b.x[j]
            if abs(gap_x) > reach:
                continue
            gap_y = place[1, i] - b.y[j]
            square = gap_x * gap_x + gap_y * gap_y
            if square > reach * reach:
                continue
            turned = abs(wrapped(place[2, i] - b.angle[j]))
            if turned > turn:
                continue
            near = math.exp(-square / (2 * sigma * sigma) - turned * turned / (2 * sigma_turn * sigma_turn))
            code[found] = i * columns + j
            weight[found] = near * (limits.plain_share + (1.0 - limits.plain_share) * similarity[i, j])
            found += 1
    pairs: tuple[Integers, Integers, Floats] = _one_to_one(code[:found], weight[:found], rows, columns)
    return pairs


@kernel
def _one_to_one(code: Integers, weight: Floats, rows: int, columns: int) -> tuple[Integers, Integers, Floats]:
    used_row = np.zeros(rows, np.bool_)
    used_column = np.zeros(columns, np.bool_)
    size = min(rows, columns)
    first = np.empty(size, np.int64)
    second = np.empty(size, np.int64)
    kept = np.empty(size)
    count = 0
    for k in np.argsort(-weight):
        i = code[k] // columns
        j = code[k] % columns
        if used_row[i] or used_column[j]:
            continue
        used_row[i] = True
        used_column[j] = True
        first[count] = i
        second[count] = j
        kept[count] = weight[k]
        count += 1
    return first[:count], second[:count], kept[:count]


@kernel
def total_weight(a: Prepared, b: Prepared, first: Integers, second: Integers, weight: Floats) -> float:
    """The pairs' weight, each by its minutiae's quality."""
    total = 0.0
    for k in range(len(first)):
        total += weight[k] * math.sqrt(a.quality[first[k]] * b.quality[second[k]])
    return total


@kernel
def hypotheses(
    a: Prepared,
    b: Prepared,
    similarity: Floats,
    first: Integers,
    second: Integers,
    strength: Floats,
    compatible: Floats,
    limits: AlignmentParameters,
) -> tuple[Floats, Floats]:
    """Distinct motions proposed by the strongest pairs, and their coarse weight, heaviest first."""
    motions = np.zeros((limits.seeds, 6))
    weights = np.zeros(limits.seeds)
    count = 0
    order = np.argsort(-strength)
    support = np.empty(len(first))
    for s in range(min(limits.seeds, len(order))):
        seed = order[s]
        for k in range(len(first)):
            support[k] = compatible[seed, k] * similarity[first[k], second[k]]
        support[seed] = similarity[first[seed], second[seed]]
        motion = fit_rigid(a, b, first, second, support, limits.lever_px)
        if _known(motion, motions[:count], limits):
            continue
        left, right, weight = pairs_in_box(moved(a, motion), b, similarity, 0.0, limits)
        motions[count] = motion
        weights[count] = total_weight(a, b, left, right, weight)
        count += 1
    best = np.argsort(-weights[:count])
    return motions[:count][best], weights[:count][best]


@kernel
def _known(motion: Floats, motions: Floats, limits: AlignmentParameters) -> bool:
    """Whether a motion puts its own centre where an earlier one would, turned by nearly as much."""
    for other in motions:
        turn = math.atan2(motion[SINE], motion[COSINE]) - math.atan2(other[SINE], other[COSINE])
        if abs(wrapped(turn)) > limits.same_turn_rad:
            continue
        x = motion[FROM_X] - other[FROM_X]
        y = motion[FROM_Y] - other[FROM_Y]
        shift_x = other[COSINE] * x - other[SINE] * y + other[TO_X] - motion[TO_X]
        shift_y = other[SINE] * x + other[COSINE] * y + other[TO_Y] - motion[TO_Y]
        if shift_x * shift_x + shift_y * shift_y < limits.same_shift_px * limits.same_shift_px:
            return True
    return False


@kernel
def refined(
    a: Prepared, b: Prepared, similarity: Floats, motion: Floats, limits: AlignmentParameters
) -> tuple[Floats, Floats, Integers, Integers, Floats]:
    """Pair, re-align rigidly, bend, and pair again in an ever smaller box.

    Returns:
        The motion, the bent places, and the pairs with their weights.
    """
    place = moved(a, motion)
    first, second, weight = pairs_in_box(place, b, similarity, 0.0, limits)
    for k in range(limits.rounds):
        if len(first) < 2:
            break
        motion = fit_rigid(a, b, first, second, weight, limits.lever_px)
        place = bent(moved(a, motion), b, first, second, weight, limits)
        first, second, weight = pairs_in_box(place, b, similarity, (k + 1.0) / limits.rounds, limits)
    return motion, place, first, second, weight
