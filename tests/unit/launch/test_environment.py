"""What keeps an environment from being made is said in one sentence."""

from pathlib import Path

import pytest

from nishan import environment


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "does not have the hash"),
        ("error: dns error: failed to lookup address", "cannot be reached"),
        ("x Failed to fetch: Connection refused (os error 111)", "cannot be reached"),
        ("ERROR: No matching distribution found for numpy==2", "cannot be reached"),
        ("something else\nbroke", "could not be installed: broke"),
        ("", "no reason"),
    ],
)
def test_reasons(output: str, sentence: str) -> None:
    assert sentence in environment.reason(output)


def test_a_changed_lock_is_a_changed_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.lock").write_text("a==1")
    before = environment.digest_of("requirements.lock")
    (tmp_path / "requirements.lock").write_text("a==2")
    assert environment.digest_of("requirements.lock") != before
