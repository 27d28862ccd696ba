"""Decides when a replica that says nothing has been silent for too long, and is to be made anew."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cluster.hosting import ReplicaName
from cluster.parameters import CLUSTER


@dataclass
class _Silence:
    spoke: bool
    since: float | None = None
    """When it was first asked in vain."""


class Silences:
    """What one gateway has heard of the replicas.

    One that has not spoken yet is starting: ended and made anew on a busy machine, it would begin that
    again, and so would all the others, for ever.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[ReplicaName, _Silence] = {}

    def heard(self, name: ReplicaName) -> None:
        """Note that it has just said how it is."""
        self._known[name] = _Silence(spoke=True)

    def restarting(self, name: ReplicaName) -> None:
        """Note that its process ended and that Ray starts it again."""
        if name not in self._known or self._known[name].spoke:
            self._known[name] = _Silence(spoke=False)

    def forget(self, name: ReplicaName) -> None:
        """Know nothing of it: the next one of this name is another."""
        self._known.pop(name, None)

    def too_long(self, name: ReplicaName) -> bool:
        """Whether one that was asked in vain has been so for longer than one that lives would be."""
        silence = self._known.setdefault(name, _Silence(spoke=False))
        if silence.since is None:
            silence.since = self._clock()
        patience = CLUSTER.silent_s if silence.spoke else CLUSTER.starting_s
        return self._clock() - silence.since > patience
