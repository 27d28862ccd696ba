"""Between which numbers a network's layers stay on faces: what decides how they are rounded to bytes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from biometrics.face.measured import measured_for
from models.errors import ManifestInvalid


@dataclass(frozen=True)
class ActivationRanges:
    """Measured on photographs of many people by ``benchmarks/calibration/face_ranges.py``.

    Attributes:
        embedder: Producer of the network.
        source: Whose photographs, in words.
        lowest, highest: Of what enters each product: every convolution of single pixels, and the end.
    """

    embedder: str
    source: str
    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    @property
    def digest(self) -> str:
        """Changes with any number; part of each template's producer."""
        return hashlib.sha256(f"{self.lowest}{self.highest}".encode()).hexdigest()[:8]

    def to_json(self) -> str:
        """Return the text of a file of ranges."""
        document = {
            "embedder": self.embedder,
            "source": self.source,
            "lowest": list(self.lowest),
            "highest": list(self.highest),
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "ActivationRanges":
        """Read the text of a file of ranges.

        Raises:
            ManifestInvalid: a field is missing or of another form.
        """
        try:
            document = json.loads(text)
            lowest, highest = (tuple(float(each) for each in document[key]) for key in ("lowest", "highest"))
            if len(lowest) != len(highest) or not all(map(float.__lt__, lowest, highest)):
                raise ValueError("each lowest must lie below its highest")
            return cls(document["embedder"], document["source"], lowest, highest)
        except (KeyError, TypeError, ValueError) as problem:
            raise ManifestInvalid(
                f"A file of activation ranges is damaged ({problem}); measure it anew."
            ) from problem


def ranges_of(embedder: str, directory: Path | None = None) -> ActivationRanges | None:
    """Return the ranges measured for this producer's network, None when there are none.

    Looked for in ``ranges/`` beside this file, then in ``ranges/`` of the models directory, where the
    operator of an own model puts what was measured for it.
    """
    return measured_for(embedder, Path(__file__).with_name("ranges"), ActivationRanges.from_json, directory)
