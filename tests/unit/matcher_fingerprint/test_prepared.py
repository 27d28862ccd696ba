"""The kernels read the same from stored bytes as the template's own reader, and refuse the same damage."""

import contextlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.template import CELLS, SECTIONS, FingerprintTemplate
from matcher.fingerprint.prepared import prepare
from tests.unit.matcher_fingerprint.conftest import seed_finger


def test_both_readers_agree() -> None:
    payload = seed_finger().to_bytes()
    stored, ready = FingerprintTemplate.from_bytes(payload), prepare(payload)
    assert np.allclose(ready.x, stored.minutiae.x)
    assert np.allclose(ready.y, stored.minutiae.y)
    assert np.allclose(ready.angle, -stored.minutiae.angle_rad)
    assert np.allclose(ready.quality, stored.minutiae.quality)
    assert (ready.valid == stored.cylinders.valid).all()
    assert (ready.hull_x == ready.x[stored.cylinders.hull]).all()
    shape = stored.cylinders
    assert (_unpacked(ready.bits) == shape.bits.reshape(-1, CELLS * SECTIONS)).all()
    assert (_unpacked(ready.cells) == np.repeat(shape.cells, SECTIONS, axis=1)).all()


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 4000), place=st.integers(0, 3999), value=st.integers(0, 255))
def test_both_readers_refuse_the_same(cut: int, place: int, value: int) -> None:
    data = bytearray(seed_finger().to_bytes()[:cut])
    if data:
        data[place % len(data)] = value
    accepted = []
    for read in (FingerprintTemplate.from_bytes, prepare):
        with contextlib.suppress(TemplateUnreadable):
            read(bytes(data))
            accepted.append(read)
    assert len(accepted) != 1


def _unpacked(
    words: np.ndarray[tuple[int, ...], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    as_bytes = np.ascontiguousarray(words.T).view(np.uint8)
    return np.unpackbits(as_bytes, axis=1, bitorder="little")[:, : CELLS * SECTIONS].astype(np.bool_)
