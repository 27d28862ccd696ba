"""Memory of the index: segments of fixed size that are filled once, so that adding never copies."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.parameters import SCAN, ScanParameters
from matcher.fingerprint.scan import Lanes, close_scan, quick_scan
from matcher.fingerprint.sketch import WORDS, sketch_of

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
        self._templates: list[bytearray] = []
        self.positions = np.zeros(fingers, np.uint8)

    def __len__(self) -> int:
        return len(self._templates)

    @property
    def free(self) -> int:
        """How many more fingers fit."""
        return self._fingers - len(self)

    def add(self, payloads: Sequence[bytes], positions: Sequence[int]) -> None:
        """Append fingers; there must be room."""
        for payload, position in zip(payloads, positions, strict=True):
            sketch = sketch_of(FingerprintTemplate.from_bytes(payload), self._limits)
            row = len(self)
            begin = self._starts[row]
            end = begin + len(sketch.bits)
            self._bits[begin:end] = sketch.bits
            self._counts[begin:end] = sketch.counts
            self._place[begin:end] = sketch.place
            self._starts[row + 1] = end
            self.positions[row] = position
            self._templates.append(bytearray(payload))

    def template(self, row: int) -> bytes:
        """Return a finger's stored template; empty if it was wiped."""
        return bytes(self._templates[row])

    def wipe(self, row: int) -> None:
        """Overwrite with zeros whatever was kept of a finger."""
        kept = self._templates[row]
        kept[:] = bytes(len(kept))
        self._templates[row] = bytearray()
        begin, end = self._starts[row], self._starts[row + 1]
        self._bits[begin:end] = 0
        self._counts[begin:end] = 0
        self._place[begin:end] = 0
        self.positions[row] = 0

    def is_wiped(self, row: int) -> bool:
        """Return whether nothing is left of a finger."""
        return not self._templates[row]

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
