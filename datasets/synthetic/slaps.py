"""Composes slaps from single prints, so that position, angle and box of every finger are known.

slap(seed, kind, hand)               of an invented person's fingers
compose(rng, kind, hand, prints)     of any upright single prints, real ones too
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.segmentation import Box
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.geometry import RotatedBox, axes
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR, THUMBS
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition
from datasets.synthetic.contact import Placement
from datasets.synthetic.fingerprints import Touch, draw_touch, impression, master_print
from datasets.synthetic.slap_ink import Floats, Grey, Ink, cut, joint_below, on_paper, placed
from datasets.synthetic.slap_parameters import LAYOUT

MILLIMETRE = 500 / 25.4


@dataclass(frozen=True)
class TrueFinger:
    """One finger as it was laid down.

    Attributes:
        box: Around the print, upright in the finger's own frame.
        bounds: Upright in the image.
    """

    position: FingerPosition
    box: RotatedBox
    bounds: Box


@dataclass(frozen=True, eq=False)
class ComposedSlap:
    """A slap at 500 dpi and the truth about it, fingers from left to right."""

    pixels: Grey
    kind: SlapKind
    hand: Hand | None
    fingers: tuple[TrueFinger, ...]


@dataclass(frozen=True, eq=False)
class _Laid:
    """A print, where the top of its finger lies and how far it leans."""

    position: FingerPosition
    print_: Ink
    tip: NDArray[np.float64]
    lean_rad: float

    def box(self, shift: NDArray[np.float64] | float = 0.0) -> RotatedBox:
        height, width = self.print_.mask.shape
        x, y = self.tip + shift + axes(self.lean_rad)[1] * height / 2
        return RotatedBox(float(x), float(y), float(width), float(height), self.lean_rad)


def slap(
    seed: int,
    kind: SlapKind,
    hand: Hand = Hand.RIGHT,
    missing: frozenset[FingerPosition] = frozenset(),
) -> ComposedSlap:
    """Return a slap of an invented person; the same arguments give the same picture."""
    rng = np.random.default_rng([seed, len(kind), hand is Hand.LEFT])
    present = [position for position in positions(kind, hand) if position not in missing]
    return compose(rng, kind, hand, {position: _upright(rng, seed, position) for position in present})


def positions(kind: SlapKind, hand: Hand) -> tuple[FingerPosition, ...]:
    """Return the fingers of a slap from left to right; a single finger is the index."""
    if kind is SlapKind.TWO_THUMBS:
        return THUMBS
    four = RIGHT_FOUR if hand is Hand.RIGHT else LEFT_FOUR[::-1]
    return four if kind is SlapKind.FOUR_FINGERS else ((four[0] if hand is Hand.RIGHT else four[-1]),)


def compose(
    rng: np.random.Generator,
    kind: SlapKind,
    hand: Hand,
    prints: Mapping[FingerPosition, Grey],
    straighten: bool = False,
) -> ComposedSlap:
    """Lay prints at 500 dpi side by side as that hand would; fingers without a print are missing.

    Args:
        straighten: The prints do not stand upright: turn each to its longer axis first.
    """
    width, height = LAYOUT.single_size if kind is SlapKind.SINGLE_FINGER else LAYOUT.four_size
    expected = positions(kind, hand) if kind is not SlapKind.SINGLE_FINGER else tuple(prints)
    tips, leans = _layout(rng, kind, hand, len(expected))
    laid = [
        _Laid(position, cut(prints[position], straighten), tips[k], float(leans[k]))
        for k, position in enumerate(expected)
        if position in prints
    ]
    shift = _into_view(laid, width, height)
    ink, taken = np.zeros((height, width), np.float32), np.zeros((height, width), np.uint8)
    fingers = tuple(_lay(rng, ink, taken, finger, shift) for finger in laid)
    return ComposedSlap(on_paper(rng, ink), kind, hand if kind is SlapKind.FOUR_FINGERS else None, fingers)


def _upright(rng: np.random.Generator, seed: int, position: FingerPosition) -> Grey:
    """One impression of a finger, neither shifted nor turned, so that its contact is whole."""
    master = master_print(seed, position)
    touch = draw_touch(rng, master.size)
    drawn = touch.placement
    half = (min(drawn.half_axes[0], 150.0), min(drawn.half_axes[1], 190.0))
    placement = Placement((0.0, 0.0), 0.0, drawn.aim, drawn.drag, drawn.twist_rad, half, drawn.elastic)
    straight = Touch(placement, touch.sensor, touch.moisture, touch.grain)
    return impression(master, int(rng.integers(2**62)), straight)


def _layout(
    rng: np.random.Generator, kind: SlapKind, hand: Hand, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each fingertip's top lies, around (0, 0), and how far it leans, from left to right."""
    if kind is not SlapKind.FOUR_FINGERS:
        gap = rng.uniform(*LAYOUT.thumb_gap_mm) * MILLIMETRE * (count - 1)
        sides = np.linspace(-1, 1, count) if count > 1 else np.zeros(1)
        leans = rng.normal(0, LAYOUT.thumb_lean_rad, count)
        return np.column_stack([sides * gap / 2, rng.normal(0, 40, count)]), np.clip(leans, -0.5, 0.5)
    gaps = rng.normal(LAYOUT.gaps_mm, LAYOUT.gap_spread_mm) * rng.uniform(*LAYOUT.spread_fingers)
    x = np.concatenate([[0], np.cumsum(gaps)])
    y = rng.normal(LAYOUT.reach_mm, LAYOUT.reach_spread_mm)
    tips = (
        np.column_stack([x - x.mean(), y - y.mean()])
        * MILLIMETRE
        * np.exp(rng.normal(0, LAYOUT.scale_spread))
    )
    if hand is Hand.LEFT:
        tips = (tips * (-1, 1))[::-1]
    turn = float(np.clip(rng.normal(0, LAYOUT.turn_rad), -LAYOUT.largest_turn_rad, LAYOUT.largest_turn_rad))
    fan = (np.arange(4) - 1.5) * rng.normal(LAYOUT.fan_rad, LAYOUT.fan_rad / 2)
    leans = turn - fan + rng.normal(0, LAYOUT.lean_rad, 4)
    return tips @ axes(turn), leans


def _into_view(laid: list[_Laid], width: int, height: int) -> NDArray[np.float64]:
    """Return the shift that puts the prints into the middle of the image."""
    corners = np.concatenate([finger.box().corners() for finger in laid])
    middle = (corners.min(0) + corners.max(0)) / 2
    return np.asarray((width / 2, height / 2) - middle, np.float64)


def _lay(
    rng: np.random.Generator, ink: Floats, taken: Grey, finger: _Laid, shift: NDArray[np.float64]
) -> TrueFinger:
    """Add a print (and perhaps its next joint) to ``ink`` and ``taken``, right of what it would cover."""
    guard = _grown(taken)
    for moved in range(0, LAYOUT.farthest, 8):
        box = finger.box(shift + np.array([moved, 0]))
        mask = placed(finger.print_.mask.astype(np.float32), box, ink.shape) > 0.5
        if not (mask & (guard > 0)).any():
            break
    np.maximum(ink, placed(finger.print_.ink, box, ink.shape), out=ink)
    joint = joint_below(rng, finger.print_, box)
    if joint is not None:
        beside = (guard == 0) & (_grown(mask.astype(np.uint8)) == 0)
        np.maximum(ink, placed(*joint, ink.shape) * beside, out=ink)
    np.maximum(taken, mask.astype(np.uint8), out=taken)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    bounds = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return TrueFinger(finger.position, box, bounds)


def _grown(mask: Grey) -> Grey:
    side = 2 * LAYOUT.closest + 1
    return np.asarray(cv2.dilate(mask, np.ones((side, side), np.uint8)), np.uint8)
