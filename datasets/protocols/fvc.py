"""The layout of the Fingerprint Verification Competitions: files named <finger>_<impression>."""

import re
from dataclasses import dataclass
from pathlib import Path

from datasets.errors import DatasetUnreadable
from datasets.image_files import folders_in, images_in

_NAME = re.compile(r"(\d+)_(\d+)")


@dataclass(frozen=True)
class FvcPrint:
    """One image: finger and impression as numbered in its name."""

    finger: int
    impression: int
    path: Path


@dataclass(frozen=True)
class FvcDatabase:
    """One sensor's prints, ordered by finger and impression."""

    name: str
    prints: tuple[FvcPrint, ...]


def holds_prints(directory: Path) -> bool:
    """Return whether a folder holds images and all of them are named <finger>_<impression>."""
    images = images_in(directory)
    return bool(images) and all(_NAME.fullmatch(image.stem) for image in images)


def read_database(directory: Path) -> FvcDatabase:
    """Return the prints of one folder; files named otherwise are left out.

    Raises:
        DatasetUnreadable: no image there is named <finger>_<impression>.
    """
    if not directory.is_dir():
        raise DatasetUnreadable(f"{directory} is no folder; give one with prints named <finger>_<impression>")
    named = ((_NAME.fullmatch(image.stem), image) for image in images_in(directory))
    prints = [FvcPrint(int(match[1]), int(match[2]), image) for match, image in named if match]
    if not prints:
        raise DatasetUnreadable(f"{directory} has no images named <finger>_<impression>, such as 101_1.png")
    return FvcDatabase(directory.name, tuple(sorted(prints, key=lambda item: (item.finger, item.impression))))


def read_databases(directory: Path) -> list[FvcDatabase]:
    """Return the databases in the folders of a folder (DB1_B, DB2_B ...), or the one it is itself.

    Raises:
        DatasetUnreadable: neither the folder nor its folders hold prints.
    """
    if not directory.is_dir():
        raise DatasetUnreadable(f"{directory} is no folder; give one with folders DB1, DB2 ... of prints")
    inside = [folder for folder in folders_in(directory) if holds_prints(folder)]
    return [read_database(folder) for folder in inside] or [read_database(directory)]
