"""What keeps an environment from being made is said in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from nishan import environment

SCRIPT = Path(environment.__file__)


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


def test_a_wrong_python_is_one_sentence(tmp_path: Path) -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 1, 'final', 0); "
        f"sys.argv = ['x', 'requirements.lock']; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 to 3.13 is needed, but this is Python 3.9")
    assert len(done.stderr.splitlines()) == 1


def test_a_changed_lock_is_a_changed_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.lock").write_text("a==1")
    before = environment.digest_of("requirements.lock")
    (tmp_path / "requirements.lock").write_text("a==2")
    assert environment.digest_of("requirements.lock") != before
