"""The FAISS index gives what plain numpy gives: ranks, filters, wiped rows, limits."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from biometrics.errors import TemplateUnreadable
from biometrics.template import FingerPosition
from matcher.face.comparison import compare
from matcher.face.exact import ExactFaceIndex
from matcher.face.index import FaceIndex
from matcher.indexes import AveragingIndex

ANY = FingerPosition.UNKNOWN


def _payloads(count: int, dimension: int = 128, seed: int = 5) -> list[bytes]:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [vector.astype("<f4").tobytes() for vector in vectors]


def _filled(payloads: list[bytes]) -> tuple[FaceIndex, ExactFaceIndex]:
    indexes = FaceIndex(), ExactFaceIndex()
    for index in indexes:
        index.add(payloads[:100], [ANY] * 100)
        index.add(payloads[100:], [ANY] * (len(payloads) - 100))
    return indexes


@pytest.mark.parametrize("share", [None, 0.01, 0.5, 1.0])
def test_same_answer_as_brute_force_under_every_filter(share: float | None) -> None:
    payloads = _payloads(1500)
    fast, exact = _filled(payloads)
    random = np.random.default_rng(1)
    allowed = None if share is None else random.random(len(payloads)) < share
    for probe in _payloads(20, seed=9):
        rows, scores = fast.search(probe, ANY, allowed, 25)
        true_rows, true_scores = exact.search(probe, ANY, allowed, 25)
        assert rows.tolist() == true_rows.tolist()
        np.testing.assert_allclose(scores, true_scores, atol=1e-5)
        assert allowed is None or allowed[rows].all()


def test_a_stored_template_finds_itself_first() -> None:
    payloads = _payloads(300)
    for index in _filled(payloads):
        rows, scores = index.search(payloads[123], ANY, None, 3)
        assert rows[0] == 123
        assert scores[0] == pytest.approx(1.0, abs=1e-5)


def test_the_average_of_rows_is_compared_at_length_one() -> None:
    payloads = _payloads(300)
    (probe,) = _payloads(1, seed=9)
    mean = np.sum([np.frombuffer(payloads[row], "<f4") for row in (3, 150, 7)], axis=0)
    expected = float(mean @ np.frombuffer(probe, "<f4") / np.linalg.norm(mean))
    for index in _filled(payloads):
        assert isinstance(index, AveragingIndex)
        assert index.score_average(probe, np.array([3, 150, 7])) == pytest.approx(expected, abs=1e-6)


def test_a_wiped_row_is_gone_from_memory_and_from_answers() -> None:
    payloads = _payloads(300)
    for index in _filled(payloads):
        index.wipe(42)
        rows, _ = index.search(payloads[42], ANY, None, 300)
        assert 42 not in rows
        assert len(rows) == 299
        rows, _ = index.search(payloads[42], ANY, np.ones(300, dtype=bool), 300)
        assert 42 not in rows
        assert index.score_rows(payloads[42], ANY, np.array([42])).tolist() == [0.0]
        assert len(index) == 300


def test_rows_keep_their_numbers_when_added_after_a_wipe() -> None:
    payloads = _payloads(301)
    for index in _filled(payloads[:300]):
        index.wipe(0)
        index.add([payloads[300]], [ANY])
        assert index.search(payloads[300], ANY, None, 1)[0].tolist() == [300]


def test_chosen_rows_are_scored_like_a_search() -> None:
    payloads = _payloads(200)
    fast, exact = _filled(payloads)
    rows, scores = exact.search(payloads[7], ANY, None, 10)
    np.testing.assert_allclose(fast.score_rows(payloads[7], ANY, rows), scores, atol=1e-5)
    assert fast.score_rows(payloads[7], ANY, np.zeros(0, dtype=np.int64)).tolist() == []


def test_nothing_enrolled_nothing_allowed_nothing_wanted() -> None:
    payloads = _payloads(120)
    assert FaceIndex().search(payloads[0], ANY, None, 5)[0].tolist() == []
    for index in _filled(payloads):
        assert index.search(payloads[0], ANY, np.zeros(120, dtype=bool), 5)[0].tolist() == []
        assert index.search(payloads[0], ANY, None, 0)[0].tolist() == []
        assert len(index.search(payloads[0], ANY, None, 500)[0]) == 120


def test_searches_run_side_by_side() -> None:
    payloads = _payloads(2000)
    fast, exact = _filled(payloads)
    probes = _payloads(64, seed=3)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda probe: fast.search(probe, ANY, None, 5)[0].tolist(), probes))
    assert answers == [exact.search(probe, ANY, None, 5)[0].tolist() for probe in probes]


@pytest.mark.parametrize("damaged", [b"", b"\0\0\0", b"\0" * 64])
def test_a_template_of_another_length_is_refused(damaged: bytes) -> None:
    payloads = _payloads(120)
    fast, _ = _filled(payloads)
    with pytest.raises(TemplateUnreadable):
        fast.search(damaged, ANY, None, 5)
    with pytest.raises(TemplateUnreadable):
        fast.add([damaged], [ANY])
    with pytest.raises(TemplateUnreadable):
        compare(payloads[0], damaged)


def test_comparison_is_the_cosine() -> None:
    a = np.array([1, 0], dtype="<f4").tobytes()
    b = np.array([0.6, 0.8], dtype="<f4").tobytes()
    assert compare(a, b) == pytest.approx(0.6)
    assert compare(a, b) == compare(b, a)
