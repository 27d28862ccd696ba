"""A full segment gets codes while searches and changes go on, and none where they would find too little."""

import threading
from dataclasses import replace

import numpy as np

from biometrics.template import FingerPosition
from matcher.face.exact import ExactFaceIndex
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters
from matcher.face.sealing import seal
from matcher.face.segment import FaceSegment

ANY = FingerPosition.UNKNOWN
DIMENSION, SEGMENT = 32, 1024
SMALL = FaceIndexParameters(
    segment_values=DIMENSION * SEGMENT, training_vectors=2000, probes=200, deepest_share=0.5
)


def unit_rows(count: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def payloads(count: int, seed: int) -> list[bytes]:
    return [row.astype("<f4").tobytes() for row in unit_rows(count, seed)]


def test_full_segments_are_sealed_and_the_last_one_stays_exact() -> None:
    index = FaceIndex(SMALL)
    index.add(payloads(2 * SEGMENT + 10, 1), [ANY] * (2 * SEGMENT + 10))
    index.settle()
    first, second, last = index._segments
    assert first.codes is not None
    assert second.codes is not None
    assert 199 / 201 <= min(first.codes.recall, second.codes.recall) < 1.0 == FaceIndex(SMALL).recall(None)
    assert last.codes is None
    assert last.free == SEGMENT - 10


def test_a_segment_whose_codes_find_too_little_stays_exact() -> None:
    shallow = replace(SMALL, shallowest=1, deepest_share=1 / SEGMENT)
    segment = FaceSegment.empty(DIMENSION, SEGMENT, shallow)
    segment.append(SEGMENT)[:] = unit_rows(SEGMENT, 2)
    seal(segment, shallow)
    assert segment.codes is None


def test_a_dimension_that_codes_cannot_divide_stays_exact() -> None:
    index = FaceIndex(replace(SMALL, segment_values=33 * 64))
    random = np.random.default_rng(3)
    made = [row.astype("<f4").tobytes() for row in random.normal(size=(64, 33)).astype(np.float32)]
    index.add(made, [ANY] * 64)
    index.settle()
    assert index.recall(None) == 1.0
    assert index.search(made[5], ANY, None, 64)[0].tolist()


def test_a_row_wiped_while_its_segment_is_being_sealed_is_wiped_in_the_codes() -> None:
    segment = FaceSegment.empty(DIMENSION, SEGMENT, SMALL)
    segment.append(SEGMENT)[:] = unit_rows(SEGMENT, 4)
    twin = FaceSegment.empty(DIMENSION, SEGMENT, SMALL)
    twin.append(SEGMENT)[:] = unit_rows(SEGMENT, 4)
    seal(twin, SMALL)
    assert twin.codes is not None
    assert twin.codes.of_row(17).any()
    segment.wipe(17)
    segment.seal(twin.codes)
    assert not twin.codes.of_row(17).any()
    assert twin.codes.of_row(18).any()


def test_a_wiped_row_leaves_neither_vector_nor_code() -> None:
    index = FaceIndex(SMALL)
    index.add(payloads(SEGMENT, 5), [ANY] * SEGMENT)
    index.settle()
    (segment,) = index._segments
    assert segment.codes is not None
    before = [segment.codes.of_row(row).tolist() for row in range(SEGMENT)]
    index.wipe(33)
    assert not segment.vectors[33].any()
    assert not segment.codes.of_row(33).any()
    after = [segment.codes.of_row(row).tolist() for row in range(SEGMENT)]
    assert [row for row in range(SEGMENT) if before[row] != after[row]] == [33]


def test_searches_go_on_and_stay_right_while_rows_come_and_segments_are_sealed() -> None:
    made = payloads(6 * SEGMENT, 6)
    index, exact = FaceIndex(SMALL), ExactFaceIndex()
    exact.add(made, [ANY] * len(made))
    index.add(made[:SEGMENT], [ANY] * SEGMENT)
    wrong: list[int] = []
    searched = threading.Event()
    ended = threading.Event()

    def search(seed: int) -> None:
        random = np.random.default_rng(seed)
        while not ended.is_set():
            row = int(random.integers(0, SEGMENT))
            found, scores = index.search(made[row], ANY, None, 3)
            truth = exact.score_rows(made[row], ANY, found)
            if found[0] != row or not np.allclose(scores, truth, atol=1e-5):
                wrong.append(row)
            searched.set()

    searchers = [threading.Thread(target=search, args=(seed,)) for seed in range(2)]
    for searcher in searchers:
        searcher.start()
    index.settle()  # the first segment is sealed beside searches
    ended.set()
    for searcher in searchers:
        searcher.join()
    assert searched.is_set()
    assert wrong == []
    for first in range(SEGMENT, len(made), 100):
        part = made[first : first + 100]
        index.add(part, [ANY] * len(part))  # later ones beside additions
        assert index.search(part[-1], ANY, None, 1)[0].tolist() == [first + len(part) - 1]
    index.settle()
    assert sum(segment.codes is not None for segment in index._segments) == 6
