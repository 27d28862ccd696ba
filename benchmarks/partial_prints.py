"""Small parts of prints, cut from their templates: a disc somewhere near the middle of the minutiae."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.ridge_phase import STEP_PX
from biometrics.fingerprint.template import FingerprintTemplate

RADIUS_PX = 95.0
"""A disc of 9.6 mm, with 16 minutiae in the middle; small sensors show as much."""

SPREAD_PX = 35.0
"""Standard deviation of the disc's centre from the minutiae's, in x and in y."""


def cut_all(payloads: Sequence[bytes | None], seed: int = 5) -> list[bytes | None]:
    """Return a part of each print."""
    return [
        None if payload is None else cut(payload, np.random.default_rng([seed, k]))
        for k, payload in enumerate(payloads)
    ]


def cut(payload: bytes, random: np.random.Generator) -> bytes:
    """Return the template of the part of a print inside a random disc: its minutiae and its ridges."""
    whole = FingerprintTemplate.from_bytes(payload)
    minutiae, phase = whole.minutiae, whole.phase
    x = float(minutiae.x.mean()) + random.normal(0, SPREAD_PX)
    y = float(minutiae.y.mean()) + random.normal(0, SPREAD_PX)
    rows, columns = np.nonzero(phase.shown)
    node_x, node_y = phase.left + STEP_PX * columns, phase.top + STEP_PX * rows
    inside = np.hypot(node_x - x, node_y - y) < RADIUS_PX
    shown = np.zeros_like(phase.shown)
    shown[rows[inside], columns[inside]] = True
    kept = minutiae.take(np.flatnonzero(np.hypot(minutiae.x - x, minutiae.y - y) < RADIUS_PX))
    ridges = replace(phase, shown=shown, waves=phase.waves[inside])
    return FingerprintTemplate.from_minutiae(whole.width, whole.height, kept, PARAMETERS, ridges).to_bytes()
