"""How much heavy work runs at once: a few requests compute, a few wait, the rest are told to come back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import Unavailable


class OverCapacity(Unavailable):
    """More images are being worked on than this process can take."""

    code = "over_capacity"


class Capacity:
    """Admits a bounded number of requests to work on the processor.

    Args:
        running: Requests that may compute at the same time.
        waiting: Requests that may wait for their turn; one more is refused at once. It has to stay
            well below the size of the thread pool, so that light requests always find a thread.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._running = running
        self._most = running + waiting
        self._turns = threading.Semaphore(running)
        self._admitted = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn at this moment."""
        with self._counting:
            return max(0, self._admitted - self._running)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the running places for the duration of the block.

        Raises:
            OverCapacity: all running and waiting places are taken.
        """
        self._admit()
        try:
            with self._turns:
                yield
        finally:
            with self._counting:
                self._admitted -= 1

    def _admit(self) -> None:
        with self._counting:
            if self._admitted >= self._most:
                raise OverCapacity("The service is busy. Send the same request again in a few seconds.")
            self._admitted += 1
