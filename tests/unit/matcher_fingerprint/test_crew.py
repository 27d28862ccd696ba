"""A search's pieces are all done, by as many threads as are free, and a failure reaches the search."""

import threading

import pytest

from matcher.fingerprint.crew import Crew

PIECES = 40
PATIENCE_S = 20


def test_every_piece_is_done_once() -> None:
    for most in (1, 2, 4):
        done = [0] * PIECES
        crew = Crew(most)

        def work(piece: int, done: list[int] = done) -> None:
            done[piece] += 1

        for _ in range(30):
            crew.do(work, PIECES)
        assert done == [30] * PIECES


def test_two_threads_work_on_one_search() -> None:
    together = threading.Barrier(2)
    seen = set()

    def work(_piece: int) -> None:
        together.wait(PATIENCE_S)  # passes only when another thread has a piece at the same time
        seen.add(threading.get_ident())

    Crew(2).do(work, PIECES)
    assert len(seen) == 2
    assert threading.get_ident() in seen


def test_helpers_leave_when_another_search_begins() -> None:
    crew, first_runs, second_done = Crew(2), threading.Event(), threading.Event()
    working: set[int] = set()

    def first(piece: int) -> None:
        if piece == 0:
            first_runs.set()
            assert second_done.wait(PATIENCE_S)

    def second(_piece: int) -> None:
        working.add(threading.get_ident())

    searching = threading.Thread(target=crew.do, args=(first, 1))
    searching.start()
    assert first_runs.wait(PATIENCE_S)
    crew.do(second, PIECES)
    assert working == {threading.get_ident()}  # the other core is the first search's
    second_done.set()
    searching.join()


def test_a_failure_anywhere_is_the_searchs_own() -> None:
    crew = Crew(3)

    def work(piece: int) -> None:
        if piece == 17:
            raise ValueError(piece)

    for _ in range(20):
        with pytest.raises(ValueError, match="17"):
            crew.do(work, PIECES)
    done: list[int] = []
    crew.do(done.append, PIECES)
    assert sorted(done) == list(range(PIECES))
