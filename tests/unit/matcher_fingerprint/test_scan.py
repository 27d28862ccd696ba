"""First stage: what the vector registers compute is what the formula says."""

import numpy as np
import pytest
from numpy.typing import NDArray

from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.parameters import SCAN
from matcher.fingerprint.scan import DISTANCE_STEPS, LANES, PARTNER_BITS, in_lanes, nearest
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.sketch import Sketch, sketch_of
from tests.unit.matcher_fingerprint.conftest import Impression

TAU = 2 * np.pi


def distances(probe: Sketch, other: Sketch) -> NDArray[np.float64]:
    """Each probe cylinder's distance to each of the other's, by the formula."""
    differing = np.bitwise_count(probe.bits[:, None] ^ other.bits[None]).sum(2)
    turn = np.abs(probe.place[:, None, 2] - other.place[None, :, 2])
    put_off = np.where(np.minimum(turn, TAU - turn) > SCAN.largest_turn_rad, 8.0, 0.0)
    counts = probe.counts[:, None] + other.counts[None]
    return np.asarray((differing + SCAN.common_bits) / (counts + SCAN.common_bits) + put_off, np.float64)


def test_the_nearest_cylinder_and_its_distance_are_found(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    probe, other = sketch_of(impression(fingers[4], 1).to_bytes()), sketch_of(fingers[4].to_bytes())
    expected = distances(probe, other)
    lanes = in_lanes(probe)
    for block in range(len(lanes.words)):
        codes = np.empty(LANES, np.int32)
        nearest(
            lanes.words[block],
            lanes.counts[block],
            lanes.direction[block],
            other.bits,
            other.counts,
            other.place,
            0,
            len(other.bits),
            SCAN,
            codes,
        )
        own = expected[block * LANES : (block + 1) * LANES]
        found = codes[: len(own)]
        assert (found >> PARTNER_BITS) / DISTANCE_STEPS == pytest.approx(own.min(1), abs=1e-4)
        chosen = own[np.arange(len(own)), found & (2**PARTNER_BITS - 1)]
        assert chosen == pytest.approx(own.min(1), abs=1e-4)


def test_the_quick_score_is_the_sum_of_cubed_bonuses(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    segment = Segment(fingers=len(fingers))
    segment.add([finger.to_bytes() for finger in fingers], [0] * len(fingers))
    probe = sketch_of(impression(fingers[9], 2).to_bytes())
    scores = segment.scan(in_lanes(probe), np.ones(len(fingers), np.bool_), closely=False)
    for finger, score in zip(fingers, scores, strict=True):
        stored = sketch_of(finger.to_bytes())
        best = distances(probe, stored)[:LANES, : SCAN.quick_cylinders].min(1)
        expected = (np.maximum(0, SCAN.bonus_from - best) ** 3).sum()
        assert score == pytest.approx(expected, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("closely", [False, True])
def test_cylinders_without_neighbours_agree_with_nothing(closely: bool) -> None:
    empty = Sketch(np.zeros((20, 4), np.uint64), np.zeros(20, np.float32), np.zeros((20, 3), np.float32))
    segment = Segment(fingers=1)
    segment._bits[:20], segment._counts[:20], segment._place[:20] = empty
    segment._starts[1] = 20
    segment._payloads.append(b"x")
    assert segment.scan(in_lanes(empty), np.ones(1, np.bool_), closely=closely)[0] == 0.0


def test_only_wanted_fingers_are_scored(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    segment = Segment(fingers=8)
    segment.add([finger.to_bytes() for finger in fingers[:8]], [0] * 8)
    wanted = np.arange(8) == 5
    for closely in (False, True):
        scores = segment.scan(
            in_lanes(sketch_of(impression(fingers[5], 3).to_bytes())), wanted, closely=closely
        )
        assert scores[5] > 0
        assert not scores[~wanted].any()
