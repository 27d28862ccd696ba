"""Holds faces as a process of the service does, and wipes some, for another process to look into.

Arguments: file of vectors, folder for captured files. Prints "ready" and waits for a line.
"""

import sys
from pathlib import Path

import numpy as np

from biometrics.template import FingerPosition
from matcher.face.index import FaceIndex
from matcher.face.parameters import FaceIndexParameters

DIMENSION, SEGMENT, ROWS = 64, 4096, 9000
WIPED = (0, 17, 4095, 4096, 6000, 8191, 8192, 8999)
SMALL = FaceIndexParameters(segment_values=DIMENSION * SEGMENT, training_vectors=4000, probes=200)


def hold(vectors: Path, folder: Path) -> None:
    index = FaceIndex(SMALL)
    buffer = bytearray(ROWS * DIMENSION * 4)
    with vectors.open("rb", buffering=0) as file:
        file.readinto(buffer)
    view, size = memoryview(buffer), DIMENSION * 4
    for first in range(0, ROWS, 500):
        rows = range(first, min(first + 500, ROWS))
        index.add([view[row * size : (row + 1) * size] for row in rows], [FingerPosition.UNKNOWN] * len(rows))
    buffer[:] = bytes(len(buffer))
    index.settle()
    assert all(segment.codes is not None for segment in index._segments[:2])
    use(index)
    before, after = folder / "before", folder / "after"
    before.mkdir()
    after.mkdir()
    index.capture()(before)
    opened = FaceIndex.open(before, SMALL)
    use(opened)
    for row in WIPED:
        index.wipe(row)
        opened.wipe(row)
    use(index)
    opened.capture()(after)
    print("ready", flush=True)
    sys.stdin.readline()
    assert len(index) == len(opened) == ROWS


def use(index: FaceIndex) -> None:
    """Search as a service does, with probes that are not the stored vectors themselves."""
    random = np.random.default_rng(1)
    probes = random.normal(size=(8, DIMENSION)).astype(np.float32)
    for segment in index._segments:
        segment._products(probes, 50)  # as searches that are taken together
    for _ in range(20):
        probe = random.normal(size=DIMENSION).astype("<f4").tobytes()
        index.search(probe, FingerPosition.UNKNOWN, None, 50)
        index.score_rows(probe, FingerPosition.UNKNOWN, np.array(WIPED))


if __name__ == "__main__":
    hold(Path(sys.argv[1]), Path(sys.argv[2]))
