"""A network in whole numbers says nearly what its file says in floating point, however it is cut up."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest

from biometrics.face.quantised import network as quantised
from biometrics.face.quantised.network import QuantisedNetwork
from biometrics.face.quantised.ranges import ActivationRanges
from models.errors import ManifestInvalid
from models.face_graphs import with_slopes_out
from models.registry import ModelInput
from models.separable import read_separable
from tests.unit.models.tiny_networks import tiny_embedder, tiny_separable

SIDE = 14
NETWORK = onnx.load_model_from_string(tiny_separable(SIDE))
FACES = np.random.default_rng(4).integers(0, 255, (5, SIDE, SIDE, 3), dtype=np.uint8)
TAKEN = ModelInput(width=SIDE, height=SIDE)


def _in_floating_point() -> list[np.ndarray]:
    network = with_slopes_out(onnx.load_model_from_string(tiny_separable(SIDE)))
    session = onnxruntime.InferenceSession(network.SerializeToString(), providers=["CPUExecutionProvider"])
    each = [session.run(None, {"data": face.transpose(2, 0, 1)[None].astype(np.float32)}) for face in FACES]
    return [np.concatenate(values) for values in zip(*each, strict=True)]


def _ranges() -> ActivationRanges:
    slopes = _in_floating_point()[1:]
    measured = [*slopes[1::2], slopes[-1]]
    lowest, highest = (tuple(float(pick(each)) for each in measured) for pick in (np.min, np.max))
    return ActivationRanges("tiny", "noise", lowest, highest)


def _opened() -> QuantisedNetwork:
    return QuantisedNetwork(read_separable(NETWORK), _ranges(), TAKEN)


def test_it_says_what_the_file_says() -> None:
    wanted, said = _in_floating_point()[0], _opened().run(FACES)
    assert said.shape == wanted.shape
    assert np.abs(said - wanted).max() < 0.03 * np.abs(wanted).max()
    assert [float(np.corrcoef(a, b)[0, 1]) > 0.998 for a, b in zip(said, wanted, strict=True)] == [True] * 5


def test_neither_company_nor_strips_nor_threads_change_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    network = _opened()
    together = network.run(FACES)
    with ThreadPoolExecutor(3) as threads:
        alone = list(threads.map(lambda face: network.run(face[None])[0], FACES))
    np.testing.assert_array_equal(together, np.stack(alone))
    monkeypatch.setattr(quantised, "STRIP", 3 * SIDE * 48)
    np.testing.assert_array_equal(_opened().run(FACES), together)


def test_the_entrys_own_normalisation_comes_first() -> None:
    own = replace(TAKEN, mean=(20.0, 20.0, 20.0), scale=0.5)
    dark = FACES // 4
    shifted = QuantisedNetwork(read_separable(NETWORK), _ranges(), own).run(dark * 2 + 20)
    np.testing.assert_allclose(shifted, _opened().run(dark), atol=1e-4)


def test_what_does_not_fit_is_refused() -> None:
    layers, ranges = read_separable(NETWORK), _ranges()
    with pytest.raises(ManifestInvalid, match="another number of layers"):
        QuantisedNetwork(layers, replace(ranges, lowest=(0.0,), highest=(1.0,)), TAKEN)
    with pytest.raises(ManifestInvalid, match="odd"):
        QuantisedNetwork(layers, ranges, replace(TAKEN, width=SIDE + 1))
    with pytest.raises(ManifestInvalid, match="does not keep the picture's size"):
        read_separable(onnx.load_model_from_string(tiny_embedder()))


@pytest.mark.parametrize(
    "text", ["[]", "{}", "no json", '{"embedder": "a", "source": "b", "lowest": [1], "highest": [0]}']
)
def test_damaged_ranges_are_refused(text: str) -> None:
    with pytest.raises(ManifestInvalid, match="damaged"):
        ActivationRanges.from_json(text)


def test_ranges_are_read_as_they_were_written() -> None:
    ranges = _ranges()
    assert ActivationRanges.from_json(ranges.to_json()) == ranges
    assert (
        ActivationRanges.from_json(replace(ranges, lowest=(-9.0, *ranges.lowest[1:])).to_json()).digest
        != ranges.digest
    )
