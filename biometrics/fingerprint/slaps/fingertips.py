"""Tells fingertips from what lies below them and gives each its rotated box."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.slaps.geometry import RotatedBox, axes
from biometrics.fingerprint.slaps.parameters import FingerParameters
from biometrics.fingerprint.slaps.regions import Region

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fingertip:
    """A region that can be a fingertip.

    Attributes:
        box: In pixels at 500 dpi.
        lean_rad: Of the whole hand, as far as the regions show it.
    """

    region: Region
    box: RotatedBox
    lean_rad: float


def find_fingertips(regions: list[Region], parameters: FingerParameters) -> list[Fingertip]:
    """Return the regions that have no fingertip above them, in the order given."""
    lean = hand_lean(regions, parameters)
    boxed = [Fingertip(region, fit_box(region, lean, parameters), lean) for region in regions]
    tips = sorted(boxed, key=lambda tip: _along(tip, lean))
    kept: list[Fingertip] = []
    for tip in tips:
        above = next((upper for upper in kept if _is_below(tip.box, upper.box, parameters)), None)
        if above is None:
            kept.append(tip)
        elif above.region.area_px < parameters.tip_share * tip.region.area_px:
            kept[kept.index(above)] = tip  # a speck above a fingertip makes it no lower joint
    return [tip for tip in boxed if any(tip is other for other in kept)]


def hand_lean(regions: list[Region], parameters: FingerParameters) -> float:
    """Return how far the fingers lean together: their axes' mean, long and large regions counting more."""
    total = parameters.upright_px + 0j
    for region in regions:
        lean, elongation = _axis(region.points)
        if elongation >= parameters.elongated and abs(lean) <= parameters.steepest_rad:
            total += region.area_px * (elongation - parameters.elongated) * np.exp(2j * lean)
    return float(np.angle(total) / 2)


def fit_box(region: Region, hand: float, parameters: FingerParameters) -> RotatedBox:
    """Return the box around a region, along its own axis as far as it has one, else along the hand's."""
    lean, elongation = _axis(region.points)
    own = (elongation - parameters.elongated) / (parameters.sure_axis - parameters.elongated)
    difference = (lean - hand + np.pi / 2) % np.pi - np.pi / 2
    steep = abs(hand + difference) > parameters.steepest_rad
    angle = hand + (0.0 if steep else float(np.clip(own, 0, 1)) * difference)
    frame = axes(angle)
    low, high = _extent(region.points @ frame.T, parameters.trimmed)
    high[1] = min(high[1], low[1] + parameters.longest * (high[0] - low[0]))
    center = ((low + high) / 2) @ frame
    return RotatedBox(
        float(center[0]), float(center[1]), float(high[0] - low[0]), float(high[1] - low[1]), angle
    )


def _axis(points: Points) -> tuple[float, float]:
    """Return the lean of the longer axis from upright, -pi/2 to pi/2, and length to width."""
    spread = np.cov((points - points.mean(0)).T)
    values, vectors = np.linalg.eigh(spread)
    x, y = vectors[:, 1]
    lean = float(np.arctan2(-x * np.sign(-y or 1.0), abs(y)))
    return lean, float(np.sqrt(values[1] / max(values[0], 1e-9)))


def _extent(points: Points, trimmed: float) -> tuple[Points, Points]:
    """Return the lowest and highest coordinates, single stray cells left out."""
    ends = np.quantile(points, [trimmed, 1 - trimmed], axis=0)
    return ends[0], ends[1]


def _along(tip: Fingertip, lean: float) -> float:
    """How far down the hand the top of the finger lies."""
    top = tip.box.corners()[:2].mean(0)
    return float(axes(lean)[1] @ top)


def _is_below(lower: RotatedBox, upper: RotatedBox, parameters: FingerParameters) -> bool:
    """Whether ``lower`` continues the finger of ``upper``: in the same column, further down."""
    offset = np.array([lower.center_x - upper.center_x, lower.center_y - upper.center_y])
    across, down = axes(upper.angle_rad) @ offset
    reach = parameters.column * upper.width
    return bool(abs(across) < reach and down > 0.5 * upper.height)
