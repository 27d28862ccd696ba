"""One server process as a direct child: it dies with us, we reap it, and it can always be stopped."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT_BYTES = 20_000_000
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Account:
    """The numeric user and group a child runs as instead of ours."""

    uid: int
    gid: int


class Child:
    """A started process. Start it from the main thread.

    The kernel sends ``death_signal`` to the child when the *thread* that started it ends; only the main
    thread ends with the process, so only a child of the main thread lives exactly as long as we do.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        log: Path,
        death_signal: signal.Signals,
        environment: Mapping[str, str],
        cwd: Path = Path("/"),
        account: Account | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        parent = os.getpid()

        def tie_to_parent() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:  # it died between fork and prctl: nobody would tell us
                os._exit(1)

        _rotate(log)
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [os.fspath(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=dict(environment),
                start_new_session=True,  # a Ctrl-C in the terminal reaches us alone; we stop in order
                pass_fds=keep_open,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                preexec_fn=tie_to_parent,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def running(self) -> bool:
        """Return whether it still runs; reaps it when it has ended."""
        return self.process.poll() is None

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send ``how`` if it still runs; returns at once."""
        if self.running():
            self.process.send_signal(how)

    def wait_or_kill(self, patience_s: float) -> bool:
        """Wait for the end, killing it after ``patience_s``; return whether it ended by itself."""
        try:
            self.process.wait(max(patience_s, 0.01))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return True


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(log.suffix + ".1"))


def last_lines(log: Path, count: int = 3) -> str:
    """Return the end of a log as one line, for the sentence that says why a part failed."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "no log was written"
    return " / ".join(line.strip() for line in lines[-count:] if line.strip()) or "its log is empty"
