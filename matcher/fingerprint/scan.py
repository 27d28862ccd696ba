"""First stage of a search: a quick look at every finger, then a closer one at those that stand out."""

import math

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.bits import bit_count
from matcher.fingerprint.compiled import fast_kernel, kernel
from matcher.fingerprint.parameters import ScanParameters
from matcher.fingerprint.similarity import TAU, wrapped

Words = NDArray[np.uint64]
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

DISTANCE_STEPS = 65536.0
"""Distances are searched as integers with the partner's number in the low bits: one minimum gives both."""
PARTNER_BITS = 6


@kernel
def count_bits(bits: Words) -> Floats:
    """Bits set in each column of ``(4, n)`` words."""
    result = np.zeros(bits.shape[1], np.float32)
    for w in range(bits.shape[0]):
        for j in range(bits.shape[1]):
            result[j] += np.float32(np.int64(bit_count(bits[w, j])))
    return result


@fast_kernel
def nearest(
    own: Words, own_count: np.float32, angle: np.float32, bits: Words, counts: Floats, place: Floats,
    begin: int, count: int, largest_turn: np.float32,
) -> np.int32:  # fmt: skip
    """Code of the gallery cylinder nearest to one of the probe: distance in the high bits, number in the low.

    The distance is that of Hamming over the bits set in both; cylinders turned too far are put off.
    """
    first = bits[0, begin : begin + count]
    second = bits[1, begin : begin + count]
    third = bits[2, begin : begin + count]
    fourth = bits[3, begin : begin + count]
    set_bits = counts[begin : begin + count]
    direction = place[2, begin : begin + count]
    least = np.int32(2**30)
    for j in range(count):
        differing = bit_count(own[0] ^ first[j]) + bit_count(own[1] ^ second[j])
        differing += bit_count(own[2] ^ third[j]) + bit_count(own[3] ^ fourth[j])
        turn = abs(angle - direction[j])
        turn = min(turn, np.float32(TAU) - turn)
        put_off = np.float32(8.0) if turn > largest_turn else np.float32(0.0)
        distance = np.float32(np.int32(differing)) / (own_count + np.float32(0.5) + set_bits[j]) + put_off
        code = (np.int32(distance * np.float32(DISTANCE_STEPS)) << np.int32(PARTNER_BITS)) | np.int32(j)
        least = min(least, code)
    return least


@fast_kernel
def quick_scan(
    probe_bits: Words, probe_counts: Floats, probe_place: Floats,
    bits: Words, counts: Floats, place: Floats, starts: Integers,
    wanted: NDArray[np.bool_], scores: Floats, limits: ScanParameters,
) -> None:  # fmt: skip
    """Write for each wanted finger the summed cubes of the best cylinders' bonuses, wherever they lie.

    Finger f owns columns ``starts[f]`` to ``starts[f + 1]``, best minutia first; only the best are used.
    """
    size = min(probe_bits.shape[1], limits.quick_cylinders)
    words = np.ascontiguousarray(probe_bits.T)
    turn = np.float32(limits.largest_turn_rad)
    for f in range(len(starts) - 1):
        scores[f] = np.float32(0.0)
        count = min(starts[f + 1] - starts[f], limits.quick_cylinders)
        if not wanted[f] or count == 0:
            continue
        total = np.float32(0.0)
        for i in range(size):
            code = nearest(
                words[i], probe_counts[i], probe_place[2, i], bits, counts, place, starts[f], count, turn
            )
            distance = np.float32(code >> np.int32(PARTNER_BITS)) / np.float32(DISTANCE_STEPS)
            bonus = max(np.float32(0.0), np.float32(limits.bonus_from) - distance)
            total += bonus * bonus * bonus
        scores[f] = total


@fast_kernel
def close_scan(
    probe_bits: Words, probe_counts: Floats, probe_place: Floats,
    bits: Words, counts: Floats, place: Floats, starts: Integers,
    wanted: NDArray[np.bool_], scores: Floats, limits: ScanParameters,
) -> None:  # fmt: skip
    """Write for each wanted finger the largest sum of bonuses that one rigid motion explains."""
    size = probe_bits.shape[1]
    words = np.ascontiguousarray(probe_bits.T)
    bonus = np.empty(size, np.float32)
    partner = np.empty(size, np.int64)
    turn = np.float32(limits.largest_turn_rad)
    low_bits = np.int32(2**PARTNER_BITS - 1)
    for f in range(len(starts) - 1):
        scores[f] = np.float32(0.0)
        count = starts[f + 1] - starts[f]
        if not wanted[f] or count == 0:
            continue
        for i in range(size):
            code = nearest(
                words[i], probe_counts[i], probe_place[2, i], bits, counts, place, starts[f], count, turn
            )
            distance = np.float32(code >> np.int32(PARTNER_BITS)) / np.float32(DISTANCE_STEPS)
            bonus[i] = max(np.float32(0.0), np.float32(limits.bonus_from) - distance)
            partner[i] = starts[f] + (code & low_bits)
        scores[f] = _best_consistent_sum(probe_place, place, bonus, partner, limits)


@fast_kernel
def _best_consistent_sum(
    probe_place: Floats, place: Floats, bonus: Floats, partner: Integers, limits: ScanParameters
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
