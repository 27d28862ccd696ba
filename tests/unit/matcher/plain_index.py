"""The plainest index there is (a list of vectors, a dot product), to test what stands on top of one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np

from biometrics.errors import TemplateUnreadable
from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Reference
from matcher.gallery import Gallery
from matcher.indexes import Mask, Rows, Scores, TemplateIndex

DIMENSIONS = 32
PRODUCERS = {Modality.FACE: "plain-face/1", Modality.FINGER: "plain-finger/1"}


class PlainIndex:
    """Rows of unit vectors compared by dot product."""

    def __init__(self) -> None:
        self.vectors: list[np.ndarray] = []
        self.wiped: set[int] = set()

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        """Append rows; a damaged payload is refused after those before it were added."""
        for payload in payloads:
            if len(payload) != 4 * DIMENSIONS:
                raise TemplateUnreadable("not a vector")
            self.vectors.append(np.frombuffer(payload, np.float32).copy())

    def wipe(self, row: int) -> None:
        self.vectors[row][:] = 0
        self.wiped.add(row)

    def search(
        self,
        payload: bytes,
        position: FingerPosition,
        allowed: Mask | None,
        limit: int,
        *,
        thorough: bool = False,
    ) -> tuple[Rows, Scores]:
        rows = np.asarray(
            [row for row in range(len(self)) if row not in self.wiped and (allowed is None or allowed[row])],
            dtype=np.int64,
        )
        scores = self.score_rows(payload, position, rows)
        best = np.argsort(-scores, kind="stable")[:limit]
        return rows[best], scores[best]

    def recall(self, allowed: Mask | None) -> float | None:
        return 1.0

    def score_rows(
        self, payload: bytes, position: FingerPosition, rows: Rows, *, thorough: bool = False
    ) -> Scores:
        probe = np.frombuffer(payload, np.float32)
        return np.asarray([float(self.vectors[row] @ probe) for row in rows], dtype=np.float64)

    def take(self, other: "PlainIndex", rows: Rows) -> None:
        for row in rows.tolist():
            if row in other.wiped:
                self.wiped.add(len(self))
            self.vectors.append(other.vectors[row].copy())

    def capture(self) -> Callable[[Path], None]:
        vectors, wiped = np.array(self.vectors), sorted(self.wiped)

        def store(folder: Path) -> None:
            np.save(folder / "vectors.npy", vectors)
            np.save(folder / "wiped.npy", np.asarray(wiped, dtype=np.int64))

        return store

    def __len__(self) -> int:
        return len(self.vectors)


def open_plain(modality: Modality, folder: Path) -> PlainIndex:
    index = PlainIndex()
    index.vectors = list(np.load(folder / "vectors.npy"))
    index.wiped = set(np.load(folder / "wiped.npy").tolist())
    return index


def new_index(modality: Modality) -> TemplateIndex:
    return PlainIndex()


def calibration(modality: Modality, producer: str) -> Calibration:
    """A made-up straight line: 1 at a score of 0, one in a million at 1."""
    return Calibration(producer, "made up", 1_000_000, ((0.0, 0.0), (0.5, -3.0), (1.0, -6.0)), -6.0)


def new_gallery(references: Iterable[Reference] = (), position: int = 0) -> Gallery:
    gallery = Gallery(new_index, calibration)
    gallery.load(references, position)
    return gallery


def vector(seed: int) -> bytes:
    values = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    return bytes((values / np.linalg.norm(values)).tobytes())


def near(payload: bytes, seed: int, noise: float = 0.3) -> bytes:
    """A unit vector a little off the given one."""
    values = np.frombuffer(payload, np.float32)
    moved = values + noise / DIMENSIONS**0.5 * np.random.default_rng(seed).normal(size=DIMENSIONS).astype(
        np.float32
    )
    return bytes((moved / np.linalg.norm(moved)).astype(np.float32).tobytes())


def template(
    payload: bytes,
    position: FingerPosition = FingerPosition.UNKNOWN,
    modality: Modality | None = None,
    producer: str = "",
) -> Template:
    modality = modality or (Modality.FINGER if position else Modality.FACE)
    return Template(modality, producer or PRODUCERS[modality], payload, Quality(1.0), position)


def reference(
    reference_id: int,
    subject: int,
    payload: bytes,
    position: FingerPosition = FingerPosition.UNKNOWN,
    tags: Mapping[str, int] | None = None,
    modality: Modality | None = None,
    producer: str = "",
) -> Reference:
    modality = modality or (Modality.FINGER if position else Modality.FACE)
    return Reference(
        reference_id,
        UUID(int=subject),
        modality,
        producer or PRODUCERS[modality],
        position,
        payload,
        tags or {},
    )
