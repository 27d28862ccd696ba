"""A mark's search: few minutiae, turned by any angle, and still the right finger is first."""

import math
from dataclasses import replace

import numpy as np
import pytest

import matcher.fingerprint.index
from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from matcher.fingerprint.comparison import compare
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.parameters import SCAN
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.short_list import best_rows
from tests.unit.matcher_fingerprint.conftest import Impression

UNKNOWN = FingerPosition.UNKNOWN


def filled(fingers: list[FingerprintTemplate]) -> FingerprintIndex:
    index = FingerprintIndex(segment_fingers=16)
    index.add([finger.to_bytes() for finger in fingers], [UNKNOWN] * len(fingers))
    return index


def part_of(whole: FingerprintTemplate, turn: float, kept: int) -> FingerprintTemplate:
    """The minutiae nearest to one of them, turned about the middle of the image."""
    old = whole.minutiae
    near = np.argsort(np.hypot(old.x - old.x[0], old.y - old.y[0]))[:kept]
    part = old.take(np.sort(near))
    x, y = part.x - 400, part.y - 400
    cosine, sine = math.cos(turn), math.sin(turn)
    turned = replace(
        part,
        x=(400 + cosine * x + sine * y).astype(np.float32),
        y=(400 - sine * x + cosine * y).astype(np.float32),
        angle_rad=np.mod(part.angle_rad + turn, math.tau).astype(np.float32),
    )
    return FingerprintTemplate.from_minutiae(800, 800, turned)


@pytest.mark.parametrize("turn", [0.0, 1.5, math.pi, 4.4])
def test_a_third_of_a_print_is_found_at_any_angle(
    fingers: list[FingerprintTemplate], impression: Impression, turn: float
) -> None:
    index = filled(fingers)
    for mate in (3, 21, 47):
        mark = part_of(impression(fingers[mate], mate), turn, 14).to_bytes()
        rows, scores = index.search(mark, UNKNOWN, None, 5, thorough=True)
        assert rows[0] == mate
        assert scores[0] == index.score_rows(mark, UNKNOWN, rows[:1], thorough=True)[0]


def test_only_a_comparison_at_any_turn_sees_a_print_upside_down(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    finger = fingers[8]
    mark = part_of(impression(finger, 2), math.pi, 18).to_bytes()
    upright, any_turn = (compare(mark, finger.to_bytes(), any_turn=turn) for turn in (False, True))
    assert any_turn.score > upright.score + 5
    assert abs(math.cos(any_turn.alignment.rotation_rad) + 1) < 0.35


def test_a_thorough_search_sees_allowed_rows_only(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    index = filled(fingers)
    mark = part_of(impression(fingers[5], 1), 2.0, 14).to_bytes()
    index.wipe(5)
    allowed = np.zeros(60, np.bool_)
    allowed[[5, 9, 40]] = True
    assert sorted(index.search(mark, UNKNOWN, allowed, 200, thorough=True)[0]) == [9, 40]
    assert len(index.search(mark, UNKNOWN, None, 200, thorough=True)[0]) == 59


@pytest.mark.parametrize("thorough", [True, False])
def test_a_list_that_grows_compares_no_print_twice(
    fingers: list[FingerprintTemplate],
    impression: Impression,
    monkeypatch: pytest.MonkeyPatch,
    thorough: bool,
) -> None:
    index = FingerprintIndex(SCAN._replace(compared=4, compared_if_sparse=4, same_position=2), 16)
    index.add([finger.to_bytes() for finger in fingers], [FingerPosition.RIGHT_THUMB] * len(fingers))
    mark = part_of(impression(fingers[21], 21), 0.1, 24).to_bytes()
    counted: list[int] = []
    scans: list[int] = []
    score_many, scan = matcher.fingerprint.index.score_many, Segment.scan
    monkeypatch.setattr(
        "matcher.fingerprint.index.score_many",
        lambda probe, payloads, **named: (
            counted.append(len(payloads)) or score_many(probe, payloads, **named)
        ),
    )
    monkeypatch.setattr(Segment, "scan", lambda *given, **named: scans.append(1) or scan(*given, **named))
    listing = index.begin(mark, FingerPosition.RIGHT_THUMB, None, thorough=thorough)
    first, _ = listing(4)
    begun = len(scans)
    rows, scores = listing(40)
    assert rows[0] == first[0] == 21
    assert len(rows) == len(set(rows.tolist())) == 40
    assert np.all(np.diff(scores) <= 0)
    assert sum(counted) <= (60 if thorough else 42)
    assert len(scans) == begun == 4


def test_the_best_rows_are_taken_in_order_and_the_first_of_equals() -> None:
    assert best_rows(np.array([1.0, 3.0, 2.0, 2.0]), 2).tolist() == [1, 2]
    assert best_rows(np.array([1.0]), 0).tolist() == []
