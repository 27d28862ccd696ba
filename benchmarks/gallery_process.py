"""A process that holds a gallery as those of the service do, driven by lines on its standard input.

It prints a line of JSON when it has given its first answer. Then it obeys ``snapshot`` (write one) and
``follow`` (search at ``--searches`` a second while changes come in), tells of each, and ends with its input.
"""

import time

STARTED = time.monotonic()

import argparse  # noqa: E402  (the time of all imports belongs to a start)
import json  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from benchmarks.invented_gallery import LINE, memory_in_use, probe_of  # noqa: E402
from core import logging  # noqa: E402
from core.settings import settings  # noqa: E402
from matcher.candidates import Change  # noqa: E402
from matcher.gallery import Gallery  # noqa: E402
from matcher.indexes import open_index  # noqa: E402
from matcher.search import identify  # noqa: E402
from records.database import Database  # noqa: E402
from records.gallery_follower import GalleryFollower  # noqa: E402
from records.gallery_snapshots import GallerySnapshots  # noqa: E402
from records.parameters import SNAPSHOTS, SnapshotParameters  # noqa: E402

DIMENSION = 128
NEVER = SnapshotParameters(glance_s=86_400)


class WatchedGallery(Gallery):
    """Notes when changes had been taken in."""

    def __init__(self) -> None:
        super().__init__(open_index, lambda _modality, _producer: LINE)
        self.reached: list[tuple[int, float]] = []

    def apply(self, changes: Sequence[Change]) -> None:
        """Take in changes."""
        super().apply(changes)
        self.reached.append((self.position, time.monotonic()))


class Follower:
    """The gallery, what fills it, and the commands."""

    def __init__(self, snapshots: GallerySnapshots, times: SnapshotParameters) -> None:
        self._database = Database(settings().database_url.get_secret_value(), 2)
        self._gallery = WatchedGallery()
        self._snapshots = snapshots
        self._following = GalleryFollower(
            self._database, self._gallery, snapshots=snapshots, snapshot_times=times
        )

    def start(self) -> dict[str, Any]:
        """Fill the gallery and answer one search."""
        imported = time.monotonic()
        self._following.start()
        ready = time.monotonic()
        found = identify(self._gallery, [_probe(0)])
        return {
            "source": self._following.loading.source,
            "imports_s": round(imported - STARTED, 2),
            "filling_s": round(ready - imported, 2),
            "first_answer_at": time.monotonic(),
            "references": found.references_searched,
            "memory_bytes": memory_in_use(),
        }

    def snapshot(self) -> dict[str, Any]:
        """Write a snapshot, and time what keeps changes waiting."""
        start = time.monotonic()
        self._gallery.capture()
        captured = time.monotonic()
        with self._snapshots.writing():
            self._snapshots.write(self._database, self._gallery)
        files = [path.stat().st_size for path in self._snapshots.folder.rglob("*") if path.is_file()]
        return {
            "capture_ms": round(1e3 * (captured - start), 1),
            "write_s": round(time.monotonic() - captured, 2),
            "bytes": sum(files),
        }

    def follow(self, rate: float) -> dict[str, Any]:
        """Search ``rate`` times a second until the next line comes."""
        ended = threading.Event()
        threading.Thread(target=_set_at_next_line, args=(ended,), daemon=True).start()
        taken: list[float] = []
        due = time.monotonic()
        while not ended.wait(max(0.0, due - time.monotonic())):
            began = time.monotonic()
            identify(self._gallery, [_probe(len(taken))])
            taken.append(1e3 * (time.monotonic() - began))
            due += 1 / rate
        return {"reached": self._gallery.reached, "search_ms": taken}

    def stop(self) -> None:
        """End following."""
        self._following.stop()
        self._database.dispose()


def _set_at_next_line(ended: threading.Event) -> None:
    sys.stdin.readline()
    ended.set()


def _probe(seed: int) -> Any:
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return probe_of(vector / np.linalg.norm(vector))


def main() -> int:
    """Obey the lines of standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("snapshots", type=Path)
    parser.add_argument("--searches", type=float, default=50.0)
    parser.add_argument("--keep", action="store_true", help="write snapshots whenever they are due")
    given = parser.parse_args()
    logging.configure("WARNING")  # to stderr: standard output carries the answers
    follower = Follower(GallerySnapshots(given.snapshots), SNAPSHOTS if given.keep else NEVER)
    print(json.dumps(follower.start()), flush=True)
    for line in iter(sys.stdin.readline, ""):
        told = follower.snapshot() if line.strip() == "snapshot" else follower.follow(given.searches)
        print(json.dumps(told), flush=True)
    follower.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
