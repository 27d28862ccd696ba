"""Minutia cylinder-code: for each minutia, bits that say where its neighbours lie and which way they point.

Cappelli, Ferrara, Maltoni, "Minutia Cylinder-Code", IEEE TPAMI 32(12), 2010. A cylinder has a disc
of cells in the frame of its minutia, times sections of relative direction; a bit is set where the
neighbours' summed contribution passes a threshold.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.compiled import kernel
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import CylinderParameters

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TAU = 2 * math.pi
TABLE_SIZE = 1440  # steps of the angular contribution, a quarter of a degree each


@dataclass(frozen=True)
class Cylinders:
    """The cylinders of a print's minutiae, in the minutiae's order.

    Attributes:
        bits: bool ``(n, cells, sections)``.
        cells: bool ``(n, cells)``, which cells lie near enough to the print to say something.
        valid: bool ``(n,)``, enough cells and neighbours to be compared.
        hull: Indices of the minutiae on the convex hull, in its order.
    """

    bits: Bools
    cells: Bools
    valid: Bools
    hull: NDArray[np.int64]


def build_cylinders(minutiae: Minutiae, parameters: CylinderParameters) -> Cylinders:
    """Return a cylinder for every minutia; those without company are marked invalid."""
    cell_x, cell_y = cell_centres(parameters)
    count, sections = len(minutiae), parameters.sections
    bits = np.zeros((count, len(cell_x), sections), np.bool_)
    cells = np.zeros((count, len(cell_x)), np.bool_)
    valid = np.zeros(count, np.bool_)
    hull = hull_of(minutiae)
    if count > parameters.neighbours:
        x, y = minutiae.x.astype(np.float64), minutiae.y.astype(np.float64)
        clockwise = -minutiae.angle_rad.astype(np.float64)  # the kernel turns with y down
        _fill(
            x,
            y,
            clockwise,
            x[hull],
            y[hull],
            cell_x,
            cell_y,
            _angular_mass(parameters),
            parameters.radius_px,
            parameters.position_sigma_px,
            parameters.bit_threshold,
            parameters.hull_margin_px,
            parameters.valid_cells,
            parameters.neighbours,
            bits,
            cells,
            valid,
        )
    return Cylinders(bits, cells, valid, hull)


def cell_centres(parameters: CylinderParameters) -> tuple[Floats, Floats]:
    """Return x and y of the cells inside the circle, row by row, relative to the minutia."""
    side = 2 * parameters.radius_px / parameters.cells_across
    axis = (np.arange(parameters.cells_across) - (parameters.cells_across - 1) / 2) * side
    x, y = np.meshgrid(axis, axis)
    inside = x**2 + y**2 <= parameters.radius_px**2
    return x[inside], y[inside]


def hull_of(minutiae: Minutiae) -> NDArray[np.int64]:
    """Return the indices of the minutiae on the convex hull, in order around it."""
    if len(minutiae) < 3:
        return np.arange(len(minutiae), dtype=np.int64)
    points = np.stack([minutiae.x, minutiae.y], 1).astype(np.float32)
    return np.asarray(cv2.convexHull(points, returnPoints=False), np.int64).ravel()


@lru_cache(maxsize=4)
def _angular_mass(parameters: CylinderParameters) -> Floats:
    """Mass of a normal distribution over one section, by its offset from -pi to pi."""
    half, scale = math.pi / parameters.sections, parameters.direction_sigma_rad * math.sqrt(2)
    offsets = -math.pi + TAU * np.arange(TABLE_SIZE) / TABLE_SIZE
    return np.array([0.5 * (math.erf((a + half) / scale) - math.erf((a - half) / scale)) for a in offsets])


@kernel
def near_hull(hull_x: Floats, hull_y: Floats, margin: float, x: float, y: float) -> bool:
    """Whether a point lies inside a convex polygon or within ``margin`` of it."""
    count = len(hull_x)
    positive = False
    negative = False
    nearest = 1e18
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        edge_x = hull_x[j] - hull_x[i]
        edge_y = hull_y[j] - hull_y[i]
        to_x = x - hull_x[i]
        to_y = y - hull_y[i]
        side = edge_x * to_y - edge_y * to_x
        if side > 0:
            positive = True
        elif side < 0:
            negative = True
        length = edge_x * edge_x + edge_y * edge_y
        along = 0.0
        if length > 0:
            along = min(max((edge_x * to_x + edge_y * to_y) / length, 0.0), 1.0)
        gap_x = to_x - along * edge_x
        gap_y = to_y - along * edge_y
        nearest = min(nearest, gap_x * gap_x + gap_y * gap_y)
    inside = count > 2 and not (positive and negative)
    return inside or nearest <= margin * margin


@kernel
def _fill(
    x: Floats,
    y: Floats,
    angle: Floats,
    hull_x: Floats,
    hull_y: Floats,
    cell_x: Floats,
    cell_y: Floats,
    mass: Floats,
    radius: float,
    sigma: float,
    threshold: float,
    margin: float,
    valid_cells: float,
    neighbours: int,
    bits: Bools,
    cells: Bools,
    valid: Bools,
) -> None:
    count, cell_count, sections = bits.shape
    table = len(mass)
    gain = 1.0 / (sigma * math.sqrt(TAU))
    reach = 3.0 * sigma
    near = np.empty(count, np.int64)
    sums = np.empty(sections)
    for i in range(count):
        cosine = math.cos(angle[i])
        sine = math.sin(angle[i])
        company = 0
        for j in range(count):
            if j != i and (x[j] - x[i]) ** 2 + (y[j] - y[i]) ** 2 <= (radius + reach) ** 2:
                near[company] = j
                company += 1
        seen = 0
        for k in range(cell_count):
            px = x[i] + cosine * cell_x[k] - sine * cell_y[k]
            py = y[i] + sine * cell_x[k] + cosine * cell_y[k]
            if not near_hull(hull_x, hull_y, margin, px, py):
                continue
            seen += 1
            cells[i, k] = True
            sums[:] = 0.0
            for n in range(company):
                j = near[n]
                square = (x[j] - px) ** 2 + (y[j] - py) ** 2
                if square > reach * reach:
                    continue
                weight = gain * math.exp(-square / (2 * sigma * sigma))
                for a in range(sections):
                    turn = angle[i] - angle[j] + math.pi - (a + 0.5) * TAU / sections
                    turn -= TAU * math.floor((turn + math.pi) / TAU)
                    sums[a] += weight * mass[int((turn + math.pi) / TAU * table) % table]
            for a in range(sections):
                bits[i, k, a] = sums[a] > threshold
        valid[i] = seen >= valid_cells * cell_count and company >= neighbours
