"""Composes slaps from single prints, so that position, angle and box of every finger are known.

slap(seed, kind, hand)               of an invented person's fingers
compose(rng, kind, hand, prints)     of any upright single prints, real ones too
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.segmentation import Box, foreground
from biometrics.fingerprint.slaps.arrangement import Hand
from biometrics.fingerprint.slaps.geometry import RotatedBox, axes
from biometrics.fingerprint.slaps.parameters import LEFT_FOUR, RIGHT_FOUR, THUMBS
from biometrics.fingerprint.slaps.segmenter import SlapKind
from biometrics.template import FingerPosition
from datasets.synthetic.contact import Placement
from datasets.synthetic.fingerprints import Touch, draw_touch, impression, master_print
from datasets.synthetic.orientation import smooth_noise
from datasets.synthetic.slap_parameters import LAYOUT, SURFACE

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

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
class _Ink:
    """One print cut out: how dark each pixel is made (0 to 1) and which pixels are print."""

    ink: Floats
    mask: Grey


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
    rng: np.random.Generator, kind: SlapKind, hand: Hand, prints: Mapping[FingerPosition, Grey]
) -> ComposedSlap:
    """Lay upright prints at 500 dpi side by side as that hand would; fingers without a print are missing."""
    width, height = LAYOUT.single_size if kind is SlapKind.SINGLE_FINGER else LAYOUT.four_size
    expected = positions(kind, hand) if kind is not SlapKind.SINGLE_FINGER else tuple(prints)
    tips, leans = _layout(rng, kind, hand, len(expected))
    places = [
        (position, _cut(prints[position]), tips[k], leans[k])
        for k, position in enumerate(expected)
        if position in prints
    ]
    ink = np.zeros((height, width), np.float32)
    fingers: list[TrueFinger] = []
    taken = np.zeros((height, width), np.uint8)
    shift = _into_view(places, width, height)
    for position, cut, tip, lean in places:
        finger, taken = _lay(rng, ink, taken, position, cut, tip + shift, lean)
        fingers.append(finger)
    pixels = _surface(rng, ink)
    return ComposedSlap(pixels, kind, hand if kind is SlapKind.FOUR_FINGERS else None, tuple(fingers))


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


def _cut(image: Grey) -> _Ink:
    """Cut a print from its background: darkness against the paper around it, inside its foreground."""
    mask = foreground(image, PARAMETERS.segmentation)
    paper = cv2.dilate(cv2.GaussianBlur(image, (0, 0), 2), np.ones((25, 25), np.uint8)).astype(np.float32)
    paper = np.asarray(cv2.GaussianBlur(paper, (0, 0), 15), np.float32)
    dark = float(np.percentile(image[mask > 0], 3)) if mask.any() else 0.0
    ink = np.clip((0.93 * paper - image) / np.maximum(0.93 * paper - dark, 1), 0, 1)
    soft = cv2.GaussianBlur(cv2.dilate(mask, np.ones((9, 9), np.uint8)).astype(np.float32), (0, 0), 3)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return _Ink(np.ascontiguousarray((ink * soft)[window], np.float32), np.ascontiguousarray(mask[window]))


def _into_view(
    places: list[tuple[FingerPosition, _Ink, NDArray[np.float64], float]], width: int, height: int
) -> NDArray[np.float64]:
    """Return the shift that puts the prints into the middle of the image."""
    corners = np.concatenate([_box(cut, tip, lean).corners() for _, cut, tip, lean in places])
    middle: NDArray[np.float64] = np.array([width, height]) / 2
    return middle - (corners.min(0) + corners.max(0)) / 2


def _box(cut: _Ink, tip: NDArray[np.float64], lean: float) -> RotatedBox:
    height, width = cut.mask.shape
    middle = tip + axes(lean)[1] * height / 2
    return RotatedBox(float(middle[0]), float(middle[1]), float(width), float(height), lean)


def _lay(
    rng: np.random.Generator,
    ink: Floats,
    taken: Grey,
    position: FingerPosition,
    cut: _Ink,
    tip: NDArray[np.float64],
    lean: float,
) -> tuple[TrueFinger, Grey]:
    """Put a print (and perhaps its next joint) on the ink; it moves right until it covers no other finger."""
    side = 2 * LAYOUT.closest + 1
    guard = cv2.dilate(taken, np.ones((side, side), np.uint8))
    for moved in range(0, 400, 8):
        box = _box(cut, tip + np.array([moved, 0]), lean)
        mask = _placed(cut.mask.astype(np.float32), box, taken.shape) > 0.5
        if not (mask & (guard > 0)).any():
            break
    joint = _joint(rng, cut, box)
    np.maximum(ink, _placed(cut.ink, box, ink.shape), out=ink)
    if joint is not None:
        beside = (
            _placed(joint[0], joint[1], ink.shape)
            * (guard == 0)
            * (cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) == 0)
        )
        np.maximum(ink, beside, out=ink)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    bounds = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return TrueFinger(position, box, bounds), (taken | mask).astype(np.uint8)


def _placed(values: Floats, box: RotatedBox, shape: tuple[int, ...]) -> Floats:
    """Return ``values`` turned into its box on an empty image of that shape."""
    across, down = axes(box.angle_rad)
    height, width = values.shape
    corner = np.array([box.center_x, box.center_y]) - across * (width - 1) / 2 - down * (height - 1) / 2
    forth = np.column_stack([across, down, corner])
    return np.asarray(cv2.warpAffine(values, forth, (shape[1], shape[0]), flags=cv2.INTER_LINEAR), np.float32)


def _joint(rng: np.random.Generator, cut: _Ink, box: RotatedBox) -> tuple[Floats, RotatedBox] | None:
    """The next joint below a fingertip: ridges of the fingertip's lower part, turned over and paler."""
    height, width = cut.ink.shape
    if rng.random() >= SURFACE.joint_share:
        return None
    length = min(rng.uniform(*SURFACE.joint_length), 0.8 * height)
    wide = int(SURFACE.joint_width * width)
    left = (width - wide) // 2
    ridges = cut.ink[height - int(length) :, left : left + wide][::-1, ::-1]
    rows, columns = np.mgrid[-1 : 1 : ridges.shape[0] * 1j, -1 : 1 : ridges.shape[1] * 1j]
    rounded = (rows**6 + columns**6 < 0.95).astype(np.float32)
    pale = ridges * cv2.GaussianBlur(rounded, (0, 0), 4) * rng.uniform(*SURFACE.joint_ink)
    away = axes(box.angle_rad)[1] * (box.height / 2 + rng.uniform(*SURFACE.joint_gap) + ridges.shape[0] / 2)
    place = RotatedBox(
        box.center_x + away[0], box.center_y + away[1], float(wide), float(ridges.shape[0]), box.angle_rad
    )
    return np.ascontiguousarray(pale, np.float32), place


def _surface(rng: np.random.Generator, ink: Floats) -> Grey:
    """Turn ink into grey levels of a scanner, or of a card with captions and writing."""
    card = rng.random() < SURFACE.card_share
    paper = np.full(ink.shape, SURFACE.card_grey if card else SURFACE.scanner_grey, np.float32)
    if card:
        paper += SURFACE.card_shading * smooth_noise(rng, ink.shape, 90)
        ink = np.maximum(ink, _writing(rng, ink.shape))
    noise = SURFACE.card_noise if card else SURFACE.scanner_noise
    grey = paper + ink * (SURFACE.darkest - paper) + noise * rng.standard_normal(ink.shape, dtype=np.float32)
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def _writing(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A caption along the top, a rule, and a few strokes of a pen."""
    drawn = np.zeros(shape, np.uint8)
    cv2.line(drawn, (0, 4), (shape[1], 4), 255, 4)
    text = "FOUR FINGERS TAKEN SIMULTANEOUSLY"
    cv2.putText(drawn, text, (60, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 255, 4, cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 4))):
        start = rng.uniform((0, 60), (shape[1], shape[0]))
        strokes = start + np.cumsum(rng.normal(0, 40, (int(rng.integers(4, 10)), 2)), axis=0)
        cv2.polylines(drawn, [strokes.astype(np.int32)], False, 210, int(rng.integers(4, 9)), cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.8).astype(np.float32) / 255 * np.float32(0.9))
