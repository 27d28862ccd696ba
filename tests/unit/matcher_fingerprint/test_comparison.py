"""1:1 comparison: mates score high, others low, either way round, and the reasons can be drawn."""

import math

import numpy as np
import pytest

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.comparison import compare, score_many, score_prepared
from matcher.fingerprint.prepared import prepare
from tests.unit.matcher_fingerprint.conftest import Impression


def test_mates_score_above_all_others(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    first = [finger.to_bytes() for finger in fingers[:12]]
    second = [impression(finger, k).to_bytes() for k, finger in enumerate(fingers[:12])]
    mates = [compare(a, b).score for a, b in zip(first, second, strict=True)]
    others = [compare(a, b).score for i, a in enumerate(first) for j, b in enumerate(second) if i != j]
    assert min(mates) > max(others) + 3


def test_order_does_not_matter(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    a, b = fingers[0].to_bytes(), impression(fingers[0], 5).to_bytes()
    forth, back = compare(a, b), compare(b, a)
    assert forth.score == back.score
    assert [(j, i) for i, j in back.pairs] == forth.pairs
    assert forth.overlap == back.overlap[::-1]


def test_the_alignment_lays_paired_minutiae_on_each_other(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    one, two = fingers[3], impression(fingers[3], 8)
    for a, b in ((one, two), (two, one)):
        found = compare(a.to_bytes(), b.to_bytes())
        assert len(found.pairs) > 0.6 * min(len(a.minutiae), len(b.minutiae))
        i, j = np.array(found.pairs).T
        turn = -found.alignment.rotation_rad
        x = math.cos(turn) * a.minutiae.x[i] - math.sin(turn) * a.minutiae.y[i] + found.alignment.shift_x
        y = math.sin(turn) * a.minutiae.x[i] + math.cos(turn) * a.minutiae.y[i] + found.alignment.shift_y
        assert np.median(np.hypot(x - b.minutiae.x[j], y - b.minutiae.y[j])) < 4


def test_the_pairs_are_the_true_ones(fingers: list[FingerprintTemplate]) -> None:
    payload = fingers[7].to_bytes()
    pairs = compare(payload, payload).pairs
    assert len(pairs) == len(fingers[7].minutiae)
    assert all(i == j for i, j in pairs)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_prints_of_few_minutiae_do_not_match(fingers: list[FingerprintTemplate], count: int) -> None:
    some = fingers[0].minutiae.take(np.arange(count))
    few = FingerprintTemplate.from_minutiae(100, 100, some).to_bytes()
    assert compare(few, fingers[0].to_bytes()).score < 0
    assert compare(few, few).score < 0


def test_coinciding_minutiae_do_no_harm() -> None:
    same = np.full(30, 50, np.float32)
    share = np.full(30, 0.5, np.float32)
    heap = FingerprintTemplate.from_minutiae(
        100, 100, Minutiae(same, same, same * 0, share, share)
    ).to_bytes()
    assert math.isfinite(compare(heap, heap).score)


def test_damaged_templates_are_refused(fingers: list[FingerprintTemplate]) -> None:
    with pytest.raises(TemplateUnreadable):
        compare(fingers[0].to_bytes(), b"not a template")


def test_many_at_once_score_as_one_by_one(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    probe = prepare(impression(fingers[2], 3).to_bytes())
    payloads = [finger.to_bytes() for finger in fingers[:9]]
    assert score_many(probe, payloads).tolist() == [score_prepared(probe, prepare(p)) for p in payloads]
    assert len(score_many(probe, [])) == 0
    with pytest.raises(TemplateUnreadable):
        score_many(probe, [*payloads, payloads[0][:-1]])
