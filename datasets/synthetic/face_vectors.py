"""Invents face templates of any number of people whose scores spread as those of real ones do.

A person is a point drawn from how real people's mean vectors differ; a photograph is that point moved by
what differs between photographs of one person, more in a bad one than in a good one, and made 1 long.
Only covariances of real vectors are kept, which hold nobody's face. Good for search and scale, useless
for judging extraction, and without look-alikes: twins and families are not imitated.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class FaceSpread:
    """How templates of one producer differ.

    Attributes:
        between: Covariance of people.
        within: Covariance of photographs of one person.
        quality_spread: Standard deviation of the logarithm of how far a photograph lies off.
        source: What it was measured on.
    """

    between: Matrix
    within: Matrix
    quality_spread: float
    source: str

    @property
    def dimension(self) -> int:
        """Numbers in a template."""
        return len(self.between)

    def write(self, path: Path) -> None:
        """Write one half of each matrix, to three digits."""
        half = np.tril_indices(self.dimension)
        np.savez_compressed(
            path,
            between=self.between[half].astype(np.float16),
            within=self.within[half].astype(np.float16),
            quality_spread=np.float64(self.quality_spread),
            source=np.str_(self.source),
        )

    @classmethod
    def read(cls, path: Path) -> "FaceSpread":
        """Return what `write` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            between, within = _whole(stored["between"]), _whole(stored["within"])
            return cls(between, within, float(stored["quality_spread"]), str(stored["source"]))


@lru_cache(maxsize=1)
def sface_spread() -> FaceSpread:
    """Return the spread of the shipped face model's templates."""
    return FaceSpread.read(Path(str(files("datasets.synthetic") / "face_spread.npz")))


class InventedFaces:
    """People and their photographs; the same seed gives the same ones."""

    def __init__(self, spread: FaceSpread, seed: int) -> None:
        self._people, self._photographs = _root(spread.between), _root(spread.within)
        self._quality_spread = spread.quality_spread
        self._random = np.random.default_rng(seed)

    def people(self, count: int) -> Vectors:
        """Return points of people nobody has seen before."""
        noise = self._random.standard_normal((count, len(self._people)), dtype=np.float32)
        return noise @ self._people

    def photographs(self, people: Vectors) -> Vectors:
        """Return a template of one photograph of each person."""
        noise = self._random.standard_normal(people.shape, dtype=np.float32)
        # Less the square of the spread: the mean square of what is drawn stays 1.
        off = np.exp(self._random.normal(0.0, self._quality_spread, len(people)) - self._quality_spread**2)
        moved = people + off[:, None].astype(np.float32) * (noise @ self._photographs)
        unit: Vectors = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
        return unit


def _whole(half: NDArray[np.float16]) -> Matrix:
    dimension = int((np.sqrt(8 * len(half) + 1) - 1) / 2)
    matrix = np.zeros((dimension, dimension))
    matrix[np.tril_indices(dimension)] = half
    return matrix + np.tril(matrix, -1).T


def _root(covariance: Matrix) -> Vectors:
    values, directions = np.linalg.eigh(covariance)
    root: Vectors = (directions * np.sqrt(np.maximum(values, 0.0))).T.astype(np.float32)
    return root
