"""Turns an aligned face into a vector of length 1 with the network of a manifest entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import EmbeddingParameters
from biometrics.face.population import Population
from biometrics.image import Pixels
from models.errors import ManifestInvalid
from models.face_graphs import for_embedding
from models.registry import ModelEntry
from models.session import open_session

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
        self._session = open_session(entry, for_embedding, directory)
        taken = [each.shape for each in self._session.get_inputs()]
        if len(taken) != 1 or len(taken[0]) != 4 or taken[0][1] != 3:
            raise ManifestInvalid(
                f"Model '{entry.name}' takes {taken}; it must take one 1 x 3 x {side_px} x {side_px}: "
                "export it with the channels first."
            )
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        self._wants_rgb = entry.input.colour == "rgb"
        self._mean = np.array(entry.input.mean, dtype=np.float32)
        self._scale = np.float32(entry.input.scale)
        self._mirrored = parameters.mirrored
        self._centre = population.mean if population else np.float32(0)
        grey = np.full((side_px, side_px, 3), 127, np.uint8)
        self.dimension = self._tried(entry, grey)
        self._takes_two = parameters.mirrored and self._tried_with_two(grey)
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

    def _tried_with_two(self, grey: Pixels) -> bool:
        """Whether the network takes two pictures at once; one whose inside is made for one does not."""
        try:
            return self._run([grey, grey]).shape == (2, self.dimension)
        except Exception:  # a runtime's own classes
            return False

    def embed(self, aligned: Pixels) -> Embedding:
        """Return the embedding of an aligned BGR face."""
        first, *mirrored = self._seen([aligned, aligned[:, ::-1]] if self._mirrored else [aligned])
        vector = unit(first)
        for other in mirrored:
            vector = unit(vector + unit(other))
        return Embedding(unit(vector - self._centre), float(np.linalg.norm(first)))

    def raw(self, aligned: Pixels) -> Vector:
        """Return what the network says of an aligned BGR face."""
        return self._run([aligned]).reshape(-1)

    def _seen(self, faces: Sequence[Pixels]) -> list[Vector]:
        """Return what the network says of each; two at once share the reading of the last layer's weights."""
        if len(faces) == 2 and self._takes_two:
            return list(self._run(faces))
        return [self.raw(face) for face in faces]

    def _run(self, faces: Sequence[Pixels]) -> Vector:
        ordered = np.stack(faces)[..., ::-1] if self._wants_rgb else np.stack(faces)
        values = (ordered.astype(np.float32) - self._mean) * self._scale
        blob = np.ascontiguousarray(values.transpose(0, 3, 1, 2))
        return np.asarray(self._session.run([self._output], {self._input: blob})[0], dtype=np.float32)


def unit(vector: Vector) -> Vector:
    """Return the vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
