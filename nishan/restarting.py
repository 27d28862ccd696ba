"""One of our own processes (an API or a worker), started again whenever it ends, ever more patiently."""

import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from nishan.embedded.child import Child

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
_HEALTHY_AFTER_S = 60.0


class RestartingProcess:
    """A process that has to run until it is told to stop.

    It is started again on any exit, also one with code 0: a worker that loses its database ends itself
    without an error. The pause doubles with each early end and starts small again after a minute's run.

    Args:
        death_signal: What it is sent should this process be killed. What was acknowledged is in the
            database, so there is nothing to tidy up, except for a process with children of its own.
    """

    def __init__(
        self,
        part: str,
        argv: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        keep_open: Sequence[int] = (),
        first_pause_s: float = FIRST_PAUSE_S,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.part = part
        self.log = log
        self.restarts = 0
        self._argv = argv
        self._environment = environment
        self._keep_open = keep_open
        self._death_signal = death_signal
        self._child: Child | None = None
        self._started_at = 0.0
        self._start_again_at: float | None = None
        self._first_pause_s = self.pause_s = first_pause_s

    @property
    def pid(self) -> int | None:
        """The process id, None between an end and the next start."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Start the process. Call from the main thread."""
        self._child = Child(
            self._argv,
            log=self.log,
            death_signal=self._death_signal,
            environment=self._environment,
            cwd=Path.cwd(),
            keep_open=self._keep_open,
        )
        self._started_at = time.monotonic()
        self._start_again_at = None

    def watch(self) -> bool:
        """Notice an end, and start again when its pause is over; return whether anything changed."""
        now = time.monotonic()
        if self._child and not self._child.running():
            if now - self._started_at > _HEALTHY_AFTER_S:
                self.pause_s = self._first_pause_s
            self._child = None
            self._start_again_at = now + self.pause_s
            self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
            return True
        if self._start_again_at is not None and now >= self._start_again_at:
            self.restarts += 1
            self.start()
            return True
        return False

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it does and end; returns at once."""
        self._start_again_at = None
        if self._child:
            self._child.ask_to_stop()

    def wait_or_kill(self, patience_s: float) -> None:
        """Wait for the end, killing the process after ``patience_s``."""
        if self._child:
            self._child.wait_or_kill(patience_s)
            self._child = None
