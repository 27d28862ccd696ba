"""Lets one search use the cores that no other search of the process uses, piece by piece."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from matcher.cores import in_background, search_cores


@dataclass
class _Job:
    work: Callable[[int], None]
    pieces: int
    given: int = 0
    helpers: int = 0
    failure: BaseException | None = None

    def next_piece(self) -> int | None:
        if self.given >= self.pieces:
            return None
        self.given += 1
        return self.given - 1


class Crew:
    """Threads that take pieces off searches while fewer than ``most`` threads are at work.

    A search never waits for a helper to come. When another search begins, a helper leaves at the end of
    its piece, so that searches at once have a core each and are no slower than without helpers.

    Attributes:
        most: Threads at work at once, those of the searches included; more searches than that still run.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._changed = threading.Condition()
        self._at_work = 0
        self._jobs: list[_Job] = []
        self._helpers = 0

    def do(self, work: Callable[[int], None], pieces: int) -> None:
        """Call ``work`` with 0 to ``pieces - 1``, in this thread and in idle ones, and wait for all.

        Raises:
            BaseException: what a piece raised; pieces not yet begun are left out.
        """
        job = _Job(work, pieces)
        self._begin(job, shared=self.most > 1 and pieces > 1 and not in_background())
        try:
            self._work(job)
        finally:
            self._end(job)
        if job.failure is not None:
            raise job.failure

    def _begin(self, job: _Job, *, shared: bool) -> None:
        with self._changed:
            self._at_work += 1
            if shared:
                while self._helpers < self.most - 1:
                    self._helpers += 1
                    threading.Thread(target=self._help, name="search helper", daemon=True).start()
                self._jobs.append(job)
                self._changed.notify_all()

    def _end(self, job: _Job) -> None:
        with self._changed:
            job.given = job.pieces
            self._at_work -= 1
            if job in self._jobs:
                self._jobs.remove(job)
            self._changed.notify_all()
            self._changed.wait_for(lambda: not job.helpers)

    def _work(self, job: _Job, *, helping: bool = False) -> None:
        while (piece := self._piece(job, helping=helping)) is not None:
            job.work(piece)

    def _piece(self, job: _Job, *, helping: bool) -> int | None:
        with self._changed:
            return None if helping and self._at_work > self.most else job.next_piece()

    def _help(self) -> None:
        while True:
            job = self._joined()
            try:
                self._work(job, helping=True)
            except BaseException as problem:  # for the search's own thread to raise
                job.failure, job.given = problem, job.pieces
            finally:
                self._leave(job)
            del job  # what a search looked at must not stay alive until the next one

    def _joined(self) -> _Job:
        """Wait for a search that can be helped, and take part in it."""
        with self._changed:
            self._changed.wait_for(lambda: self._at_work < self.most and self._open_job() is not None)
            job = self._open_job()
            assert job is not None
            self._at_work += 1
            job.helpers += 1
            return job

    def _leave(self, job: _Job) -> None:
        with self._changed:
            self._at_work -= 1
            job.helpers -= 1
            self._changed.notify_all()

    def _open_job(self) -> _Job | None:
        return next((job for job in self._jobs if job.given < job.pieces), None)


@lru_cache(maxsize=1)
def crew() -> Crew:
    """Return the crew of this process: as large as the setting says, or as its share of the cores."""
    return Crew(search_cores())
