"""A gallery of invented faces of any size, and the probes of people who are in it and of strangers."""

import gc
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from datasets.synthetic.face_vectors import InventedFaces, Vectors, sface_spread
from matcher.calibration import Calibration
from matcher.candidates import Reference
from matcher.face.index import FaceIndex
from matcher.filters import TagFilter, TagRange
from matcher.gallery import Gallery

PRODUCER, SLOTS, SLOT = "invented/1", 1000, "slot"
_AT_ONCE = 50_000
LINE = Calibration(PRODUCER, "a line", 10**6, ((0.0, 0.0), (0.3, -3.0), (1.0, -9.0)), -9.0)


@dataclass(frozen=True)
class Invented:
    """Vectors of a gallery with one photograph a person, and probes.

    Attributes:
        slots: A tag of each row, evenly spread over `SLOTS` values.
        mates: Row of each enrolled person's probe.
    """

    vectors: Vectors
    slots: NDArray[np.int64]
    mated: Vectors
    mates: NDArray[np.int64]
    strangers: Vectors


def invent(size: int, probes: int, seed: int = 7) -> Invented:
    """Draw a gallery and ``probes`` probes of either kind, piece by piece to spare memory."""
    faces = InventedFaces(sface_spread(), seed)
    vectors = np.empty((size, sface_spread().dimension), dtype=np.float32)
    mates = np.unique(np.random.default_rng(seed).integers(0, size, probes))
    again = []
    for first in range(0, size, _AT_ONCE):
        people = faces.people(min(_AT_ONCE, size - first))
        vectors[first : first + len(people)] = faces.photographs(people)
        here = mates[(mates >= first) & (mates < first + len(people))]
        again.append(faces.photographs(people[here - first]))
    slots = np.random.default_rng(seed + 1).integers(0, SLOTS, size)
    return Invented(vectors, slots, np.concatenate(again), mates, faces.photographs(faces.people(probes)))


@dataclass(frozen=True)
class Filled:
    """A gallery with everybody in it, before its segments are sealed.

    Attributes:
        memory_before: Bytes in use before, to take from those in use later.
    """

    gallery: Gallery
    index: FaceIndex
    load_s: float
    memory_before: int


def fill(invented: Invented) -> Filled:
    """Load a gallery as a process of the service does."""
    index = FaceIndex()
    gallery = Gallery(lambda _: index, lambda _modality, _producer: LINE)
    gc.collect()
    before, start = memory_in_use(), time.perf_counter()
    gallery.load(_references(invented), 1)
    return Filled(gallery, index, time.perf_counter() - start, before)


def memory_in_use() -> int:
    """Return the bytes of memory this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def probe_of(vector: Vectors) -> Template:
    """Return a vector as the template of a probe."""
    return Template(Modality.FACE, PRODUCER, vector.astype("<f4").tobytes(), Quality(1.0))


def admitting(share: float) -> TagFilter:
    """Return a filter that a share of the references passes."""
    return TagFilter(ranges={SLOT: TagRange(0, round(share * SLOTS) - 1)})


def _references(invented: Invented) -> Iterator[Reference]:
    for row, (vector, slot) in enumerate(zip(invented.vectors, invented.slots.tolist(), strict=True)):
        person = UUID(int=row + 1)
        unknown = FingerPosition.UNKNOWN
        yield Reference(row + 1, person, Modality.FACE, PRODUCER, unknown, vector.tobytes(), {SLOT: slot})
