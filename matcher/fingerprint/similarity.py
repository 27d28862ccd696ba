"""How alike the surroundings of two minutiae are, which pair up, and how far the pairs support each other."""

import math

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.bits import bit_count
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.parameters import RelaxationParameters, SimilarityParameters
from matcher.fingerprint.prepared import Prepared

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]
TAU = 2 * math.pi
LANE_BITS = np.uint64(16)
TWO_LANES, THREE_LANES = np.uint64(32), np.uint64(48)
LANE = np.uint64(0xFFFF)


@kernel
def wrapped(angle: float) -> float:
    """The angle from -pi to pi."""
    return angle - TAU * math.floor((angle + math.pi) / TAU)


@kernel
def similarities(a: Prepared, b: Prepared, limits: SimilarityParameters) -> Floats:
    """Similarity of each cylinder of ``a`` with each of ``b``: 1 - |a ^ b| / (|a| + |b|) in root norms."""
    rows, columns = len(a.x), len(b.x)
    result = np.zeros((rows, columns))
    needed = limits.shared_bits * limits.bits
    counted = np.empty(columns, np.uint64)
    for i in range(rows):
        if not a.valid[i]:
            continue
        _count_row(a, b, i, counted)
        for j in range(columns):
            if not b.valid[j] or abs(wrapped(a.angle[i] - b.angle[j])) > limits.largest_turn_rad:
                continue
            shared = counted[j] & LANE
            left = float((counted[j] >> LANE_BITS) & LANE)
            right = float((counted[j] >> TWO_LANES) & LANE)
            if shared >= needed and left + right > 0:
                differing = left + right - 2.0 * float(counted[j] >> THREE_LANES)
                result[i, j] = 1.0 - math.sqrt(differing) / (math.sqrt(left) + math.sqrt(right))
    return result


@kernel
def _count_row(a: Prepared, b: Prepared, row: int, counted: Words) -> None:
    """Count one cylinder's bits beside all of ``b``, word by word: shared, left, right and common ones.

    The four counts lie side by side in one word, so that the compiler can use wide registers.
    """
    counted[:] = 0
    for w in range(a.bits.shape[0]):
        bits = a.bits[w, row]
        cells = a.cells[w, row]
        for j in range(b.bits.shape[1]):
            both = cells & b.cells[w, j]
            left = bits & both
            right = b.bits[w, j] & both
            counted[j] += (
                bit_count(both)
                | (bit_count(left) << LANE_BITS)
                | (bit_count(right) << TWO_LANES)
                | (bit_count(left & right) << THREE_LANES)
            )


@kernel
def greedy_pairs(similarity: Floats, most: int) -> tuple[Integers, Integers]:
    """One-to-one pairs, the most similar first, until no similarity is left or there are ``most``."""
    rows, columns = similarity.shape
    size = min(rows, columns, most)
    first = np.empty(size, np.int64)
    second = np.empty(size, np.int64)
    taken = np.zeros(columns, np.bool_)
    best = np.empty(rows, np.int64)
    value = np.empty(rows)
    for i in range(rows):
        best[i], value[i] = _best_free(similarity, i, taken)
    count = 0
    while count < size:
        i = int(np.argmax(value))
        if value[i] <= 0.0:
            break
        if taken[best[i]]:
            best[i], value[i] = _best_free(similarity, i, taken)
            continue
        first[count] = i
        second[count] = best[i]
        taken[best[i]] = True
        value[i] = -1.0
        count += 1
    return first[:count], second[:count]


@kernel
def _best_free(similarity: Floats, row: int, taken: NDArray[np.bool_]) -> tuple[int, float]:
    best = 0
    value = 0.0
    for j in range(similarity.shape[1]):
        if not taken[j] and similarity[row, j] > value:
            value = similarity[row, j]
            best = j
    return best, value


@kernel
def compatibilities(
    a: Prepared, b: Prepared, first: Integers, second: Integers, limits: RelaxationParameters
) -> Floats:
    """How well pairs k and m agree on distance, direction difference and radial angle, 0 to 1."""
    count = len(first)
    result = np.zeros((count, count))
    cut = limits.negligible
    for k in range(count):
        for m in range(k + 1, count):
            ax = a.x[first[m]] - a.x[first[k]]
            ay = a.y[first[m]] - a.y[first[k]]
            bx = b.x[second[m]] - b.x[second[k]]
            by = b.y[second[m]] - b.y[second[k]]
            apart = abs(math.sqrt(ax * ax + ay * ay) - math.sqrt(bx * bx + by * by))
            by_distance = limits.distance_tau * (apart - limits.distance_mu_px)
            if by_distance < -cut:
                continue
            turn_k = a.angle[first[k]] - b.angle[second[k]]
            turn_m = a.angle[first[m]] - b.angle[second[m]]
            by_turn = limits.angle_tau * (abs(wrapped(turn_k - turn_m)) - limits.angle_mu_rad)
            if by_turn < -cut:
                continue
            common = 1.0 / ((1.0 + math.exp(-by_distance)) * (1.0 + math.exp(-by_turn)))
            line = math.atan2(ay, ax) - math.atan2(by, bx)
            forth = limits.angle_tau * (abs(wrapped(turn_k - line)) - limits.angle_mu_rad)
            back = limits.angle_tau * (abs(wrapped(turn_m - line)) - limits.angle_mu_rad)
            result[k, m] = common / (1.0 + math.exp(-forth))
            result[m, k] = common / (1.0 + math.exp(-back))
    return result


@kernel
def relaxed(similarity: Floats, compatible: Floats, limits: RelaxationParameters) -> Floats:
    """Pair similarities after some rounds in which each takes on those of its compatible companions."""
    count = len(similarity)
    value = similarity.copy()
    for _ in range(limits.rounds):
        support = np.zeros(count)
        for k in range(count):
            for m in range(count):
                support[k] += compatible[k, m] * value[m]
        value = limits.keep * value + (1.0 - limits.keep) * support / max(count - 1, 1)
    return value


@kernel
def consolidated(
    before: Floats, after: Floats, cylinders_a: int, cylinders_b: int, limits: RelaxationParameters
) -> float:
    """LGS-R: mean relaxed similarity of the pairs that relaxation weakened least."""
    fewer = min(cylinders_a, cylinders_b)
    span = limits.most_pairs - limits.fewest_pairs
    share = 1.0 / (1.0 + math.exp(-limits.count_tau * (fewer - limits.count_mu)))
    wanted = limits.fewest_pairs + int(np.rint(span * share))
    order = np.argsort(-(after / before))
    total = 0.0
    for k in range(min(wanted, len(order))):
        total += after[order[k]]
    return total / wanted
