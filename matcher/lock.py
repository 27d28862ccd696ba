"""A readers-writer lock: many searches at once, or one change of the gallery."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadersWriterLock:
    """Lets readers in together and a writer alone; neither side can keep the other out for long.

    A waiting writer holds back new readers: under steady load a writer that had to wait for a moment
    without searches would never get its turn. The readers that waited while it wrote go in before the
    next writer: a long run of changes would else keep every search waiting to its end. Not re-entrant.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._writing = False
        self._writers_waiting = 0
        self._readers_waiting = 0
        self._readers_due = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the lock together with other readers."""
        with self._changed:
            self._enter_as_reader()
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock alone."""
        with self._changed:
            self._writers_waiting += 1
            try:
                self._changed.wait_for(
                    lambda: not self._writing and not self._readers and not self._readers_due
                )
            finally:
                self._writers_waiting -= 1
            self._writing = True
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._readers_due = self._readers_waiting
                self._changed.notify_all()

    def _enter_as_reader(self) -> None:
        self._readers_waiting += 1
        try:
            self._changed.wait_for(
                lambda: not self._writing and (not self._writers_waiting or self._readers_due > 0)
            )
        finally:
            self._readers_waiting -= 1
            self._readers_due = max(0, min(self._readers_due - 1, self._readers_waiting))
        self._readers += 1
