"""The ink of composed slaps: prints cut from their background, the next joint, paper and writing."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.segmentation import foreground
from biometrics.fingerprint.slaps.geometry import RotatedBox, axes
from datasets.synthetic.orientation import smooth_noise
from datasets.synthetic.slap_parameters import LAYOUT, SURFACE

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Ink:
    """One print cut out: how dark each pixel is made (0 to 1) and which pixels are print."""

    ink: Floats
    mask: Grey


def cut(image: Grey, straighten: bool) -> Ink:
    """Cut a print from its background: darkness against the paper around it, inside its foreground.

    Args:
        straighten: Turn the print until its longer axis is upright, as far as it has one.
    """
    mask = foreground(image, PARAMETERS.segmentation)
    paper = cv2.dilate(cv2.GaussianBlur(image, (0, 0), 2), np.ones((25, 25), np.uint8)).astype(np.float32)
    paper = np.asarray(cv2.GaussianBlur(paper, (0, 0), 15), np.float32)
    dark = float(np.percentile(image[mask > 0], 3)) if mask.any() else 0.0
    ink = np.clip((0.93 * paper - image) / np.maximum(0.93 * paper - dark, 1), 0, 1)
    soft = cv2.GaussianBlur(cv2.dilate(mask, np.ones((9, 9), np.uint8)).astype(np.float32), (0, 0), 3)
    ink = np.asarray(ink * soft, np.float32)
    if straighten:
        ink, mask = _straightened(ink, mask)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return Ink(np.ascontiguousarray(ink[window], np.float32), np.ascontiguousarray(mask[window]))


def _straightened(ink: Floats, mask: Grey) -> tuple[Floats, Grey]:
    rows, columns = np.nonzero(mask)
    values, vectors = np.linalg.eigh(np.cov(columns, rows))
    lean = float(np.degrees(np.arctan2(vectors[0, 1], abs(vectors[1, 1])) * np.sign(vectors[1, 1] or 1)))
    if values[1] < LAYOUT.sure_axis**2 * values[0] or abs(lean) > LAYOUT.steepest_deg:
        return ink, mask
    side = max(mask.shape)
    turn = cv2.getRotationMatrix2D((mask.shape[1] / 2, mask.shape[0] / 2), -lean, 1.0)
    turn[:, 2] += (side / 2, side / 2)
    size = (mask.shape[1] + side, mask.shape[0] + side)
    turned = np.asarray(cv2.warpAffine(mask, turn, size, flags=cv2.INTER_NEAREST), np.uint8)
    return np.asarray(cv2.warpAffine(ink, turn, size, flags=cv2.INTER_LINEAR), np.float32), turned


def placed(values: Floats, box: RotatedBox, shape: tuple[int, ...]) -> Floats:
    """Return ``values`` turned into its box on an empty image of that shape."""
    across, down = axes(box.angle_rad)
    height, width = values.shape
    corner = np.array([box.center_x, box.center_y]) - across * (width - 1) / 2 - down * (height - 1) / 2
    forth = np.column_stack([across, down, corner])
    return np.asarray(cv2.warpAffine(values, forth, (shape[1], shape[0]), flags=cv2.INTER_LINEAR), np.float32)


def joint_below(rng: np.random.Generator, print_: Ink, box: RotatedBox) -> tuple[Floats, RotatedBox] | None:
    """The next joint below a fingertip: ridges of the fingertip's lower part, turned over and paler."""
    height, width = print_.ink.shape
    if rng.random() >= SURFACE.joint_share:
        return None
    length = min(rng.uniform(*SURFACE.joint_length), 0.8 * height)
    wide = int(SURFACE.joint_width * width)
    left = (width - wide) // 2
    ridges = print_.ink[height - int(length) :, left : left + wide][::-1, ::-1]
    rows, columns = np.mgrid[-1 : 1 : ridges.shape[0] * 1j, -1 : 1 : ridges.shape[1] * 1j]
    rounded = (rows**6 + columns**6 < 0.95).astype(np.float32)
    pale = ridges * cv2.GaussianBlur(rounded, (0, 0), 4) * rng.uniform(*SURFACE.joint_ink)
    away = axes(box.angle_rad)[1] * (box.height / 2 + rng.uniform(*SURFACE.joint_gap) + ridges.shape[0] / 2)
    place = RotatedBox(
        box.center_x + away[0], box.center_y + away[1], float(wide), float(ridges.shape[0]), box.angle_rad
    )
    return np.ascontiguousarray(pale, np.float32), place


def on_paper(rng: np.random.Generator, ink: Floats) -> Grey:
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
