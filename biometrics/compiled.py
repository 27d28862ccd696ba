"""Compiles kernels with a cache on disk that is left behind whenever any kernel's source changes.

numba looks only at the file of the function itself to see whether a cached compilation is current;
one that calls into another file would go stale. Here the cache directory's name carries a digest of
all sources the kernels can come from.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numba

HERE = Path(__file__).parent


def compiler(folders: Sequence[Path], **options: bool | str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that compiles a function at its first call, without the interpreter's lock.

    Args:
        folders: Where the function and all it calls come from.
        **options: Passed on to numba.
    """
    cache = cache_directory(folders)

    def compiled(function: Callable[..., Any]) -> Any:
        if cache is not None:
            numba.config.CACHE_DIR = str(cache)  # type: ignore[attr-defined]
        compile_at_call: Any = numba.njit
        return compile_at_call(cache=cache is not None, nogil=True, **options)(function)

    return compiled


def cache_directory(folders: Sequence[Path]) -> Path | None:
    """Return where compilations of these sources are kept, None if no directory can be written.

    NUMBA_CACHE_DIR wins; then beside the sources; then the user's own cache.
    """
    sources = sorted(path for folder in folders for path in folder.glob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    wished = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(wished)] if wished else [HERE / "__pycache__", Path.home() / ".cache" / "nishan"]
    for place in places:
        directory = place / f"kernels-{digest}"
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(directory, os.W_OK):
            return directory
    return None
