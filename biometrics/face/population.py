"""What is known of an embedder's vectors over many people: their mean, and how long they usually are."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from biometrics.face.measured import measured_for
from models.errors import ManifestInvalid

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Population:
    """Measured on photographs of many people by ``benchmarks/calibration/face_population.py``.

    Attributes:
        embedder: Producer of the vectors.
        source: Whose photographs, in words.
        mean: Mean of the people's mean unit vectors: what all faces have in common, so that it tells
            nobody from anybody.
        lengths: Lengths of vectors before they are made units that count as quality 0 and 1: the
            network makes short ones of what it cannot read.
    """

    embedder: str
    source: str
    mean: Vector
    lengths: tuple[float, float]

    @property
    def digest(self) -> str:
        """Changes with the mean; part of each template's producer."""
        return hashlib.sha256(self.mean.astype("<f4").tobytes()).hexdigest()[:8]

    def to_json(self) -> str:
        """Return the text of a population file."""
        document = {
            "embedder": self.embedder,
            "source": self.source,
            "lengths": [round(length, 3) for length in self.lengths],
            "mean": [round(float(value), 6) for value in self.mean],
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Population":
        """Read a population file's text.

        Raises:
            ManifestInvalid: a field is missing or of another form.
        """
        try:
            document = json.loads(text)
            low, high = (float(length) for length in document["lengths"])
            mean = np.array(document["mean"], dtype=np.float32)
            if mean.ndim != 1 or not np.isfinite(mean).all() or not low < high:
                raise ValueError("mean and lengths must be numbers, the lengths rising")
            return cls(document["embedder"], document["source"], mean, (low, high))
        except (KeyError, TypeError, ValueError) as problem:
            raise ManifestInvalid(f"A population file is damaged ({problem}); measure it anew.") from problem


def population_of(embedder: str, directory: Path | None = None) -> Population | None:
    """Return what is known of the vectors of this producer, None when nothing is.

    Looked for in ``populations/`` beside this file, then in ``populations/`` of the models
    directory, where the operator of an own model puts what was measured for it.
    """
    return measured_for(embedder, Path(__file__).with_name("populations"), Population.from_json, directory)
