"""Numbered sets of files, each written wholly or not at all, and checked by digest before it is used."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import StoredIndexUnusable

MANIFEST = "manifest.json"
_THREADS = 2
"""Files digested at once: hashing leaves the interpreter free, and two keep up with most disks."""


@dataclass(frozen=True)
class FileSet:
    """One complete set: a folder whose manifest lists every file with its digest.

    Attributes:
        facts: What was said of it when it was written.
    """

    folder: Path
    facts: Mapping[str, Any]

    @classmethod
    def newest(cls, place: Path) -> "FileSet | None":
        """Return the newest complete set below ``place``, without looking into its files.

        Raises:
            StoredIndexUnusable: its manifest cannot be read.
        """
        complete = [number for number in _numbers(place) if (place / number / MANIFEST).exists()]
        if not complete:
            return None
        folder = place / complete[-1]
        return cls(folder, _manifest(folder)["facts"])

    @classmethod
    def write(cls, place: Path, content: Callable[[Path], Mapping[str, Any]]) -> "FileSet":
        """Write the next set and return it; a reader sees all of it or nothing, whatever is killed.

        Only one process may write below ``place`` at a time.

        Args:
            content: Writes files into the folder it is given and returns the facts of the manifest.
        """
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = place / f"{int((_numbers(place) or ['0'])[-1]) + 1:08d}"
        folder.mkdir(mode=0o700)
        try:
            facts = dict(content(folder))
            _publish(folder, facts)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # on a full disk, half a set would stand in the way
            raise
        return cls(folder, facts)

    def verify(self) -> None:
        """Read every file and compare its digest.

        Raises:
            StoredIndexUnusable: a file is missing, cut off or altered.
        """
        listed = _manifest(self.folder)["files"]
        with ThreadPoolExecutor(_THREADS) as threads:
            try:
                found = list(threads.map(lambda name: _digest(self.folder / name), listed))
            except OSError as problem:
                raise StoredIndexUnusable("A file of a stored gallery is missing.") from problem
        if found != list(listed.values()):
            raise StoredIndexUnusable("A file of a stored gallery was damaged or altered.")


def remove_all_but(place: Path, kept: FileSet | None) -> int:
    """Remove every set but one, incomplete ones too; return how many there were."""
    gone = [place / number for number in _numbers(place) if kept is None or place / number != kept.folder]
    for folder in gone:
        (folder / MANIFEST).unlink(missing_ok=True)  # first: nobody must take it for complete
        shutil.rmtree(folder)
    return len(gone)


def _numbers(place: Path) -> list[str]:
    if not place.is_dir():
        return []
    return sorted(entry.name for entry in place.iterdir() if entry.is_dir() and entry.name.isdigit())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {"facts": dict(manifest["facts"]), "files": dict(manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoredIndexUnusable("The manifest of a stored gallery is damaged or missing.") from problem


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made_safe(path: Path) -> str:
    """Make a file the owner's alone, bring it to the disk, and return its digest."""
    path.chmod(0o600)
    _sync(path)
    return _digest(path)


def _publish(folder: Path, facts: Mapping[str, Any]) -> None:
    """Give the set its manifest in one step, once everything it lists is on the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(_THREADS) as threads:
        digests = list(threads.map(_made_safe, files))
    listed = {str(path.relative_to(folder)): found for path, found in zip(files, digests, strict=True)}
    for path in sorted(path for path in folder.rglob("*") if path.is_dir()):
        path.chmod(0o700)
        _sync(path)
    draft = folder / "manifest.draft"
    draft.write_text(json.dumps({"facts": facts, "files": listed}), encoding="utf-8")
    draft.chmod(0o600)
    _sync(draft)
    draft.rename(folder / MANIFEST)
    _sync(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
