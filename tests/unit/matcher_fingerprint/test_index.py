"""1:N search: the mate is first, filters and wiping hold, however the memory is laid out."""

import numpy as np
import pytest

from biometrics.fingerprint.template import FingerprintTemplate
from biometrics.template import FingerPosition
from matcher.fingerprint.comparison import compare
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.parameters import SCAN
from tests.unit.matcher_fingerprint.conftest import Impression

UNKNOWN = FingerPosition.UNKNOWN


def filled(fingers: list[FingerprintTemplate], **options: object) -> FingerprintIndex:
    index = FingerprintIndex(**options)  # type: ignore[arg-type]
    index.add([finger.to_bytes() for finger in fingers], [UNKNOWN] * len(fingers))
    return index


@pytest.mark.parametrize(
    "options",
    [{}, {"segment_fingers": 7}, {"limits": SCAN._replace(close_fewest=15, compared=10)}],
    ids=["one segment", "many segments", "quick scan first"],
)
def test_the_mate_is_first(
    fingers: list[FingerprintTemplate], impression: Impression, options: dict[str, object]
) -> None:
    index = filled(fingers, **options)
    for mate in (0, 6, 7, 33, 59):
        rows, scores = index.search(impression(fingers[mate], mate).to_bytes(), UNKNOWN, None, 5)
        assert rows[0] == mate
        assert len(rows) == 5
        assert (np.diff(scores) <= 0).all()


def test_scores_are_those_of_a_comparison(fingers: list[FingerprintTemplate], impression: Impression) -> None:
    index, probe = filled(fingers[:9]), impression(fingers[2], 1).to_bytes()
    rows, scores = index.search(probe, UNKNOWN, None, 9)
    for row, score in zip(rows, scores, strict=True):
        assert score == compare(probe, fingers[row].to_bytes()).score
    assert (index.score_rows(probe, UNKNOWN, rows) == scores).all()


def test_only_allowed_rows_are_found_and_all_of_them(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    index = filled(fingers, segment_fingers=16)
    allowed = np.zeros(60, np.bool_)
    allowed[[4, 20, 21, 50]] = True
    rows, _ = index.search(impression(fingers[8], 1).to_bytes(), UNKNOWN, allowed, 10)
    assert sorted(rows) == [4, 20, 21, 50]
    allowed[8] = True
    rows, _ = index.search(impression(fingers[8], 1).to_bytes(), UNKNOWN, allowed, 10)
    assert rows[0] == 8


def test_a_stated_position_prefers_but_does_not_exclude(
    fingers: list[FingerprintTemplate], impression: Impression
) -> None:
    index = FingerprintIndex(SCAN._replace(compared=3, same_position=4))
    positions = [FingerPosition(1 + k % 10) for k in range(60)]
    index.add([finger.to_bytes() for finger in fingers], positions)
    probe = impression(fingers[12], 1).to_bytes()
    wrong = FingerPosition(1 + 15 % 10)
    listed = index.short_list(probe, wrong, None, 1)
    assert 12 in listed
    assert sum(positions[row] is wrong for row in listed) >= 4
    assert index.search(probe, wrong, None, 1)[0][0] == 12


@pytest.mark.parametrize("thorough", [False, True])
def test_nothing_of_a_wiped_row_remains(
    fingers: list[FingerprintTemplate], impression: Impression, thorough: bool
) -> None:
    index = filled(fingers[:20])
    probe = impression(fingers[5], 1).to_bytes()
    segment = index._segments[0]
    held, begins, _ = segment._payloads.arrays()
    begin, end = segment._starts[5], segment._starts[6]
    index.wipe(5)
    assert not held[begins[5] : begins[6]].any()
    assert not segment._bits[begin:end].any()
    assert not segment._place[begin:end].any()
    assert not segment._counts[begin:end].any()
    rows, _ = index.search(probe, UNKNOWN, None, 20, thorough=thorough)
    assert sorted(rows) == [row for row in range(20) if row != 5]
    assert len(index) == 20
    assert index.score_rows(probe, UNKNOWN, np.array([5]), thorough=thorough)[0] < -100


@pytest.mark.parametrize("thorough", [False, True])
def test_an_empty_index_and_an_empty_probe(fingers: list[FingerprintTemplate], thorough: bool) -> None:
    nothing = FingerprintTemplate.from_minutiae(100, 100, fingers[0].minutiae.take(np.arange(0))).to_bytes()
    rows, scores = FingerprintIndex().search(fingers[0].to_bytes(), UNKNOWN, None, 5, thorough=thorough)
    assert len(rows) == len(scores) == 0
    index = filled(fingers[:3])
    index.add([nothing], [UNKNOWN])
    assert len(index.search(nothing, UNKNOWN, None, 4, thorough=thorough)[0]) == 4
