"""A template as the compiled kernels read it: clockwise angles, cylinders in 64-bit words."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.template import BIT_BYTES, CELLS, SECTIONS, FingerprintTemplate

WORD_BYTES = 8
WORDS = -(-BIT_BYTES // WORD_BYTES)


class Prepared(NamedTuple):
    """One print.

    Attributes:
        angle: Clockwise from the x axis, as the y axis points down.
        bits, cells: ``(n, 7)`` words; ``cells`` has ones where ``bits`` means something.
        valid: Whether the minutia's cylinder may be compared.
        hull_x, hull_y: Corners of the convex hull, in order.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    angle: NDArray[np.float64]
    quality: NDArray[np.float64]
    bits: NDArray[np.uint64]
    cells: NDArray[np.uint64]
    valid: NDArray[np.bool_]
    hull_x: NDArray[np.float64]
    hull_y: NDArray[np.float64]


def prepare(payload: bytes) -> Prepared:
    """Return the kernel form of stored template bytes.

    Raises:
        TemplateUnreadable: the bytes are damaged.
    """
    template = FingerprintTemplate.from_bytes(payload)
    minutiae, shape = template.minutiae, template.cylinders
    count = len(minutiae)
    x, y = minutiae.x.astype(np.float64), minutiae.y.astype(np.float64)
    return Prepared(
        x,
        y,
        -minutiae.angle_rad.astype(np.float64),
        minutiae.quality.astype(np.float64),
        _words(shape.bits.reshape(count, CELLS * SECTIONS)),
        _words(np.repeat(shape.cells, SECTIONS, axis=1)),
        shape.valid,
        x[shape.hull],
        y[shape.hull],
    )


def _words(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    packed = np.zeros((len(bits), WORDS * WORD_BYTES), np.uint8)
    packed[:, :BIT_BYTES] = np.packbits(bits, axis=1, bitorder="little")
    return packed.view(np.uint64)
