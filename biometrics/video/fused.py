"""Fuses the templates of one face in many frames into one, weighted by quality."""

import numpy as np
from numpy.typing import NDArray

from biometrics.quality import Quality
from biometrics.template import Template
from biometrics.video.parameters import VIDEO

Vector = NDArray[np.float64]


def embedding_of(template: Template) -> Vector:
    """Return the unit embedding of a face template."""
    return np.frombuffer(template.payload, dtype="<f4").astype(np.float64)


class FusedTemplate:
    """A quality-weighted mean of unit embeddings, growing view by view; holds one vector."""

    def __init__(self) -> None:
        self._sum: Vector | None = None
        self._best: Template | None = None

    def add(self, template: Template) -> None:
        """Take in one more view of the same face, by the same producer."""
        counted = max(template.quality.value, VIDEO.fusion.least_quality) ** VIDEO.fusion.power
        weighted = counted * embedding_of(template)
        self._sum = weighted if self._sum is None else self._sum + weighted
        if self._best is None or template.quality.value > self._best.quality.value:
            self._best = template

    @property
    def is_empty(self) -> bool:
        """Whether no view has been added yet."""
        return self._best is None

    @property
    def direction(self) -> Vector:
        """The mean so far, of length 1; at least one view must have been added."""
        assert self._sum is not None
        return np.asarray(self._sum / max(float(np.linalg.norm(self._sum)), 1e-12))

    @property
    def quality(self) -> Quality:
        """The quality of the best view."""
        assert self._best is not None
        return self._best.quality

    @property
    def template(self) -> Template:
        """The fused template, in the form of its producer and comparable with photographs' templates."""
        assert self._best is not None
        return Template(
            modality=self._best.modality,
            producer=self._best.producer,
            payload=self.direction.astype("<f4").tobytes(),
            quality=self._best.quality,
        )
