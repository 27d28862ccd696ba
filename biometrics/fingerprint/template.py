"""The stored form of a print: minutiae, their cylinders and hull, and the ridges, in about four kilobytes.

Layout, little-endian: header (magic, width, height, count, hull length), then for all minutiae x and
y (1/8 px), direction (2 pi / 65536), bifurcation and quality (1/255); one bit each for a valid
cylinder; indices of the hull; for each valid cylinder 10 bytes of cells and 50 bytes of bits. Then the ridge
phase: left, top, columns and rows of its grid (all 0 where there was no image), one bit each for a
shown node, and 3 bytes for each of these. Loading a gallery copies bytes and computes nothing.
"""

import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.cylinders import Cylinders, build_cylinders
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import PARAMETERS, FingerprintParameters
from biometrics.fingerprint.ridge_phase import NO_PHASE, RidgePhase

MAGIC = b"NFT2"
HEADER = struct.Struct("<4sHHBB")
PHASE_HEADER = struct.Struct("<HHBB")
POSITION_STEPS = 8  # per pixel
ANGLE_STEPS = 65536  # per turn
SHARE_STEPS = 255
CELLS = 80
SECTIONS = 5
CELL_BYTES = CELLS // 8
BIT_BYTES = CELLS * SECTIONS // 8


@dataclass(frozen=True)
class FingerprintTemplate:
    """What is kept of a print.

    Attributes:
        width, height: Size of the image in pixels at 500 dpi.
    """

    width: int
    height: int
    minutiae: Minutiae
    cylinders: Cylinders
    phase: RidgePhase

    @classmethod
    def from_minutiae(
        cls,
        width: int,
        height: int,
        minutiae: Minutiae,
        parameters: FingerprintParameters = PARAMETERS,
        phase: RidgePhase = NO_PHASE,
    ) -> "FingerprintTemplate":
        """Build the cylinders for minutiae from any source: our network, an examiner, a foreign template.

        Args:
            phase: The ridges, where there is an image; without, minutiae alone are compared.
        """
        best = np.argsort(-minutiae.quality, kind="stable")[: parameters.minutiae.most]
        kept = minutiae.take(best)
        return cls(width, height, kept, build_cylinders(kept, parameters.cylinders), phase)

    def to_bytes(self) -> bytes:
        """Return the stored form."""
        kept, shape, phase = self.minutiae, self.cylinders, self.phase
        rows, columns = phase.shown.shape
        angle = np.rint(kept.angle_rad.astype(np.float64) / (2 * math.pi) * ANGLE_STEPS) % ANGLE_STEPS
        parts = [
            HEADER.pack(MAGIC, self.width, self.height, len(kept), len(shape.hull)),
            _scaled(kept.x, POSITION_STEPS, 65535).astype("<u2").tobytes(),
            _scaled(kept.y, POSITION_STEPS, 65535).astype("<u2").tobytes(),
            angle.astype("<u2").tobytes(),
            _scaled(kept.bifurcation, SHARE_STEPS, 255).astype(np.uint8).tobytes(),
            _scaled(kept.quality, SHARE_STEPS, 255).astype(np.uint8).tobytes(),
            np.packbits(shape.valid, bitorder="little").tobytes(),
            shape.hull.astype(np.uint8).tobytes(),
            np.packbits(shape.cells[shape.valid], axis=1, bitorder="little").tobytes(),
            np.packbits(
                shape.bits[shape.valid].reshape(-1, CELLS * SECTIONS), axis=1, bitorder="little"
            ).tobytes(),
            PHASE_HEADER.pack(phase.left, phase.top, columns, rows),
            np.packbits(phase.shown, bitorder="little").tobytes(),
            phase.waves.tobytes(),
        ]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "FingerprintTemplate":
        """Return the template that ``to_bytes`` stored, to the precision of the stored form.

        Raises:
            TemplateUnreadable: the bytes are of another format, cut off or inconsistent.
        """
        reader = _Reader(data)
        magic, width, height, count, hull_length = HEADER.unpack(reader.take(HEADER.size))
        if magic != MAGIC:
            raise TemplateUnreadable("Fingerprint template of an unknown format: extract the sample again")
        x = reader.array("<u2", count) / POSITION_STEPS
        y = reader.array("<u2", count) / POSITION_STEPS
        angle = reader.array("<u2", count) * (2 * math.pi / ANGLE_STEPS)
        bifurcation = reader.array("u1", count) / SHARE_STEPS
        quality = reader.array("u1", count) / SHARE_STEPS
        single = [v.astype(np.float32) for v in (x, y, angle, bifurcation, quality)]
        valid = reader.bits(1, (count + 7) // 8 * 8)[0, :count]
        hull = reader.array("u1", hull_length).astype(np.int64)
        cells = np.zeros((count, CELLS), np.bool_)
        bits = np.zeros((count, CELLS * SECTIONS), np.bool_)
        kept = int(valid.sum())
        cells[valid] = reader.bits(kept, CELLS)
        bits[valid] = reader.bits(kept, CELLS * SECTIONS)
        phase = _read_phase(reader)
        if reader.rest or (hull.size and hull.max() >= count):
            raise TemplateUnreadable(
                "Fingerprint template with inconsistent lengths: extract the sample again"
            )
        shape = Cylinders(bits.reshape(count, CELLS, SECTIONS), cells, valid, hull)
        return cls(width, height, Minutiae(*single), shape, phase)


class _Reader:
    """Takes arrays off the front of a byte string."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def rest(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.rest:
            raise TemplateUnreadable("Fingerprint template is cut off: extract the sample again")
        self._at += size
        return self._data[self._at - size : self._at]

    def array(self, kind: str, count: int) -> NDArray[np.float64]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind).astype(np.float64)

    def bits(self, rows: int, columns: int) -> NDArray[np.bool_]:
        packed = np.frombuffer(self.take(rows * columns // 8), np.uint8).reshape(rows, columns // 8)
        return np.unpackbits(packed, axis=1, bitorder="little").astype(np.bool_)


def _read_phase(reader: _Reader) -> RidgePhase:
    left, top, columns, rows = PHASE_HEADER.unpack(reader.take(PHASE_HEADER.size))
    nodes = rows * columns
    shown = reader.bits(1, (nodes + 7) // 8 * 8)[0, :nodes].reshape(rows, columns)
    waves = np.frombuffer(reader.take(3 * int(shown.sum())), np.uint8).reshape(-1, 3)
    return RidgePhase(left, top, shown, waves)


def _scaled(values: NDArray[np.float32], steps: int, largest: int) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = np.clip(np.rint(values * steps), 0, largest)
    return scaled
