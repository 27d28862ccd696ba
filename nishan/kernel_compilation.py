"""Has the kernels of prints and faces compiled once after an installation, not in every process at once."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from nishan.announcement import Announcer
from nishan.embedded.child import last_lines
from nishan.errors import PartFailed

_SILENT_S = 4.0
"""Loading earlier compilations takes less; only a real compilation is worth a sentence."""


class KernelCompilation:
    """A child process that compiles, or finds everything compiled, while other parts start."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nishan.warm_up"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(environment),
            )

    def finish(self, announcer: Announcer) -> None:
        """Wait for the end.

        Raises:
            PartFailed: the kernels do not compile here.
        """
        try:
            self._process.wait(_SILENT_S)
        except subprocess.TimeoutExpired:
            announcer.say(
                "Compiling the kernels for prints and faces, once after an installation (a minute)."
            )
        if self._process.wait():
            raise PartFailed(f"The kernels for prints and faces cannot be compiled: {last_lines(self._log)}")

    def stop(self) -> None:
        """End it, finished or not."""
        self._process.kill()
        self._process.wait()
