"""Memory of the index: segments of fixed size that are filled once, so that adding never copies."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.array_file import Arrays, read_arrays, write_arrays
from matcher.fingerprint.parameters import SCAN, ScanParameters
from matcher.fingerprint.payloads import Payloads
from matcher.fingerprint.scan import Lanes, close_scan, quick_scan
from matcher.fingerprint.sketch import WORDS, Sketch, sketch_of

Bools = NDArray[np.bool_]

FINGERS = 4096
"""Fingers of a segment: 8 MB of sketches, and about 16 MB of templates."""


class Segment:
    """Some fingers: their stored templates, and their sketches side by side for scanning."""

    def __init__(self, limits: ScanParameters = SCAN, fingers: int = FINGERS) -> None:
        capacity = fingers * limits.most_cylinders
        self._limits = limits
        self._fingers = fingers
        self._bits = np.zeros((capacity, WORDS), np.uint64)
        self._counts = np.zeros(capacity, np.float32)
        self._place = np.zeros((capacity, 3), np.float32)
        self._starts = np.zeros(fingers + 1, np.int64)
        self._payloads = Payloads(fingers)
        self._wipes = 0
        self._stored: tuple[Path, int] | None = None  # a file with all of a full segment, and its wipes then
        self._mapped = False
        self.positions = np.zeros(fingers, np.uint8)

    @classmethod
    def open(cls, path: Path, limits: ScanParameters, fingers: int) -> "Segment":
        """Return a stored segment; a full one stays in its file, in pages that all processes share.

        Raises:
            StoredIndexUnusable: the file is damaged.
        """
        arrays = read_arrays(path, mapped=True)
        if len(arrays["positions"]) == fingers:
            made = cls(limits, 0)
            made._fingers, made._mapped, made._stored = fingers, True, (path, 0)
            made._lay(arrays)
            return made
        made = cls(limits, fingers)
        kept = Payloads.of(arrays["bytes"], arrays["begins"], arrays["lengths"])
        for row, position in enumerate(arrays["positions"].tolist()):
            made._append(_sketch_in(arrays, row), kept.payload(row), position)
        return made

    def __len__(self) -> int:
        return len(self._payloads)

    @property
    def free(self) -> int:
        """How many more fingers fit."""
        return self._fingers - len(self)

    def add(self, payloads: Sequence[bytes], positions: Sequence[int]) -> None:
        """Append fingers; there must be room."""
        for payload, position in zip(payloads, positions, strict=True):
            sketch = sketch_of(payload, self._limits)
            self._append(sketch, payload, position)

    def take(self, other: "Segment", row: int) -> None:
        """Append a finger of another segment; there must be room."""
        sketch = _sketch_in(other._arrays(), row)
        self._append(sketch, other.template(row), int(other.positions[row]))

    def template(self, row: int) -> bytes:
        """Return a finger's stored template; empty if it was wiped."""
        return self._payloads.payload(row)

    def wipe(self, row: int) -> None:
        """Overwrite with zeros whatever was kept of a finger."""
        self._wipes += 1
        self._leave_file()
        self._payloads.wipe(row)
        begin, end = self._starts[row], self._starts[row + 1]
        self._bits[begin:end] = 0
        self._counts[begin:end] = 0
        self._place[begin:end] = 0
        self.positions[row] = 0

    def is_wiped(self, row: int) -> bool:
        """Return whether nothing is left of a finger."""
        return self._payloads.is_wiped(row)

    def wiped_rows(self) -> NDArray[np.int64]:
        """Return the rows of which nothing is left."""
        return self._payloads.wiped_rows()

    def scan(
        self, probe: Lanes, wanted: Bools, *, closely: bool, limits: ScanParameters | None = None
    ) -> NDArray[np.float32]:
        """Return the score of each finger in the quick or the close scan, 0 where not wanted.

        Args:
            limits: Instead of those that the segment was made with.
        """
        scores = np.zeros(len(self), np.float32)
        (close_scan if closely else quick_scan)(
            probe,
            self._bits,
            self._counts,
            self._place,
            self._starts[: len(self) + 1],
            wanted,
            scores,
            limits or self._limits,
        )
        return scores

    def capture(self) -> Callable[[Path], None]:
        """Return what writes the fingers of this moment into a file, while others are added or wiped."""
        unchanged = self._stored[0] if self._stored and self._stored[1] == self._wipes else None
        return partial(self._store, self._arrays(), self._wipes, unchanged)

    def _store(self, arrays: Arrays, wipes: int, unchanged: Path | None, path: Path) -> None:
        if unchanged is None or not _linked(unchanged, path):
            write_arrays(path, arrays)
        if len(arrays["positions"]) == self._fingers:
            self._stored = (path, wipes)

    def _arrays(self) -> Arrays:
        content, begins, lengths = self._payloads.arrays()
        size = len(self)
        end = self._starts[size]
        return {
            "bits": self._bits[:end],
            "counts": self._counts[:end],
            "place": self._place[:end],
            "starts": self._starts[: size + 1],
            "positions": self.positions[:size],
            "bytes": content,
            "begins": begins,
            "lengths": lengths,
        }

    def _lay(self, arrays: Arrays) -> None:
        self._bits, self._counts, self._place = arrays["bits"], arrays["counts"], arrays["place"]
        self._starts, self.positions = arrays["starts"], arrays["positions"]
        self._payloads = Payloads.of(arrays["bytes"], arrays["begins"], arrays["lengths"])

    def _leave_file(self) -> None:
        """Own the memory: a file that is deleted for what it holds must not live on in a mapping."""
        if self._mapped:
            self._lay({name: array.copy() for name, array in self._arrays().items()})
            self._mapped = False

    def _append(self, sketch: Sketch, payload: bytes, position: int) -> None:
        row = len(self)
        begin = self._starts[row]
        end = begin + len(sketch.bits)
        self._bits[begin:end] = sketch.bits
        self._counts[begin:end] = sketch.counts
        self._place[begin:end] = sketch.place
        self._starts[row + 1] = end
        self.positions[row] = position
        self._payloads.append(payload)


def _sketch_in(arrays: Arrays, row: int) -> Sketch:
    part = slice(arrays["starts"][row], arrays["starts"][row + 1])
    return Sketch(arrays["bits"][part], arrays["counts"][part], arrays["place"][part])


def _linked(old: Path, new: Path) -> bool:
    """Give a file a second name; not possible when it is gone, or on a file system without such names."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True
