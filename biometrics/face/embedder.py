"""Turns an aligned face into a vector of length 1 with the network of a manifest entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import EmbeddingParameters
from biometrics.face.population import Population
from biometrics.face.quantised.network import QuantisedNetwork
from biometrics.face.quantised.ranges import ranges_of
from biometrics.face.session_network import SessionNetwork
from biometrics.image import Pixels
from models.errors import ManifestInvalid
from models.registry import ModelEntry
from models.separable import read_separable
from models.session import read_network

Vector = NDArray[np.float32]

_FEWEST_NUMBERS = 2
"""A single number orders people on a line; published embedders make 128 to 512."""


@dataclass(frozen=True)
class Embedding:
    """A unit vector, and how long the network made it: short means that little of the face could be read."""

    vector: Vector
    length: float


class FaceEmbedder:
    """An embedding network, loaded. Any network of the ArcFace convention works by its entry alone.

    What does not fit together is said when it is opened: the network is run once on a grey picture.

    Attributes:
        dimension: Of the vectors.

    Raises:
        ManifestInvalid: the entry, the network or the population does not fit the others.
    """

    def __init__(
        self,
        entry: ModelEntry,
        side_px: int,
        parameters: EmbeddingParameters,
        population: Population | None = None,
        directory: Path | None = None,
    ) -> None:
        if (entry.input.width, entry.input.height) != (side_px, side_px) or entry.input.colour == "grey":
            raise ManifestInvalid(
                f"Model '{entry.name}' must take colour faces of {side_px} x {side_px}: set input.width, "
                "input.height and input.colour of its entry."
            )
        self._network = _opened(entry, side_px, parameters, directory)
        self._wants_rgb = entry.input.colour == "rgb"
        self._mirrored = parameters.mirrored
        self._centre = population.mean if population else np.float32(0)
        self.dimension = self._tried(entry, np.full((side_px, side_px, 3), 127, np.uint8))
        if population is not None and len(population.mean) != self.dimension:
            raise ManifestInvalid(
                f"The population of {population.embedder} has a mean of {len(population.mean)} numbers, but "
                f"model '{entry.name}' makes {self.dimension}. Measure it anew with `python -m "
                f"benchmarks.run calibration/face_population --embedder {entry.name}`.",
                model=entry.name,
            )

    def _tried(self, entry: ModelEntry, grey: Pixels) -> int:
        """Return how many numbers the network makes of a picture, having seen that it makes any."""
        try:
            vector = self.raw(grey)
        except Exception as problem:  # a runtime's own classes: the network does not take what it says
            reason = str(problem).splitlines()[0]
            raise ManifestInvalid(f"Model '{entry.name}' cannot be run on a face: {reason}") from problem
        if len(vector) < _FEWEST_NUMBERS or not np.isfinite(vector).all():
            raise ManifestInvalid(
                f"Model '{entry.name}' makes {len(vector)} numbers of a face, or some that are none: its "
                "first output must be the embedding."
            )
        return len(vector)

    def embed(self, aligned: Pixels) -> Embedding:
        """Return the embedding of an aligned BGR face."""
        faces = [aligned, np.asarray(cv2.flip(aligned, 1), np.uint8)] if self._mirrored else [aligned]
        first, *mirrored = self._seen(faces)
        vector = unit(first)
        for other in mirrored:
            vector = unit(vector + unit(other))
        return Embedding(unit(vector - self._centre), float(np.linalg.norm(first)))

    def raw(self, aligned: Pixels) -> Vector:
        """Return what the network says of an aligned BGR face."""
        vector: Vector = self._seen([aligned])[0]
        return vector

    def _seen(self, faces: Sequence[Pixels]) -> Vector:
        """Return what the network says of each, row by row."""
        ordered = np.stack(faces)
        if self._wants_rgb:
            for face in ordered:
                cv2.cvtColor(face, cv2.COLOR_BGR2RGB, dst=face)
        return self._network.run(ordered)


def _opened(
    entry: ModelEntry, side_px: int, parameters: EmbeddingParameters, directory: Path | None
) -> SessionNetwork | QuantisedNetwork:
    ranges = ranges_of(entry.producer, directory) if parameters.quantised else None
    if ranges is None:
        return SessionNetwork(entry, side_px, directory)
    return QuantisedNetwork(read_separable(read_network(entry, directory)), ranges, entry.input)


def unit(vector: Vector) -> Vector:
    """Return the vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
