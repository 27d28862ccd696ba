"""How much is taken on at once: some requests compute, some wait, the rest are told to come back."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from core.errors import Unavailable


class OverCapacity(Unavailable):
    """More is being worked on than this process can take."""

    code = "over_capacity"


class Places:
    """A bounded number of places; nobody waits for one.

    Args:
        most: How many there are.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._counting = threading.Lock()

    @property
    def taken(self) -> int:
        """How many are taken at this moment."""
        with self._counting:
            return self._taken

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place for the duration of the block.

        Raises:
            OverCapacity: all are taken.
        """
        with self._counting:
            if self._taken >= self._most:
                raise OverCapacity("The service is busy. Send the same request again in a few seconds.")
            self._taken += 1
        try:
            yield
        finally:
            with self._counting:
                self._taken -= 1


class Capacity:
    """Admits a bounded number of requests to work on the processor.

    Args:
        running: Requests that may compute at the same time.
        waiting: Requests that may wait for their turn; one more is refused at once.
    """

    def __init__(self, running: int, waiting: int) -> None:
        self._running = running
        self.most = running + waiting  # threads that may be held; there have to be more for light requests
        self._turns = threading.Semaphore(running)
        self._places = Places(running + waiting)

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn at this moment."""
        return max(0, self._places.taken - self._running)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the running places for the duration of the block.

        Raises:
            OverCapacity: all running and waiting places are taken.
        """
        with self.admission() as turn, turn:
            yield

    @contextmanager
    def admission(self) -> Iterator[AbstractContextManager[object]]:
        """Admit a request of several steps; it takes its turn for each of them with what is yielded.

        Others come to their turn in between, and the request is refused before its first step or never.

        Raises:
            OverCapacity: all running and waiting places are taken.
        """
        with self._places.one():
            yield self._turns
