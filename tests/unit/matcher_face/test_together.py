"""Searches that are taken together find what each would find alone, and none waits without need."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from biometrics.template import FingerPosition
from matcher.face.embedding import Vectors
from matcher.face.exact import ExactFaceIndex
from matcher.face.index import FaceIndex
from matcher.face.library import Rows, products_of
from matcher.face.parameters import FACE_INDEX
from matcher.face.together import Found, Together

ANY = FingerPosition.UNKNOWN
DIMENSION, ROWS = 32, 500


def vectors(count: int, seed: int) -> Vectors:
    values = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


ENROLLED = vectors(ROWS, 1)


class HeldBack:
    """Searches of the enrolled rows, the first of which ends only when it is let go on."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, queries: Vectors, limit: int) -> tuple[Vectors, Rows]:
        first = not self.groups
        self.groups.append(len(queries))
        if first:
            self.begun.set()
            assert self.go_on.wait(30)
        return products_of(queries, ENROLLED, limit)


def true_best(query: Vectors, limit: int) -> list[int]:
    return np.argsort(-(ENROLLED @ query[0]), kind="stable")[:limit].tolist()


def ask_behind(
    together: Together, products: HeldBack, threads: ThreadPoolExecutor, count: int
) -> list[tuple[Vectors, int, Future[Found]]]:
    """Begin one search and, while it runs, ``count`` more, each for another number of rows."""
    asked = []
    for number, query in enumerate(vectors(1 + count, 2)):
        limit = 5 + 7 * number
        asked.append((query[None], limit, threads.submit(together.best, query[None], limit, products)))
        if not number:
            assert products.begun.wait(30)
    wait_for(lambda: len(together._waiting) == count)
    return asked


def wait_for(what: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not what():
        pause.wait(0.001)


@pytest.mark.parametrize(("waiting", "groups"), [(8, [1, 8]), (4, [1, 4]), (3, [1, 1, 1, 1])])
def test_those_that_wait_are_taken_together_when_they_are_enough(waiting: int, groups: list[int]) -> None:
    together, products = Together(fewest=4, at_once=1), HeldBack()
    with ThreadPoolExecutor(20) as threads:
        asked = ask_behind(together, products, threads, waiting)
        products.go_on.set()
        for query, limit, answer in asked:
            rows, scores = answer.result(30)
            assert rows.tolist() == true_best(query, limit)
            np.testing.assert_allclose(scores, ENROLLED[rows] @ query[0], atol=1e-6)
    assert products.groups == groups


def test_a_search_that_finds_a_core_free_waits_for_nobody() -> None:
    together, products = Together(fewest=2, at_once=2), HeldBack()
    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(together.best, ENROLLED[:1], 3, products)
        assert products.begun.wait(30)
        assert together.best(ENROLLED[1:2], 3, products)[0][0] == 1
        products.go_on.set()
        assert held.result(30)[0][0] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_a_thread_that_gives_way_to_others_runs_alone() -> None:
    together, products = Together(fewest=2, at_once=1), HeldBack()

    def search() -> Found:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
        return together.best(ENROLLED[1:2], 3, products)

    with ThreadPoolExecutor(1) as usual, ThreadPoolExecutor(1) as background:
        held = usual.submit(together.best, ENROLLED[:1], 3, products)
        assert products.begun.wait(30)
        assert background.submit(search).result(30)[0][0] == 1
        products.go_on.set()
        assert held.result(30)[0][0] == 0


def test_what_fails_fails_for_all_that_were_taken_together_and_for_no_other() -> None:
    together, products = Together(fewest=2, at_once=1), HeldBack()

    def failing(queries: Vectors, limit: int) -> tuple[Vectors, Rows]:
        if len(queries) > 1:
            raise MemoryError
        return products(queries, limit)

    with ThreadPoolExecutor(10) as threads:
        first = threads.submit(together.best, ENROLLED[:1], 3, failing)
        assert products.begun.wait(30)
        others = [threads.submit(together.best, ENROLLED[:1], 3, failing) for _ in range(4)]
        wait_for(lambda: len(together._waiting) == 4)
        products.go_on.set()
        assert first.result(30)[0][0] == 0
        assert [type(other.exception(30)) for other in others] == [MemoryError] * 4
    assert together.best(ENROLLED[:1], 3, failing)[0][0] == 0


def test_many_searches_at_once_find_what_comparing_every_row_finds() -> None:
    index = FaceIndex(replace(FACE_INDEX, segment_values=DIMENSION * 10_000, together_from=2))
    exact = ExactFaceIndex()
    payloads = [row.astype("<f4").tobytes() for row in vectors(6000, 3)]
    for each in (index, exact):
        each.add(payloads, [ANY] * len(payloads))
    together = index._segments[0].together
    together.at_once = 1
    groups: list[int] = []
    answer = together._answer
    together._answer = lambda group, products: (groups.append(len(group)), answer(group, products))[1]  # type: ignore[method-assign]
    probes = [row.astype("<f4").tobytes() for row in vectors(400, 4)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda probe: index.search(probe, ANY, None, 10), probes))
    for probe, (rows, scores) in zip(probes, found, strict=True):
        true_rows, true_scores = exact.search(probe, ANY, None, 10)
        assert rows.tolist() == true_rows.tolist()
        np.testing.assert_allclose(scores, true_scores, atol=1e-6)
    assert sum(groups) == len(probes)
    assert max(groups) > 1


def test_a_wiped_row_takes_nobodys_place_even_where_all_others_are_unlike_the_probe() -> None:
    index = FaceIndex(replace(FACE_INDEX, gaps_passed_over=20))
    probe = vectors(1, 5)[0]
    opposed = vectors(100, 6)
    opposed -= (2 * np.maximum(opposed @ probe, 0) + 0.01)[:, None] * probe
    index.add([row.astype("<f4").tobytes() for row in opposed], [ANY] * 100)
    expected = np.argsort(-(opposed @ probe), kind="stable")
    for wiped in range(25):  # beyond twenty the others are picked first
        rows, scores = index.search(probe.astype("<f4").tobytes(), ANY, None, 10)
        assert rows.tolist() == expected[wiped : wiped + 10].tolist()
        assert (scores < 0).all()
        index.wipe(int(expected[wiped]))
