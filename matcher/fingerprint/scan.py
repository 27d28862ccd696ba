"""First stage of a search: a quick look at every finger, then a closer one at those that stand out."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.bits import bit_count
from matcher.fingerprint.compiled import fast_kernel
from matcher.fingerprint.parameters import ScanParameters
from matcher.fingerprint.similarity import TAU, wrapped
from matcher.fingerprint.sketch import WORDS, Sketch

Words = NDArray[np.uint64]
Floats = NDArray[np.float32]
Codes = NDArray[np.int32]
Integers = NDArray[np.int64]

LANES = 16
"""Probe cylinders compared side by side; constant, so that the compiler fills vector registers with them."""

DISTANCE_STEPS = 65536.0
"""Distances are searched as integers with the partner's number in the low bits: one minimum gives both."""
PARTNER_BITS = 6


class Lanes(NamedTuple):
    """A probe's cylinders in blocks of ``LANES``, the last filled up with cylinders that earn nothing.

    Attributes:
        words: ``(blocks, 4, LANES)``.
        counts, direction: ``(blocks, LANES)``.
        place: ``(n, 3)``, without the filling.
    """

    words: Words
    counts: Floats
    direction: Floats
    place: Floats


def in_lanes(sketch: Sketch) -> Lanes:
    """Lay a probe's cylinders out for scanning, best first."""
    size = len(sketch.bits)
    blocks = max(-(-size // LANES), 1)
    words = np.zeros((blocks * LANES, WORDS), np.uint64)
    counts, direction = np.zeros(blocks * LANES, np.float32), np.zeros(blocks * LANES, np.float32)
    words[:size], counts[:size], direction[:size] = sketch.bits, sketch.counts, sketch.place[:, 2]
    by_lane = np.ascontiguousarray(words.reshape(blocks, LANES, WORDS).transpose(0, 2, 1))
    return Lanes(by_lane, counts.reshape(blocks, LANES), direction.reshape(blocks, LANES), sketch.place)


@fast_kernel
def nearest(
    own: Words, own_counts: Floats, own_direction: Floats,
    bits: Words, counts: Floats, place: Floats, begin: int, end: int,
    limits: ScanParameters, codes: Codes,
) -> None:  # fmt: skip
    """Write for each lane the code of the nearest gallery cylinder: distance above, its number below.

    The distance is that of Hamming over the bits set in both; cylinders turned too far are put off.
    """
    first, second, third, fourth = own[0], own[1], own[2], own[3]
    largest_turn = np.float32(limits.largest_turn_rad)
    common = np.float32(limits.common_bits)
    for i in range(LANES):
        codes[i] = np.int32(2**30)
    for j in range(begin, end):
        word_0, word_1, word_2, word_3 = bits[j, 0], bits[j, 1], bits[j, 2], bits[j, 3]
        set_bits = counts[j] + common
        direction = place[j, 2]
        number = np.int32(j - begin)
        for i in range(LANES):
            differing = bit_count(first[i] ^ word_0) + bit_count(second[i] ^ word_1)
            differing += bit_count(third[i] ^ word_2) + bit_count(fourth[i] ^ word_3)
            turn = abs(own_direction[i] - direction)
            turn = min(turn, np.float32(TAU) - turn)
            put_off = np.float32(8.0) if turn > largest_turn else np.float32(0.0)
            distance = (np.float32(np.int32(differing)) + common) / (own_counts[i] + set_bits) + put_off
            code = (np.int32(distance * np.float32(DISTANCE_STEPS)) << np.int32(PARTNER_BITS)) | number
            codes[i] = min(codes[i], code)


@fast_kernel
def quick_scan(
    probe: Lanes, bits: Words, counts: Floats, place: Floats, starts: Integers,
    wanted: NDArray[np.bool_], scores: Floats, limits: ScanParameters,
) -> None:  # fmt: skip
    """Write for each wanted finger the summed cubes of the best cylinders' bonuses, wherever they lie.

    Finger f owns rows ``starts[f]`` to ``starts[f + 1]``, best minutia first; only the best are used.
    """
    codes = np.empty(LANES, np.int32)
    words, own_counts, direction = probe.words[0], probe.counts[0], probe.direction[0]
    for f in range(len(starts) - 1):
        scores[f] = np.float32(0.0)
        if not wanted[f]:
            continue
        end = min(starts[f + 1], starts[f] + limits.quick_cylinders)
        nearest(words, own_counts, direction, bits, counts, place, starts[f], end, limits, codes)
        total = np.float32(0.0)
        for i in range(LANES):
            distance = np.float32(codes[i] >> np.int32(PARTNER_BITS)) / np.float32(DISTANCE_STEPS)
            bonus = max(np.float32(0.0), np.float32(limits.bonus_from) - distance)
            total += bonus * bonus * bonus
        scores[f] = total


@fast_kernel
def close_scan(
    probe: Lanes, bits: Words, counts: Floats, place: Floats, starts: Integers,
    wanted: NDArray[np.bool_], scores: Floats, limits: ScanParameters,
) -> None:  # fmt: skip
    """Write for each wanted finger the largest sum of bonuses that one rigid motion explains."""
    size = len(probe.place)
    codes = np.empty(LANES, np.int32)
    bonus = np.empty(size, np.float32)
    partner = np.empty(size, np.int64)
    low_bits = np.int32(2**PARTNER_BITS - 1)
    for f in range(len(starts) - 1):
        scores[f] = np.float32(0.0)
        if not wanted[f] or starts[f + 1] == starts[f]:
            continue
        for block in range(len(probe.words)):
            nearest(
                probe.words[block], probe.counts[block], probe.direction[block],
                bits, counts, place, starts[f], starts[f + 1], limits, codes,
            )  # fmt: skip
            for i in range(block * LANES, min(size, (block + 1) * LANES)):
                code = codes[i - block * LANES]
                distance = np.float32(code >> np.int32(PARTNER_BITS)) / np.float32(DISTANCE_STEPS)
                bonus[i] = max(np.float32(0.0), np.float32(limits.bonus_from) - distance)
                partner[i] = starts[f] + (code & low_bits)
        scores[f] = _best_consistent_sum(probe.place, place, bonus, partner, limits)


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
        turn = place[origin, 2] - probe_place[seed, 2]
        cosine = math.cos(turn)
        sine = math.sin(turn)
        total = np.float32(0.0)
        for i in range(size):
            if bonus[i] <= 0:
                continue
            u = probe_place[i, 0] - probe_place[seed, 0]
            v = probe_place[i, 1] - probe_place[seed, 1]
            k = partner[i]
            gap_x = cosine * u - sine * v - (place[k, 0] - place[origin, 0])
            gap_y = sine * u + cosine * v - (place[k, 1] - place[origin, 1])
            reach = limits.tolerance_px + limits.tolerance_per_px * math.sqrt(u * u + v * v)
            if gap_x * gap_x + gap_y * gap_y > reach * reach:
                continue
            if abs(wrapped(place[k, 2] - probe_place[i, 2] - turn)) > limits.tolerance_rad:
                continue
            total += bonus[i]
        best = max(best, total)
    return best
