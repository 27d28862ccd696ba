"""Which package index is asked: the setting, the environment, pip's file, else the client's default."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import settings
from models import package_index
from models.package_index import INDEX_VARIABLES, credentials_for, index_address


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in (*INDEX_VARIABLES, "NISHAN_PACKAGE_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(package_index, "_pip_configuration_files", lambda: [tmp_path / "pip.conf"])
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_nothing_set_means_the_default() -> None:
    assert index_address() is None


def test_the_setting_comes_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://file.example/simple\nextra-index-url = file:///elsewhere"
    )
    assert index_address() == "https://file.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert index_address() == "https://uv.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/simple")
    assert index_address() == "https://pip.example/simple"
    monkeypatch.setenv("NISHAN_PACKAGE_INDEX_URL", "https://own.example/simple")
    settings.cache_clear()
    assert index_address() == "https://own.example/simple"


def test_a_folder_is_no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "file:///somewhere/simple")
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = file:///somewhere/else")
    assert index_address() is None


def test_a_damaged_configuration_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_bytes(b"\xff\xfe no configuration")
    assert index_address() is None


def test_credentials_stay_with_their_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@index.example/simple")
    assert credentials_for("https://index.example/files/a.whl") == ("user", "secret")
    assert credentials_for("https://elsewhere.example/a.whl") is None
