"""Snapshots of parts of a gallery: each part has a folder of its own, and none stays that nobody holds."""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

from core.logging import get_logger
from core.settings import Settings
from records.gallery_feed import SUBJECT_RANGES, Ranges
from records.gallery_snapshots import GallerySnapshots, snapshot_folder

_LOG = get_logger(__name__)
_HELD = "held.lock"


class HeldPart:
    """The snapshots of a part that a process of this machine holds; until it lets go or ends, they stay."""

    def __init__(self, folder: Path, minutes: float) -> None:
        self.snapshots = GallerySnapshots(folder, minutes, f"ranges {folder.name}")
        self._lock = _locked(folder)

    def release(self) -> None:
        """Hold the part no more, and leave its snapshots to whoever holds it next."""
        os.close(self._lock)

    def let_go(self) -> None:
        """Hold the part no more; its snapshots go if no other process holds it."""
        self.release()
        _remove_unheld(self.snapshots.folder)


def hold_part(chosen: Settings, ranges: Ranges) -> HeldPart | None:
    """Return the snapshots of some ranges, None when the settings want none.

    Folder and content are named by the ranges: a snapshot of another division is never taken.
    """
    if not chosen.snapshot_minutes:
        return None
    return HeldPart(_parts(chosen) / part_name(ranges), chosen.snapshot_minutes)


def part_name(ranges: Ranges) -> str:
    """Return one bit for each range, in hexadecimal digits."""
    return f"{sum(1 << place for place in ranges):0{SUBJECT_RANGES // 4}x}"


def remove_unheld(chosen: Settings) -> frozenset[str]:
    """Remove what this machine has of parts that none of its processes holds; return the names of the rest.

    Nobody would take erased people out of them.
    """
    place = _parts(chosen)
    folders = sorted(place.iterdir()) if place.is_dir() else []
    return frozenset(folder.name for folder in folders if not _remove_unheld(folder))


def _remove_unheld(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR, 0o600)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        GallerySnapshots(folder).remove_all()
        shutil.rmtree(folder)
        _LOG.info("part_snapshots_removed", part=folder.name)
        return True
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """Return the lock that keeps a folder from being removed, on a folder that is not removed yet."""
    while True:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            continue
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        with suppress(FileNotFoundError):
            if os.path.samestat((folder / _HELD).stat(), os.fstat(descriptor)):
                return descriptor
        os.close(descriptor)


def _parts(chosen: Settings) -> Path:
    return snapshot_folder(chosen) / "parts"
