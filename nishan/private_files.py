"""Directories and secrets that only the account running the service can read."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from nishan.errors import DataDirectoryUnusable


def private_directory(path: Path) -> Path:
    """Create ``path`` (and its parents) if needed, make it owner-only and return it absolute.

    Raises:
        DataDirectoryUnusable: it cannot be created or belongs to another account.
    """
    path = path.absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as problem:
        raise DataDirectoryUnusable(
            f"The directory {path} cannot be used ({problem.strerror}). Choose another with "
            "NISHAN_DATA_DIR, or give this account the right to write there."
        ) from problem
    return path


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to an owner-only file, all of it or nothing."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise DataDirectoryUnusable(
            f"The file {path} cannot be written ({problem.strerror}). Free some space or mend the "
            "permissions of the data directory, then start again."
        ) from problem


def remembered_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """Return the secret in ``path``; the first time, make one and keep it there owner-only."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        secret = make()
        write_private(path, secret + "\n")
        return secret
    except OSError as problem:
        raise DataDirectoryUnusable(
            f"The secret {path} cannot be read ({problem.strerror}). Start the service with the account "
            "that owns the data directory."
        ) from problem


def write_private_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON to an owner-only file, all of it or nothing."""
    write_private(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
