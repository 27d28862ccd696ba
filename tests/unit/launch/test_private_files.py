"""Secrets are owner-only from the first byte, and made once."""

import stat
from pathlib import Path

import pytest

from nishan.errors import DataDirectoryUnusable
from nishan.private_files import private_directory, remembered_secret, write_private


def test_a_secret_is_made_once_and_owner_only(tmp_path: Path) -> None:
    first = remembered_secret(tmp_path / "key")
    assert remembered_secret(tmp_path / "key") == first
    assert len(first) >= 40
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_rewriting_an_open_file_closes_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o644)
    write_private(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_directory_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    assert stat.S_IMODE(private_directory(tmp_path / "data").stat().st_mode) == 0o700


def test_a_file_in_the_way_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    with pytest.raises(DataDirectoryUnusable, match="NISHAN_DATA_DIR"):
        private_directory(tmp_path / "data" / "below")
