"""A sketch read straight from a template's bytes holds what the template says."""

import numpy as np
import pytest

from biometrics.errors import TemplateUnreadable
from biometrics.fingerprint.cylinders import cell_centres
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.template import FingerprintTemplate
from matcher.fingerprint.parameters import SCAN, THOROUGH
from matcher.fingerprint.sketch import BITS, sketch_of

INNER = 51


@pytest.mark.parametrize(
    "limits",
    [SCAN, THOROUGH.probe, SCAN._replace(lowest_quality=2.0), SCAN._replace(most_cylinders=5)],
    ids=["gallery", "mark", "none is good enough", "few"],
)
def test_the_best_cylinders_are_kept_in_order(fingers: list[FingerprintTemplate], limits: object) -> None:
    assert isinstance(limits, type(SCAN))
    x, y = cell_centres(PARAMETERS.cylinders)
    inner = np.sort(np.argsort(np.hypot(x, y), kind="stable")[:INNER])
    for finger in fingers[:20]:
        payload = finger.to_bytes()
        stored, sketch = FingerprintTemplate.from_bytes(payload), sketch_of(payload, limits)
        good = np.flatnonzero(stored.cylinders.valid & (stored.minutiae.quality >= limits.lowest_quality))
        if len(good) < limits.fewest_cylinders:
            good = np.flatnonzero(stored.cylinders.valid)[: limits.fewest_cylinders]
        kept = good[: limits.most_cylinders]
        expected = np.zeros((len(kept), BITS), np.bool_)
        expected[:, : 5 * INNER] = stored.cylinders.bits[kept][:, inner].reshape(len(kept), -1)
        held = np.unpackbits(sketch.bits.view(np.uint8), axis=1, bitorder="little")
        assert (held == expected).all()
        assert sketch.counts.tolist() == expected.sum(1).tolist()
        assert sketch.place[:, 0].tolist() == stored.minutiae.x[kept].tolist()
        assert sketch.place[:, 1].tolist() == stored.minutiae.y[kept].tolist()
        assert sketch.place[:, 2] == pytest.approx(
            np.mod(-stored.minutiae.angle_rad[kept], 2 * np.pi), abs=1e-5
        )


def test_damaged_bytes_are_refused(fingers: list[FingerprintTemplate]) -> None:
    payload = fingers[0].to_bytes()
    for damaged in (b"", payload[:-1], b"XXXX" + payload[4:], payload + b"\0"):
        with pytest.raises(TemplateUnreadable):
            sketch_of(damaged)
