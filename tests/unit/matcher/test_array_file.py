"""Arrays come back from their file as they were, mapped or not, and changing them leaves the file alone."""

from pathlib import Path

import numpy as np
import pytest

from matcher.array_file import read_arrays, write_arrays
from matcher.errors import StoredIndexUnusable

ARRAYS = {
    "vectors": np.arange(60, dtype=np.float32).reshape(20, 3),
    "none": np.zeros((0, 4), np.uint64),
    "flags": np.arange(9) % 2 == 0,
    "ids": np.frombuffer(bytes(range(48)), "V16"),
}


@pytest.mark.parametrize("mapped", [True, False])
def test_arrays_come_back(tmp_path: Path, mapped: bool) -> None:
    path = tmp_path / "arrays"
    write_arrays(path, ARRAYS)
    before = path.read_bytes()
    found = read_arrays(path, mapped=mapped)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()
    found["vectors"][3] = 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0, 10, 60, 4200])
def test_a_file_that_ends_too_early_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "arrays"
    write_arrays(path, ARRAYS)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(StoredIndexUnusable):
        read_arrays(path)
