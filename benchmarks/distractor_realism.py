"""How much a distractor is like a real stranger: both scored against the same probes, side by side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.finger_searches import UNKNOWN, Templates
from matcher.fingerprint.index import FingerprintIndex
from matcher.fingerprint.scan import in_lanes
from matcher.fingerprint.segments import Segment
from matcher.fingerprint.sketch import sketch_of

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]

QUANTILES = (0.5, 0.9, 0.99, 0.999)
EVERY = 4
"""Of the probes, each so many-th is taken: enough for these quantiles."""
COMPARED = 400
"""Distractors that are compared in full with each probe, about as many as there are real prints."""


def realism(templates: Templates, made: Sequence[bytes]) -> dict[str, dict[str, dict[str, float]]]:
    """Return quantiles of the scores of real prints of other fingers and of distractors."""
    places = templates.probes[::EVERY]
    probes = [templates.payloads[place] for place in places]
    strangers = [templates.finger != templates.finger[place] for place in places]
    everyone = [np.ones(len(made), np.bool_)] * len(probes)
    some = [mask[:COMPARED] for mask in everyone]
    return {
        "first_stage": {
            "real_strangers": _quantiles(_scanned(probes, templates.payloads, strangers)),
            "distractors": _quantiles(_scanned(probes, made, everyone)),
        },
        "comparison": {
            "real_strangers": _quantiles(_compared(probes, templates.payloads, strangers)),
            "distractors": _quantiles(_compared(probes, made[:COMPARED], some)),
        },
    }


def _scanned(probes: Sequence[bytes], others: Sequence[bytes], counted: Sequence[Mask]) -> Scores:
    segment = Segment(fingers=len(others))
    segment.add(others, [UNKNOWN] * len(others))
    scores = []
    for probe, mask in zip(probes, counted, strict=True):
        lanes = in_lanes(sketch_of(probe))
        scores.append(segment.scan(lanes, mask, closely=True)[mask])
    return np.concatenate(scores).astype(np.float64)


def _compared(probes: Sequence[bytes], others: Sequence[bytes], counted: Sequence[Mask]) -> Scores:
    index = FingerprintIndex()
    index.add(others, [UNKNOWN] * len(others))
    pairs = zip(probes, counted, strict=True)
    return np.concatenate([index.score_rows(probe, UNKNOWN, np.flatnonzero(mask)) for probe, mask in pairs])


def _quantiles(scores: Scores) -> dict[str, float]:
    return {f"q{share}": round(float(np.quantile(scores, share)), 3) for share in QUANTILES}
