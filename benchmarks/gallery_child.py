"""Starts and drives a `benchmarks.gallery_process`."""

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.filled_records import environment_of


class GalleryChild:
    """One process with a gallery, from its start to its end.

    Attributes:
        started: What it said when it had given its first answer, and ``first_answer_s`` since its start.
    """

    def __init__(self, url: str, snapshots: Path, *options: str) -> None:
        began = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.gallery_process", str(snapshots)]
        self._process = subprocess.Popen(
            [*command, *options],
            env=environment_of(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started = self.answer()
        self.started["first_answer_s"] = round(self.started.pop("first_answer_at") - began, 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _problem: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)

    def tell(self, line: str) -> None:
        """Send a line."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the next line it prints."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The gallery process ended early; its messages are above.")
        said: dict[str, Any] = json.loads(line)
        return said
