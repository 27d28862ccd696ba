"""First stage of a search: cylinders against the probe's, summed where one rigid motion explains them."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.fingerprint.bits import bit_count
from matcher.fingerprint.parameters import ScanParameters
from matcher.fingerprint.similarity import TAU, wrapped

Words = NDArray[np.uint64]
Floats = NDArray[np.float32]


@njit(cache=True, nogil=True)
def count_bits(bits: Words) -> Floats:
    """Bits set in each column of ``(4, n)`` words."""
    result = np.zeros(bits.shape[1], np.float32)
    for w in range(bits.shape[0]):
        for j in range(bits.shape[1]):
            result[j] += np.float32(np.int64(bit_count(bits[w, j])))
    return result


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def scan(
    probe_bits: Words,
    probe_counts: Floats,
    probe_place: Floats,
    bits: Words,
    counts: Floats,
    place: Floats,
    starts: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    scores: Floats,
    limits: ScanParameters,
) -> None:
    """Write the score of every wanted finger; finger f owns columns ``starts[f]`` to ``starts[f + 1]``."""
    size = probe_bits.shape[1]
    bonus = np.empty(size, np.float32)
    partner = np.empty(size, np.int64)
    distance = np.empty(np.max(np.diff(starts)) if len(starts) > 1 else 0, np.float32)
    limit = np.float32(limits.bonus_from)
    largest_turn = np.float32(limits.largest_turn_rad)
    full_turn = np.float32(TAU)
    for f in range(len(starts) - 1):
        begin = starts[f]
        count = starts[f + 1] - begin
        scores[f] = np.float32(0.0)
        if not wanted[f] or count == 0:
            continue
        w0 = bits[0, begin : begin + count]
        w1 = bits[1, begin : begin + count]
        w2 = bits[2, begin : begin + count]
        w3 = bits[3, begin : begin + count]
        set_bits = counts[begin : begin + count]
        direction = place[2, begin : begin + count]
        for i in range(size):
            p0 = probe_bits[0, i]
            p1 = probe_bits[1, i]
            p2 = probe_bits[2, i]
            p3 = probe_bits[3, i]
            own = probe_counts[i] + np.float32(0.5)
            angle = probe_place[2, i]
            for j in range(count):
                differing = bit_count(p0 ^ w0[j]) + bit_count(p1 ^ w1[j])
                differing += bit_count(p2 ^ w2[j]) + bit_count(p3 ^ w3[j])
                turn = abs(angle - direction[j])
                turn = min(turn, full_turn - turn)
                too_far = np.float32(10.0) if turn > largest_turn else np.float32(0.0)
                distance[j] = np.float32(np.int32(differing)) / (own + set_bits[j]) + too_far
            least = np.float32(1e9)
            for j in range(count):
                least = min(least, distance[j])
            bonus[i] = np.float32(0.0)
            partner[i] = begin
            if least < limit:
                j = 0
                while distance[j] != least:
                    j += 1
                bonus[i] = limit - least
                partner[i] = begin + j
        scores[f] = _best_consistent_sum(probe_place, place, bonus, partner, limits)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _best_consistent_sum(
    probe_place: Floats,
    place: Floats,
    bonus: Floats,
    partner: NDArray[np.int64],
    limits: ScanParameters,
) -> np.float32:
    """The largest sum of bonuses that lie where the rigid motion of one of the best pairs puts them."""
    size = len(bonus)
    used = np.zeros(size, np.bool_)
    best = np.float32(0.0)
    for _ in range(min(limits.seeds, size)):
        seed = -1
        most = np.float32(0.0)
        for i in range(size):
            if not used[i] and bonus[i] > most:
                most = bonus[i]
                seed = i
        if seed < 0:
            break
        used[seed] = True
        origin = partner[seed]
        turn = place[2, origin] - probe_place[2, seed]
        cosine = math.cos(turn)
        sine = math.sin(turn)
        total = np.float32(0.0)
        for i in range(size):
            if bonus[i] <= 0:
                continue
            u = probe_place[0, i] - probe_place[0, seed]
            v = probe_place[1, i] - probe_place[1, seed]
            k = partner[i]
            gap_x = cosine * u - sine * v - (place[0, k] - place[0, origin])
            gap_y = sine * u + cosine * v - (place[1, k] - place[1, origin])
            reach = limits.tolerance_px + limits.tolerance_per_px * math.sqrt(u * u + v * v)
            if gap_x * gap_x + gap_y * gap_y > reach * reach:
                continue
            if abs(wrapped(place[2, k] - probe_place[2, i] - turn)) > limits.tolerance_rad:
                continue
            total += bonus[i]
        best = max(best, total)
    return best
