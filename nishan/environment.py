"""Makes the virtual environment from a hashed lock; plain Python, since it runs before anything is installed.

    python3 nishan/environment.py requirements.lock

Does nothing when the environment was already made from this very lock. Written so that an old Python can
still read it far enough to say that it is too old.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 2_000_000_000
ENVIRONMENT = Path(".venv")
STAMP = ENVIRONMENT / "made-from.json"
PYTHON = str(ENVIRONMENT / "bin" / "python")
NETWORK_SIGNS = (
    "dns",
    "connect",
    "connection",
    "network",
    "resolve",
    "timed out",
    "temporary failure",
    "could not find a version",
    "no matching distribution",
)


def main() -> None:
    """Make the environment if it is not there, then install the lock and this project into it."""
    lock = sys.argv[1]
    python = suitable_python()
    if read_stamp().get(lock) == digest_of(lock) and runs(PYTHON):
        return
    make_environment(python)
    print(f"Installing the packages of {lock} (a minute or two the first time) ...", flush=True)
    install("--require-hashes", "-r", lock)
    install("--no-deps", "--no-build-isolation", "-e", ".")
    write_stamp(lock)


def suitable_python() -> str:
    """Return an interpreter of a version that the locked packages support."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and runs(found):
            return found
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return give_up(
        f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]} is needed, but this is Python {here}: install one of them, "
        "for example with `apt-get install python3.11 python3.11-venv`, and start again."
    )


def runs(python: str) -> bool:
    """Return whether the interpreter exists and starts."""
    try:
        return subprocess.call([python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment(python: str) -> None:
    """Create the environment unless a working one is there."""
    if runs(PYTHON):
        return
    if shutil.disk_usage(".").free < NEEDED_BYTES:
        give_up(
            f"The disk is nearly full: the packages need {NEEDED_BYTES // 10**9} GB here. "
            "Free some space and start again."
        )
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    if shutil.which("uv"):
        made = quietly(
            ["uv", "venv", "--quiet", "--no-python-downloads", "--python", python, str(ENVIRONMENT)]
        )
    else:
        made = quietly([python, "-m", "venv", str(ENVIRONMENT)])
    if made.returncode:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        if "ensurepip" in made.stdout:
            give_up(
                "This Python cannot make virtual environments: install uv, or run "
                "`apt-get install python3-venv`, and start again."
            )
        give_up("The virtual environment could not be made: " + last_line(made.stdout))


def install(*what: str) -> None:
    """Install with uv if it is there, else with pip."""
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", PYTHON]
    else:
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = quietly(command + list(what))
    if done.returncode:
        give_up(reason(done.stdout))


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command, keeping what it says."""
    return subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def reason(output: str) -> str:
    """Return in one sentence why an installation failed."""
    said = output.lower()
    if "no space left" in said or "os error 28" in said:
        return "The disk is full: the packages need 2 GB. Free some space and start again."
    if "do not match the hashes" in said or "hash mismatch" in said:
        return "A package does not have the hash of the lock, so nothing was installed."
    if any(sign in said for sign in NETWORK_SIGNS):
        return (
            "The package index cannot be reached: check the network or the index set for pip or uv. "
            + last_line(output)
        )
    return "The packages could not be installed: " + last_line(output)


def last_line(output: str) -> str:
    """Return the last thing that a command said."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("hint:")] or lines
    return lines[-1] if lines else "no reason was given"


def digest_of(lock: str) -> str:
    """Return what an environment depends on: the lock, and the project's own entry points."""
    digest = hashlib.sha256()
    for name in (lock, "pyproject.toml"):
        digest.update(Path(name).read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """Return from which locks the environment was made."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def write_stamp(lock: str) -> None:
    """Remember the lock; the development lock holds everything that running needs."""
    made_from = {name: digest_of(name) for name in {lock, "requirements.lock"}}
    STAMP.write_text(json.dumps(made_from))


def give_up(sentence: str) -> NoReturn:
    """End with one sentence."""
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as problem:
        give_up(f"The environment could not be made: {problem}.")
