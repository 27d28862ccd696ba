"""Several arrays in one file, each where a page of memory begins, so that a file can be mapped as it is."""

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import StoredIndexUnusable

_MAGIC = b"nishan arrays 1\n"
_PAGE = 4096

Arrays = dict[str, NDArray[Any]]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of plain numbers: a line that names the form, a line of JSON, and the arrays."""
    entries = {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}
    with path.open("wb") as file:
        file.write(_MAGIC + json.dumps(entries).encode() + b"\n")
        for array in arrays.values():
            file.write(bytes(-file.tell() % _PAGE))
            if array.size:
                file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)


def read_arrays(path: Path, *, mapped: bool = False) -> Arrays:
    """Return the arrays of a file; they can be changed, the file is not.

    Args:
        mapped: Leave them in the file, in pages that all processes share, until they are changed.

    Raises:
        StoredIndexUnusable: it is not such a file, or ends too early.
    """
    with path.open("rb") as file:
        try:
            if file.readline(len(_MAGIC)) != _MAGIC:
                raise ValueError
            entries = json.loads(file.readline())
            begin = file.tell()
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            return _laid_out(content, entries, begin, mapped=mapped)
        except (ValueError, KeyError, TypeError) as problem:
            raise StoredIndexUnusable(f"{path.name} is damaged or of another version.") from problem


def _laid_out(content: mmap.mmap, entries: dict[str, Any], begin: int, *, mapped: bool) -> Arrays:
    arrays: Arrays = {}
    for name, (kind, shape) in entries.items():
        begin += -begin % _PAGE
        count = int(np.prod(shape, dtype=np.int64))
        values = np.frombuffer(content, np.dtype(kind), count, begin if count else 0).reshape(shape)
        begin += values.nbytes
        arrays[name] = values if mapped else values.copy()
    return arrays
