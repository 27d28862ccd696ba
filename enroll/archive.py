"""Reads the files out of an uploaded zip archive, in memory, within limits that a bomb cannot get round."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from enroll.errors import ArchiveTooLarge, ArchiveUnusable
from enroll.parameters import ENROLL

_NEVER_PROBES = ("__macosx", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class ArchiveLimits:
    """The most an archive may unpack to.

    Attributes:
        file_bytes: Of one file.
        total_bytes: Of all files together.
    """

    file_bytes: int
    total_bytes: int
    files: int = ENROLL.batch.most_probes


@dataclass(frozen=True)
class ArchivedFile:
    """One file of an archive; ``problem`` says why it could not be read."""

    name: str
    data: bytes
    problem: str = ""


class Archive:
    """An opened zip archive whose table of contents has been checked."""

    def __init__(self, archive: BinaryIO, limits: ArchiveLimits) -> None:
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(archive)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError) as problem:
            raise ArchiveUnusable("The file is not a zip archive. Pack the images into one.") from problem
        self._members = [member for member in self._zip.infolist() if _is_probe(member)]
        self._check()

    def names(self) -> list[str]:
        """Return the names of the files, in the order of the archive."""
        return [member.filename for member in self._members]

    def files(self) -> Iterator[ArchivedFile]:
        """Unpack one file after the other; what an archive says of its sizes is not believed."""
        left = self._limits.total_bytes
        for member in self._members:
            file = self._read(member)
            left -= len(file.data)
            if left < 0:
                raise ArchiveTooLarge(
                    f"The archive unpacks to more than {self._limits.total_bytes} bytes; send it in parts.",
                    max_bytes=self._limits.total_bytes,
                )
            yield file

    def read(self, name: str) -> bytes:
        """Return one file's bytes."""
        return self._read(self._zip.getinfo(name)).data

    def _read(self, member: zipfile.ZipInfo) -> ArchivedFile:
        most = self._limits.file_bytes
        try:
            with self._zip.open(member) as stream:
                data = stream.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as problem:
            return ArchivedFile(member.filename, b"", f"It cannot be unpacked ({problem}).")
        except RuntimeError:
            return ArchivedFile(member.filename, b"", "It is locked with a password; send it unlocked.")
        if len(data) > most:
            return ArchivedFile(member.filename, b"", f"It has more than {most} bytes; send a smaller one.")
        return ArchivedFile(member.filename, data)

    def _check(self) -> None:
        if not self._members:
            raise ArchiveUnusable("The archive holds no file. Pack the probe images into it.")
        if len(self._members) > self._limits.files:
            raise ArchiveTooLarge(
                f"The archive holds {len(self._members)} files; at most {self._limits.files} are taken."
                " Send it in parts.",
                max_files=self._limits.files,
            )
        unpacked = sum(member.file_size for member in self._members)
        packed = sum(member.compress_size for member in self._members)
        small = unpacked <= self._limits.file_bytes
        if unpacked > self._limits.total_bytes or (
            not small and unpacked > ENROLL.batch.most_unpacked_ratio * max(packed, 1)
        ):
            raise ArchiveTooLarge(
                f"The archive would unpack to {unpacked} bytes, too many for its size or for one batch;"
                " send it in parts.",
                max_bytes=self._limits.total_bytes,
            )


def _is_probe(member: zipfile.ZipInfo) -> bool:
    parts = [part.lower() for part in PurePosixPath(member.filename).parts]
    hidden = any((part.startswith(".") and part != "..") or part in _NEVER_PROBES for part in parts)
    return not member.is_dir() and not hidden
