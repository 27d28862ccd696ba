"""One data directory has one running service, and commands find it or say that there is none."""

import os
from pathlib import Path

import pytest

from nishan import installation
from nishan.errors import AlreadyRunning, DataDirectoryUnusable, NotRunning
from nishan.installation import Installation


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "data")
    made.prepare()
    return made


def test_a_held_directory_is_not_held_twice(place: Installation) -> None:
    with place.held():
        place.write_runtime({"address": "http://127.0.0.1:1"})
        assert place.is_held()
        with (
            pytest.raises(AlreadyRunning, match=r"already running .* at http://127\.0\.0\.1:1"),
            place.held(),
        ):
            pass
    assert not place.is_held()


def test_what_a_killed_service_left_is_not_taken_for_a_running_one(place: Installation) -> None:
    place.write_runtime({"address": "http://127.0.0.1:1"})
    with pytest.raises(NotRunning, match="nishan up"):
        place.runtime()


def test_the_lock_is_not_handed_to_children(place: Installation) -> None:
    with place.held():
        locks = [fd for fd in map(int, os.listdir("/proc/self/fd")) if _is_lock(fd, place)]  # noqa: PTH208
        assert [os.get_inheritable(fd) for fd in locks] == [False]


def _is_lock(descriptor: int, place: Installation) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), (place.data_dir / "lock").stat())
    except OSError:
        return False


def test_a_nearly_full_disk_is_refused_before_anything_starts(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(DataDirectoryUnusable, match="NISHAN_DATA_DIR"):
        place.prepare()
