"""An embedder's network as its file has it, run by the runtime in floating point."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import ManifestInvalid
from models.face_graphs import for_embedding
from models.registry import ModelEntry
from models.session import open_session

Faces = NDArray[np.uint8]
Floats = NDArray[np.float32]


class SessionNetwork:
    """Any network that takes 1 x 3 x side x side; several faces go in at once if it takes two.

    Raises:
        ManifestInvalid: it takes something else.
    """

    def __init__(self, entry: ModelEntry, side_px: int, directory: Path | None = None) -> None:
        self._session = open_session(entry, for_embedding, directory)
        taken = [each.shape for each in self._session.get_inputs()]
        if len(taken) != 1 or len(taken[0]) != 4 or taken[0][1] != 3:
            raise ManifestInvalid(
                f"Model '{entry.name}' takes {taken}; it must take one 1 x 3 x {side_px} x {side_px}: "
                "export it with the channels first."
            )
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        self._mean = np.array(entry.input.mean, dtype=np.float32)
        self._scale = np.float32(entry.input.scale)
        self._takes_two = self._tried_with_two(side_px)

    def run(self, faces: Faces) -> Floats:
        """Return one row of numbers for each of n faces; two at once share the reading of the weights."""
        if len(faces) > 1 and not self._takes_two:
            return np.concatenate([self._run(face[None]).reshape(1, -1) for face in faces])
        return self._run(faces).reshape(len(faces), -1)

    def _tried_with_two(self, side_px: int) -> bool:
        """Whether the network takes two pictures at once; one whose inside is made for one does not."""
        try:
            return len(self._run(np.full((2, side_px, side_px, 3), 127, np.uint8))) == 2
        except Exception:  # a runtime's own classes
            return False

    def _run(self, faces: Faces) -> Floats:
        values = (faces.astype(np.float32) - self._mean) * self._scale
        blob = np.ascontiguousarray(values.transpose(0, 3, 1, 2))
        return np.asarray(self._session.run([self._output], {self._input: blob})[0], dtype=np.float32)
