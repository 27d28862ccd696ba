"""Manifest entries, the operator's own included, and opening a model: digest first, then the graph."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from core.ids import sha256_hex
from models.errors import ManifestInvalid, ModelCorrupt, ModelMissing, ModelUnknown
from models.face_graphs import for_embedding, with_fast_prelu
from models.fetch import fetch_all, verify
from models.registry import all_models, model
from models.session import open_session
from tests.unit.models.tiny_networks import tiny_embedder

ENTRY = """
[[model]]
name = "{name}"
task = "face_embedding"
version = "1"
file = "{file}"
sha256 = "{sha256}"
licence = "own"
input = {{ width = 112, height = 112, colour = "bgr", mean = [127.5, 127.5, 127.5], scale = 0.0078125 }}
"""


def _operator_model(directory: Path, name: str = "own", file: str = "own.onnx", data: bytes = b"") -> None:
    (directory / Path(file).name).write_bytes(data)
    text = ENTRY.format(name=name, file=file, sha256=sha256_hex(data).upper())
    (directory / "manifest.toml").write_text(text)


def test_the_standard_models_are_those_of_the_manifest() -> None:
    entries = {entry.name: entry for entry in all_models(Path("nowhere"))}
    assert list(entries) == ["yunet", "sface", "leader"]
    assert entries["yunet"].sha256 == "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
    assert entries["sface"].sha256 == "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79"
    assert entries["leader"].sha256 == "da96e1221eea4afdf153997d6c4854ed306c146cfac76046e66cdecc14b2a1bb"
    assert {entry.licence for entry in entries.values()} == {"MIT", "Apache-2.0"}
    assert entries["sface"].producer == "sface-2021dec-0ba9fbfa"


def test_an_operator_adds_a_model_and_may_replace_ours(tmp_path: Path) -> None:
    _operator_model(tmp_path)
    assert [entry.name for entry in all_models(tmp_path)] == ["yunet", "sface", "leader", "own"]
    own = model("own", tmp_path)
    assert own.input.mean == (127.5, 127.5, 127.5)
    assert own.source is None
    _operator_model(tmp_path, name="sface")
    assert model("sface", tmp_path).licence == "own"


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown, match="leader, sface, yunet"):
        model("arcface", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "not toml at all [",
        '[[model]]\nname = "own"',
        ENTRY.format(name="own", file="../own.onnx", sha256="0" * 64),
        ENTRY.format(name="own", file="own.onnx", sha256="12"),
        ENTRY.format(name="own", file="own.onnx", sha256="0" * 64).replace("bgr", "blue"),
        ENTRY.format(name="own", file="own.onnx", sha256="0" * 64).replace("width", "breadth"),
    ],
)
def test_a_faulty_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.toml").write_text(text)
    with pytest.raises(ManifestInvalid, match=r"manifest\.toml"):
        all_models(tmp_path)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nishan models fetch"):
        open_session(model("sface", tmp_path), directory=tmp_path)
    with pytest.raises(ModelMissing, match="nishan models fetch"):
        verify(model("sface", tmp_path), tmp_path)


def test_a_changed_file_is_never_loaded(tmp_path: Path) -> None:
    _operator_model(tmp_path, data=tiny_embedder())
    entry = model("own", tmp_path)
    open_session(entry, directory=tmp_path)
    (tmp_path / "own.onnx").write_bytes(tiny_embedder(seed=4))
    with pytest.raises(ModelCorrupt):
        open_session(entry, directory=tmp_path)
    with pytest.raises(ModelCorrupt, match="Replace it"):
        fetch_all([entry], tmp_path)


def test_the_fast_prelu_gives_the_same_numbers(tmp_path: Path) -> None:
    _operator_model(tmp_path, data=tiny_embedder())
    entry = model("own", tmp_path)
    blob = np.random.default_rng(0).normal(size=(1, 3, 112, 112)).astype(np.float32)
    plain = open_session(entry, directory=tmp_path).run(None, {"data": blob})[0]
    fast = open_session(entry, with_fast_prelu, tmp_path).run(None, {"data": blob})[0]
    np.testing.assert_allclose(fast, plain, rtol=1e-4, atol=1e-4)
    twice = open_session(entry, for_embedding, tmp_path).run(None, {"data": np.repeat(blob, 2, axis=0)})[0]
    np.testing.assert_allclose(twice, np.repeat(plain, 2, axis=0), rtol=1e-4, atol=1e-4)
    kinds = [
        node.op_type for node in with_fast_prelu(onnx.load_model_from_string(tiny_embedder())).graph.node
    ]
    assert kinds.count("PRelu") == 1  # the one behind the matrix has another form and stays
    assert kinds.count("Conv") == 3
