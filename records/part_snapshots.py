"""Snapshots of parts of a gallery: each part has a folder of its own, and none stays that is not held."""

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from core.logging import get_logger
from core.settings import Settings
from records.gallery_feed import SUBJECT_RANGES, Ranges
from records.gallery_snapshots import GallerySnapshots, snapshot_folder

_LOG = get_logger(__name__)


def snapshots_of_part(chosen: Settings, ranges: Ranges) -> GallerySnapshots | None:
    """Return the snapshots of some ranges, None when the settings want none.

    Folder and content are named by the ranges: a snapshot of another division is never taken.
    """
    if not chosen.snapshot_minutes:
        return None
    name = part_name(ranges)
    return GallerySnapshots(_parts(chosen) / name, chosen.snapshot_minutes, f"ranges {name}")


def part_name(ranges: Ranges) -> str:
    """Return one bit for each range, in hexadecimal digits."""
    return f"{sum(1 << place for place in ranges):0{SUBJECT_RANGES // 4}x}"


def keep_only(chosen: Settings, held: Collection[Ranges]) -> bool:
    """Remove what this machine has of other parts: nobody would take erased people out of it.

    Returns:
        False: some part is being written right now; call again.
    """
    kept = {part_name(ranges) for ranges in held} if chosen.snapshot_minutes else set()
    removed = [_removed(folder) for folder in _folders(chosen) if folder.name not in kept]
    return all(removed)


def _removed(folder: Path) -> bool:
    snapshots = GallerySnapshots(folder)
    with snapshots.writing() as allowed:
        if not allowed:
            return False
        snapshots.remove_all()
        shutil.rmtree(folder, ignore_errors=True)
    _LOG.info("part_snapshots_removed", part=folder.name)
    return not folder.exists()


def _folders(chosen: Settings) -> Iterator[Path]:
    place = _parts(chosen)
    return iter([folder for folder in place.iterdir() if folder.is_dir()] if place.is_dir() else [])


def _parts(chosen: Settings) -> Path:
    return snapshot_folder(chosen) / "parts"
