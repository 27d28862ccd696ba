"""The script that makes an environment, run by an interpreter that is too old, says so in one sentence."""

import subprocess
import sys
from pathlib import Path

from nishan import environment

SCRIPT = Path(environment.__file__)


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
