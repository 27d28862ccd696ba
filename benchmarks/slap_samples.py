"""Composed slaps to be taken apart: of invented persons and of real single prints, with what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.grey_prints import grey_at_500_dpi
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.segmentation import bounding_box, foreground
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition
from datasets.protocols.fvc import read_databases
from datasets.synthetic.slaps import ComposedSlap, compose, positions, slap

Grey = NDArray[np.uint8]

ASPECTS = (0.9, 1.9)
NARROWEST_PX = 140
"""Real single prints outside are two phalanges or a strip: no truth about one fingertip."""

FEWER = 3
"""Thumbs, single fingers and incomplete hands are measured on so many times fewer slaps."""


@dataclass(frozen=True, eq=False)
class Case:
    """A composed slap and what its sender says about it."""

    group: str
    slap: ComposedSlap
    missing: frozenset[FingerPosition]


def invented(seed: int, count: int) -> Iterator[Case]:
    """Yield slaps of invented persons: whole hands, incomplete hands, thumbs, single fingers."""
    for number, kind, hand, missing, name in _plan(seed, count):
        yield Case(f"invented {name}", slap(seed + number, kind, hand, missing), missing)


def composed_of_real(seed: int, count: int, prints: Sequence[Sequence[Grey]]) -> Iterator[Case]:
    """Yield the same plan with real prints, those of one slap from one sensor."""
    for number, kind, hand, missing, name in _plan(seed, count):
        rng = np.random.default_rng([seed, number, len(kind)])
        expected = positions(kind, hand)
        sensor = prints[number % len(prints)]
        chosen = [sensor[k] for k in rng.choice(len(sensor), len(expected), replace=False)]
        if kind is SlapKind.FOUR_FINGERS:
            little = 3 if hand is Hand.RIGHT else 0
            narrowest = int(np.argmin([_width(each) for each in chosen]))
            chosen[little], chosen[narrowest] = chosen[narrowest], chosen[little]
        given = dict(zip(expected, chosen, strict=True))
        for position in missing:
            given.pop(position, None)
        yield Case(f"real {name}", compose(rng, kind, hand, given, straighten=True), missing)


def _plan(seed: int, count: int) -> Iterator[tuple[int, SlapKind, Hand, frozenset[FingerPosition], str]]:
    rng = np.random.default_rng(seed)
    for number in range(count):
        hand = (Hand.RIGHT, Hand.LEFT)[number % 2]
        yield number, SlapKind.FOUR_FINGERS, hand, frozenset(), "four"
        if number % FEWER:
            continue
        hand = (Hand.RIGHT, Hand.LEFT)[number // FEWER % 2]
        four = positions(SlapKind.FOUR_FINGERS, hand)
        gone = rng.choice(4, int(rng.integers(1, 3)), replace=False)
        yield number + count, SlapKind.FOUR_FINGERS, hand, frozenset(four[k] for k in gone), "incomplete"
        yield number + count, SlapKind.TWO_THUMBS, hand, frozenset(), "thumbs"
        yield number + count, SlapKind.SINGLE_FINGER, hand, frozenset(), "single"


def cases_for(count: int) -> int:
    """Return how many cases a plan of ``count`` whole hands has."""
    return count + 3 * -(-count // FEWER)


def real_prints(directory: Path) -> tuple[list[list[Grey]], list[Path]]:
    """Return the usable prints of each database at 500 dpi, and the files they are from."""
    kept: list[list[Grey]] = []
    files: list[Path] = []
    for database in read_databases(directory):
        kept.append([])
        for path in (each.path for each in database.prints):
            grey = grey_at_500_dpi(path)
            box = bounding_box(foreground(grey, PARAMETERS.segmentation), 0)
            if box is None or box.right - box.left < NARROWEST_PX:
                continue
            if ASPECTS[0] <= (box.bottom - box.top) / (box.right - box.left) <= ASPECTS[1]:
                kept[-1].append(grey)
                files.append(path)
    return kept, files


def _width(grey: Grey) -> int:
    box = bounding_box(foreground(grey, PARAMETERS.segmentation), 0)
    return box.right - box.left if box else 0
