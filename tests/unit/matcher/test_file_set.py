"""A set of files is there wholly or not at all, is the owner's alone, and any damage to it is found."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import StoredIndexUnusable
from matcher.file_set import MANIFEST, FileSet, remove_all_but


def fill(folder: Path) -> Mapping[str, Any]:
    (folder / "inner").mkdir()
    (folder / "inner" / "one").write_bytes(b"1" * 5000)
    (folder / "two").write_bytes(b"2" * 7)
    return {"position": 7}


def fail(folder: Path) -> Mapping[str, Any]:
    (folder / "half").write_bytes(b"half")
    raise OSError("the disk is full")


def test_the_newest_complete_set_is_found_and_others_removed(tmp_path: Path) -> None:
    assert FileSet.newest(tmp_path / "none") is None
    first = FileSet.write(tmp_path, fill)
    second = FileSet.write(tmp_path, fill)
    with pytest.raises(OSError, match="full"):
        FileSet.write(tmp_path, fail)
    found = FileSet.newest(tmp_path)
    assert found == second != first
    found.verify()
    assert found.facts["position"] == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000001", "00000002"]
    (tmp_path / "00000003").mkdir()  # left by a process that was killed while it wrote
    (tmp_path / "00000003" / "half").write_bytes(b"half")
    assert FileSet.newest(tmp_path) == found
    assert remove_all_but(tmp_path, found) == 2
    assert [path.name for path in tmp_path.iterdir()] == [found.folder.name]
    assert FileSet.write(tmp_path, fill).folder.name > found.folder.name


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    place = tmp_path / "snapshots"
    for path in (place, *FileSet.write(place, fill).folder.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


@pytest.mark.parametrize("damage", ["altered", "cut off", "missing"])
def test_damage_is_found(tmp_path: Path, damage: str) -> None:
    written = FileSet.write(tmp_path, fill)
    victim = written.folder / "inner" / "one"
    if damage == "altered":
        victim.write_bytes(b"1" * 4999 + b"0")
    elif damage == "cut off":
        victim.write_bytes(b"1" * 4000)
    else:
        victim.unlink()
    with pytest.raises(StoredIndexUnusable):
        written.verify()


def test_a_damaged_manifest_is_found(tmp_path: Path) -> None:
    written = FileSet.write(tmp_path, fill)
    (written.folder / MANIFEST).write_text("{")
    with pytest.raises(StoredIndexUnusable):
        FileSet.newest(tmp_path)
