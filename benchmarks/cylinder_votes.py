"""The first stages that were not chosen: nearest cylinders by FAISS with votes, and one vector per finger."""

from enum import StrEnum
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.parameters import SCAN
from matcher.fingerprint.sketch import BITS, Sketch

Scores = NDArray[np.float32]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

NEIGHBOURS = 200
"""Gallery cylinders asked for by each probe cylinder."""
FARTHEST_BITS = 90.0
"""Distance at which a vote counts nothing."""
LISTS_PER_FINGER = 0.08
PROBED = 64
AXES, WORDS, ASSIGNED, LENGTH = 48, 128, 3, 256
"""Aggregation: axes kept of a cylinder, words of the vocabulary, words per cylinder, length of the vector."""
SAMPLE = 60_000
LEARNT_FROM = 2_500
"""Fingers whose long vectors the short ones are learnt from: the time for it grows with the cube."""
TABLES, TABLE_BITS, FLIPPED = 4, 32, 0
"""Hashing: tables, bits of each one's key, and bits of the key by which a neighbour may differ."""
CODE_BYTES = 32
"""Product quantisation: bytes of a vector."""


class Kind(StrEnum):
    """How FAISS finds near cylinders."""

    FLAT = "flat"
    INVERTED = "ivf"
    HASHED = "hash"


class Votes:
    """All cylinders of the gallery in one binary index; the nearest vote for their fingers."""

    def __init__(self, gallery: list[Sketch], kind: Kind) -> None:
        bits = np.concatenate([_bytes(sketch) for sketch in gallery])
        self._owner = np.repeat(np.arange(len(gallery)), [len(sketch.bits) for sketch in gallery])
        self._direction = np.concatenate([sketch.place[:, 2] for sketch in gallery])
        self._fingers = len(gallery)
        self._quantiser = faiss.IndexBinaryFlat(BITS)  # must outlive an index that uses it
        self.index: Any = self._quantiser
        if kind is Kind.HASHED:
            self.index = faiss.IndexBinaryMultiHash(BITS, TABLES, TABLE_BITS)
            self.index.nflip = FLIPPED
        if kind is Kind.INVERTED:
            lists = max(16, int(LISTS_PER_FINGER * len(gallery)))
            self.index = faiss.IndexBinaryIVF(self._quantiser, BITS, lists)
            self.index.nprobe = PROBED
            self.index.cp.niter, self.index.cp.max_points_per_centroid = 8, 64
            random = np.random.default_rng(1)
            self.index.train(bits[random.permutation(len(bits))[: 64 * lists]])
        self.index.add(bits)

    def raw(self, probe: Sketch) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return distances and numbers of the nearest cylinders: the library call alone."""
        distances, numbers = self.index.search(_bytes(probe), NEIGHBOURS)
        return distances, numbers

    def scores(self, probe: Sketch) -> Scores:
        """Each probe cylinder gives each finger its best vote; turned too far, a cylinder gives none."""
        distances, numbers = self.raw(probe)
        total = np.zeros(self._fingers, np.float32)
        for distance, number, direction in zip(distances, numbers, probe.place[:, 2], strict=True):
            turn = np.abs(np.angle(np.exp(1j * (self._direction[number] - direction))))
            weight = np.maximum(0, 1 - distance / FARTHEST_BITS) ** 2 * (turn <= SCAN.largest_turn_rad)
            weight[number < 0] = 0
            owners, first = np.unique(self._owner[number], return_index=True)  # nearest first
            total[owners] += weight[first]
        return total


class Aggregated:
    """One vector per finger: cylinders' offsets from the words of a vocabulary, summed (VLAD), no labels."""

    def __init__(self, gallery: list[Sketch]) -> None:
        random = np.random.default_rng(1)
        bits = np.concatenate([_bytes(sketch) for sketch in gallery[:: max(1, len(gallery) // 5000)]])
        sample = _unpacked(bits[random.permutation(len(bits))[:SAMPLE]])
        self._axes = faiss.PCAMatrix(BITS, AXES)
        self._axes.train(sample)
        reduced = self._axes.apply(sample)
        self._scale = float(reduced.std())
        kmeans = faiss.Kmeans(AXES, WORDS, niter=15, seed=1, max_points_per_centroid=1000)
        kmeans.train(reduced / self._scale)
        self._words = np.asarray(kmeans.centroids, np.float32)
        nearest = kmeans.index.search(np.ascontiguousarray(reduced[:5000] / self._scale), 1)[0]
        self._reach = float(np.mean(nearest)) / 4
        long = np.stack([self._long(sketch) for sketch in gallery])
        self._short = faiss.PCAMatrix(long.shape[1], LENGTH, -0.5)
        self._short.train(long[:LEARNT_FROM])
        self.index = faiss.IndexScalarQuantizer(
            LENGTH, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        vectors = _unit(self._short.apply(long))
        self._coded = faiss.IndexPQ(LENGTH, CODE_BYTES, 8, faiss.METRIC_INNER_PRODUCT)
        for index in (self.index, self._coded):
            index.train(vectors[:20_000])
            index.add(vectors)

    def scores(self, probe: Sketch, *, coded: bool = False) -> Scores:
        """Return the inner product with every finger, a byte a value or by product quantisation."""
        index = self._coded if coded else self.index
        vector = _unit(self._short.apply(self._long(probe)[None]))
        found, numbers = index.search(vector, index.ntotal)
        scores = np.zeros(index.ntotal, np.float32)
        scores[numbers[0]] = found[0]
        return scores

    def _long(self, sketch: Sketch) -> Floats:
        vector = np.zeros((WORDS, AXES), np.float32)
        if len(sketch.bits):
            reduced = self._axes.apply(_unpacked(_bytes(sketch))) / self._scale
            gaps = (reduced**2).sum(1)[:, None] - 2 * reduced @ self._words.T + (self._words**2).sum(1)
            near = np.argpartition(gaps, ASSIGNED, 1)[:, :ASSIGNED]
            share = np.exp(-np.take_along_axis(gaps, near, 1) / (2 * self._reach))
            share /= share.sum(1, keepdims=True) + 1e-12
            for k in range(ASSIGNED):
                np.add.at(vector, near[:, k], share[:, k, None] * (reduced - self._words[near[:, k]]))
        vector /= np.linalg.norm(vector, axis=1, keepdims=True) + 0.5
        rooted: Floats = _unit((np.sign(vector) * np.sqrt(np.abs(vector))).reshape(1, -1))[0]
        return rooted


def _bytes(sketch: Sketch) -> Bytes:
    return np.ascontiguousarray(sketch.bits).view(np.uint8).reshape(len(sketch.bits), BITS // 8)


def _unpacked(bits: Bytes) -> Floats:
    return np.unpackbits(bits, axis=1, bitorder="little").astype(np.float32)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = np.ascontiguousarray(
        vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9), np.float32
    )
    return unit
