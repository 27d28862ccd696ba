"""Rates are fitted on faces compared as the product compares them: centred only with a population."""

from pathlib import Path

import numpy as np

from benchmarks.calibration.face import pairs_as_compared, protocol_of
from benchmarks.kept_embeddings import FaceSet
from biometrics.face.population import Population

PEOPLE = np.repeat(np.arange(40), 2)


def _faces(population: Population | None) -> FaceSet:
    """Return faces that all share a large part, as those of every embedder do."""
    random = np.random.default_rng(5)
    vectors = random.normal(size=(len(PEOPLE), 16)) + 1.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first = np.arange(len(PEOPLE)) % 2 == 0
    return FaceSet(vectors, PEOPLE, first, "own-1-00000000+x", population, {Path("own"): []}, 0)


def test_an_embedder_without_a_population_is_calibrated_with_what_its_faces_share() -> None:
    population = Population("own-1-00000000", "nobody", np.full(16, 0.25, np.float32), (1.0, 2.0))
    bare, centred = _faces(None), _faces(population)
    alike, told_apart = pairs_as_compared(bare).scores, pairs_as_compared(centred).scores
    assert len(alike) == len(told_apart) == 40 * 39 // 2 * 4
    assert np.mean(alike) > 0.4
    assert abs(np.mean(told_apart)) < 0.1
    assert "left in" in protocol_of(bare, None)
    assert "taken from other people" in protocol_of(centred, None)
