"""Gives full segments their codes in the background, while searches and changes go on."""

import os
import sys
import threading
import weakref
from collections import deque
from contextlib import suppress

import numpy as np

from core.logging import get_logger
from matcher.face.library import multiplying
from matcher.face.parameters import FaceIndexParameters
from matcher.face.quick_codes import QuickCodes
from matcher.face.segment import FaceSegment
from matcher.face.self_measurement import Population, measured

_LOG = get_logger(__name__)

_NICENESS = 10
"""Searches come first wherever a core is short."""


class Sealing:
    """Seals one segment after another in a thread that lives as long as there is something to seal.

    A segment that is full changes only by wiping, so its rows are read without any lock; `seal`
    hands the codes over in one step and wipes in them what was wiped meanwhile. A segment that
    nobody holds any more is left out, and nothing new is begun when the process ends.
    """

    def __init__(self, parameters: FaceIndexParameters) -> None:
        self._parameters = parameters
        self._lock = threading.Lock()
        self._waiting: deque[weakref.ref[FaceSegment]] = deque()
        self._thread: threading.Thread | None = None

    def want(self, segment: FaceSegment) -> None:
        """Have a full segment sealed soon."""
        with self._lock:
            self._waiting.append(weakref.ref(segment))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="face-sealing")
                self._thread.start()

    def settle(self) -> None:
        """Wait until nothing is left to seal."""
        while (thread := self._thread) is not None:
            thread.join()

    def _run(self) -> None:
        _yield_to_others()
        while (segment := self._next()) is not None:
            try:
                with multiplying:
                    seal(segment, self._parameters)
            except Exception:
                # Exact search goes on without codes.
                _LOG.exception("segment_not_sealed", rows=len(segment))
            del segment

    def _next(self) -> FaceSegment | None:
        with self._lock:
            while self._waiting and not _process_ends():
                segment = self._waiting.popleft()()
                if segment is not None:
                    return segment
            self._thread = None
            return None


def seal(segment: FaceSegment, parameters: FaceIndexParameters) -> None:
    """Make codes, measure them against exact search, and hand them over if they find enough."""
    vectors = segment.vectors
    if vectors.shape[1] % parameters.values_per_code:
        _LOG.info("segment_stays_exact", reason="dimension", dimension=vectors.shape[1])
        return
    population = Population.of(vectors, parameters.training_vectors)
    training = population.invent(parameters.training_vectors, np.random.default_rng(len(vectors)))
    made = QuickCodes.of(vectors, training, parameters)
    if _process_ends():
        return
    codes = measured(made, vectors, segment.wiped[: len(vectors)].copy(), population, parameters)
    if codes is None:
        _LOG.warning("segment_stays_exact", reason="recall", rows=len(vectors), depth=made.depth)
        return
    segment.seal(codes)
    _LOG.info("segment_sealed", rows=len(vectors), depth=codes.depth, recall=codes.recall)


def _yield_to_others() -> None:
    if sys.platform == "linux":  # there a thread has a niceness of its own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _process_ends() -> bool:
    """Whether the interpreter waits for its last threads."""
    return not threading.main_thread().is_alive()
