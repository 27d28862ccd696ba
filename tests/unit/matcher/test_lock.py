"""Readers share the lock, a writer has it alone, and waiting writers are not starved."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from matcher.lock import ReadersWriterLock

WAIT_S = 10


def test_two_readers_are_in_at_once() -> None:
    lock, both = ReadersWriterLock(), threading.Barrier(2, timeout=WAIT_S)
    met: list[int] = []

    def read() -> None:
        with lock.reading():
            met.append(both.wait())

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert sorted(met) == [0, 1]


def test_a_waiting_writer_comes_before_new_readers() -> None:
    lock = ReadersWriterLock()
    order: list[str] = []
    writer = threading.Thread(target=lambda: _note(lock.writing, order, "writer"))
    reader = threading.Thread(target=lambda: _note(lock.reading, order, "reader"))
    with lock.reading():
        writer.start()
        while not lock._writers_waiting:
            threading.Event().wait(0.001)
        reader.start()
        assert order == []
    writer.join(WAIT_S)
    reader.join(WAIT_S)
    assert order == ["writer", "reader"]


def test_the_lock_is_free_again_after_an_error() -> None:
    lock = ReadersWriterLock()
    for hold in (lock.writing, lock.reading):
        try:
            with hold():
                raise ValueError
        except ValueError:
            pass
    with lock.writing():
        pass


def _note(hold: Callable[[], AbstractContextManager[None]], order: list[str], name: str) -> None:
    with hold():
        order.append(name)


def test_readers_that_waited_go_in_before_the_next_writer() -> None:
    lock, order = ReadersWriterLock(), []
    reader = threading.Thread(target=lambda: _note(lock.reading, order, "reader"))
    writer = threading.Thread(target=lambda: _note(lock.writing, order, "next writer"))
    with lock.writing():
        reader.start()
        while not lock._readers_waiting:
            threading.Event().wait(0.001)
        writer.start()
        while not lock._writers_waiting:
            threading.Event().wait(0.001)
    reader.join(WAIT_S)
    writer.join(WAIT_S)
    assert order == ["reader", "next writer"]
