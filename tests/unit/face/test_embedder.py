"""An operator's own embedder: any dimension, and what does not fit together is refused when it is opened."""

from pathlib import Path

import numpy as np
import pytest

from biometrics.face.embedder import FaceEmbedder
from biometrics.face.parameters import FACE
from biometrics.face.population import Population
from core.ids import sha256_hex
from models.errors import ManifestInvalid
from models.registry import ModelEntry, ModelInput
from tests.unit.models.tiny_networks import for_one_input, tiny_embedder, with_weights_among_inputs

FACE_PIXELS = np.random.default_rng(1).integers(0, 255, (112, 112, 3), dtype=np.uint8)


def _open(directory: Path, data: bytes, population: Population | None = None) -> FaceEmbedder:
    (directory / "own.onnx").write_bytes(data)
    takes = ModelInput(width=112, height=112)
    entry = ModelEntry("own", "face_embedding", "1", "own.onnx", sha256_hex(data), 0, takes, "own", None)
    return FaceEmbedder(entry, FACE.alignment.side_px, FACE.embedding, population, directory)


def _population(numbers: int) -> Population:
    return Population("own-1-00000000", "nobody", np.full(numbers, 0.01, np.float32), (1.0, 2.0))


def test_the_dimension_is_the_networks(tmp_path: Path) -> None:
    embedder = _open(tmp_path, tiny_embedder(dimension=48), _population(48))
    assert embedder.dimension == 48
    assert embedder.embed(FACE_PIXELS).vector.shape == (48,)


def test_a_face_and_its_mirror_image_are_seen_at_once_or_one_by_one(tmp_path: Path) -> None:
    embedder = _open(tmp_path, tiny_embedder())
    both = embedder.embed(FACE_PIXELS)
    ones = [embedder.raw(face) for face in (FACE_PIXELS, FACE_PIXELS[:, ::-1])]
    units = [one / np.linalg.norm(one) for one in ones]
    np.testing.assert_allclose(both.vector, sum(units) / np.linalg.norm(sum(units)), atol=1e-5)
    assert both.length == pytest.approx(float(np.linalg.norm(ones[0])), rel=1e-4)
    (tmp_path / "single").mkdir()
    single = _open(tmp_path / "single", for_one_input(tiny_embedder()))
    np.testing.assert_allclose(single.embed(FACE_PIXELS).vector, both.vector, atol=1e-5)


def test_a_population_of_another_dimension_is_refused_at_opening(tmp_path: Path) -> None:
    with pytest.raises(
        ManifestInvalid, match=r"mean of 16 numbers, but model 'own' makes 48.*--embedder own"
    ):
        _open(tmp_path, tiny_embedder(dimension=48), _population(16))


def test_a_network_that_names_its_weights_among_its_inputs_works(tmp_path: Path) -> None:
    plain = _open(tmp_path, tiny_embedder()).raw(FACE_PIXELS)
    packed = _open(tmp_path, with_weights_among_inputs(tiny_embedder())).raw(FACE_PIXELS)
    np.testing.assert_allclose(packed, plain, rtol=1e-5)


@pytest.mark.parametrize("data", [b"", b"no network", tiny_embedder()[:500]])
def test_a_file_that_is_no_network_is_refused_at_opening(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ManifestInvalid, match=r"'own'"):
        _open(tmp_path, data)


def test_a_network_that_makes_no_vector_is_refused_at_opening(tmp_path: Path) -> None:
    with pytest.raises(ManifestInvalid, match="must be the embedding"):
        _open(tmp_path, tiny_embedder(dimension=1))
