"""Finds what was measured for an embedder: shipped beside the code, or put there by its operator."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from core.settings import settings


class Measured(Protocol):
    """Anything measured for one embedder."""

    @property
    def embedder(self) -> str:
        """Producer of the network it was measured for."""
        ...


Found = TypeVar("Found", bound=Measured)


def measured_for(
    embedder: str, shipped: Path, read: Callable[[str], Found], directory: Path | None = None
) -> Found | None:
    """Return what was measured for this producer, None when nothing was.

    Args:
        shipped: The folder of the JSON files beside the code; one of its name in the models directory
            comes after it.
        read: Makes one of a file's text.
        directory: Of models; the operator's setting when not given.
    """
    own = (directory or settings().models_dir) / shipped.name
    for path in [*sorted(shipped.glob("*.json")), *sorted(own.glob("*.json"))]:
        found = read(path.read_text(encoding="utf-8"))
        if found.embedder == embedder:
            return found
    return None
