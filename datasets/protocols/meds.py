"""File names of NIST Special Database 32 (MEDS), mugshots by encounter: S<subject>-<encounter>-t10_<n>."""

import re
from dataclasses import dataclass
from pathlib import Path

from datasets.errors import DatasetUnreadable
from datasets.image_files import images_in

_NAME = re.compile(r"S(\d+)-(\d+)-t10_(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Mugshot:
    """One photograph of an encounter; encounters of a subject are numbered in the order they happened."""

    subject: str
    encounter: int
    record: int
    path: Path


def read_mugshots(directory: Path) -> list[Mugshot]:
    """Return the photographs ordered by subject, encounter and record; files named otherwise are left out.

    Raises:
        DatasetUnreadable: there is no such folder, or no file there has such a name.
    """
    if not directory.is_dir():
        raise DatasetUnreadable(f"{directory} is no folder; give the one that holds the mugshots")
    named = ((_NAME.fullmatch(image.stem), image) for image in images_in(directory))
    shots = [Mugshot(f"S{m[1]}", int(m[2]), int(m[3]), image) for m, image in named if m]
    if not shots:
        raise DatasetUnreadable(f"{directory} has no images named like S002-01-t10_01.jpg")
    return sorted(shots, key=lambda shot: (shot.subject, shot.encounter, shot.record))
