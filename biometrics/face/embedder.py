"""Turns an aligned face into a vector of length 1 with the network of a manifest entry."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import EmbeddingParameters
from biometrics.face.population import Population
from biometrics.image import Pixels
from models.errors import ManifestInvalid
from models.face_graphs import with_fast_prelu
from models.registry import ModelEntry
from models.session import open_session

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Embedding:
    """A unit vector, and how long the network made it: short means that little of the face could be read."""

    vector: Vector
    length: float


class FaceEmbedder:
    """An embedding network, loaded. Any network of the ArcFace convention works by its entry alone."""

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
        self._session = open_session(entry, with_fast_prelu, directory)
        first = self._session.get_inputs()[0]
        if len(first.shape) != 4 or first.shape[1] != 3:
            raise ManifestInvalid(
                f"Model '{entry.name}' takes {first.shape}; it must take 1 x 3 x {side_px} x {side_px}: "
                "export it with the channels first."
            )
        self._input = first.name
        self._output = self._session.get_outputs()[0].name
        self._wants_rgb = entry.input.colour == "rgb"
        self._mean = np.array(entry.input.mean, dtype=np.float32)
        self._scale = np.float32(entry.input.scale)
        self._mirrored = parameters.mirrored
        self._centre = population.mean if population else np.float32(0)

    def embed(self, aligned: Pixels) -> Embedding:
        """Return the embedding of an aligned BGR face."""
        vector = self.raw(aligned)
        length = float(np.linalg.norm(vector))
        vector = unit(vector)
        if self._mirrored:
            vector = unit(vector + unit(self.raw(aligned[:, ::-1])))
        return Embedding(unit(vector - self._centre), length)

    def raw(self, aligned: Pixels) -> Vector:
        """Return what the network says of an aligned BGR face."""
        ordered = aligned[:, :, ::-1] if self._wants_rgb else aligned
        values = (ordered.astype(np.float32) - self._mean) * self._scale
        blob = np.ascontiguousarray(values.transpose(2, 0, 1)[None])
        result = self._session.run([self._output], {self._input: blob})[0]
        return np.asarray(result, dtype=np.float32).reshape(-1)


def unit(vector: Vector) -> Vector:
    """Return the vector at length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
