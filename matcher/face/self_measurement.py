"""How deep must a segment look after its codes, and how often does it then find what exact search finds?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.face.embedding import Vectors
from matcher.face.library import Mask, Rows, one_thread, products_of
from matcher.face.parameters import FaceIndexParameters
from matcher.face.quick_codes import QuickCodes

_OVERWRITING = 2048
"""Invented vectors that take the place of real ones in memory of libraries."""


@dataclass(frozen=True)
class Population:
    """Mean and spread of a segment's vectors: invents vectors that are like them and nobody's."""

    mean: Vectors
    root: Vectors

    @classmethod
    def of(cls, vectors: Vectors, enough: int) -> "Population":
        """Measure about ``enough`` of the rows."""
        some = vectors[:: max(1, len(vectors) // enough)]
        mean = some.mean(axis=0)
        spread = (some.T @ some) / len(some) - np.outer(mean, mean)
        nobody = np.ones_like(some)
        nobody.T @ nobody  # OpenBLAS keeps pieces of what it multiplied last
        values, directions = np.linalg.eigh(spread.astype(np.float64))
        root = directions * np.sqrt(np.maximum(values, 0.0))
        return cls(mean, root.astype(np.float32))

    def invent(self, count: int, random: np.random.Generator) -> Vectors:
        """Return unit vectors of nobody."""
        noise = random.standard_normal((count, len(self.mean)), dtype=np.float32)
        return unit(noise @ self.root.T + self.mean)


def unit(vectors: Vectors) -> Vectors:
    """Return the rows made 1 long."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def seen_again(
    vectors: Vectors,
    live: Rows,
    population: Population,
    parameters: FaceIndexParameters,
    random: np.random.Generator,
) -> Vectors:
    """Return probes of enrolled people: stored vectors turned as far as another photograph would be."""
    chosen = random.choice(live, parameters.probes)
    mean, spread = parameters.alike
    alike = np.clip(random.normal(mean, spread, (parameters.probes, 1)), 0.2, 0.98).astype(np.float32)
    own = vectors[chosen]
    other = population.invent(parameters.probes, random)
    other -= own * np.einsum("ij,ij->i", own, other)[:, None]
    probes = own * alike + unit(other) * np.sqrt(1.0 - alike**2)
    own[:] = 0.0
    return np.ascontiguousarray(probes, dtype=np.float32)


def measured(
    codes: QuickCodes, vectors: Vectors, wiped: Mask, population: Population, parameters: FaceIndexParameters
) -> QuickCodes | None:
    """Return the codes with the depth that their recall asks for, None when no depth is enough."""
    one_thread()
    live = np.flatnonzero(~wiped)
    if not len(live):
        return None
    random = np.random.default_rng(len(live))
    kinds = [
        seen_again(vectors, live, population, parameters, random),
        population.invent(parameters.probes, random),
    ]
    best = [products_of(probes, vectors, 1)[1][:, 0] for probes in kinds]
    # FAISS multiplies 1,024 vectors at a time, and its OpenBLAS keeps pieces of the last ones.
    products_of(kinds[1], population.invent(_OVERWRITING, random), 1)
    deepest = int(parameters.deepest_share * len(vectors))
    codes.depth = min(parameters.shallowest, deepest)
    while (found := _found(codes, kinds, best)) < parameters.recall * parameters.probes:
        if codes.depth * 2 > deepest:
            return None
        codes.depth *= 2
    if codes.depth * parameters.depth_margin <= deepest:
        codes.depth *= parameters.depth_margin
        found = _found(codes, kinds, best)
    # As if one more had been missed: only a search that compares every row may state 1.
    codes.recall = found / (parameters.probes + 1)
    return codes


def _found(codes: QuickCodes, kinds: Sequence[Vectors], best: Sequence[Rows]) -> int:
    """Return of how many probes the best row is among those that the codes put first; of the worse kind."""
    return min(
        int((codes.nearest(probes, codes.depth) == rows[:, None]).any(axis=1).sum())
        for probes, rows in zip(kinds, best, strict=True)
    )
