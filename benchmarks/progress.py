"""What a benchmark tells its reader while it runs: which step, how far."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


class ProgressLike(Protocol):
    """What ``run(arguments, progress)`` of a benchmark is given."""

    def track(self, items: Iterable[T], total: int, step: str) -> Iterator[T]:
        """Yield the items and show how many of ``total`` are done."""

    def say(self, line: str) -> None:
        """Show one line."""


class ShownProgress:
    """Bars and lines on stderr, so that stdout holds results only."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)

    def track(self, items: Iterable[T], total: int, step: str) -> Iterator[T]:
        """Yield the items under a bar."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console) as bar:
            yield from bar.track(items, total=total, description=step)

    def say(self, line: str) -> None:
        """Print one line."""
        self._console.print(line, highlight=False)


class SilentProgress:
    """Shows nothing; for tests."""

    def track(self, items: Iterable[T], total: int, step: str) -> Iterator[T]:  # noqa: ARG002
        """Yield the items."""
        yield from items

    def say(self, line: str) -> None:
        """Say nothing."""
