"""Finds the regions of ridges in a slap: one per phalanx, touching fingers parted, writing left out."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.fingerprint.parameters import RidgeParameters
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.slaps.parameters import RegionParameters

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

MOST_PEAKS = 250
"""Regions are numbered in one byte."""


@dataclass(frozen=True, eq=False)
class Region:
    """One connected piece of ridges.

    Attributes:
        points: (x, y) of its cells' middles in pixels at 500 dpi, one row each.
        area_px: In square pixels at 500 dpi.
        radius_px: Of the largest circle inside.
        ridged: Share of its area with clear ridges.
        at_edge: Whether it touches the image's edge.
    """

    points: NDArray[np.float64]
    area_px: float
    radius_px: float
    ridged: float
    at_edge: bool


def find_regions(grey: Grey, ridges: RidgeParameters, parameters: RegionParameters) -> list[Region]:
    """Return the regions of an image at 500 dpi, largest first."""
    ridged = _ridged_cells(grey, ridges, parameters)
    strength = _strength(grey, ridged.shape, parameters)
    if not ridged.any():
        return []
    mask = _mask(strength, parameters.threshold * float(np.median(strength[ridged > 0])), parameters)
    labels = _parted(mask, parameters)
    depth = np.asarray(cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5), np.float32)[1:-1, 1:-1]
    found = [_region(labels == n, depth, ridged, parameters) for n in range(1, int(labels.max()) + 1)]
    kept = [region for region in found if _is_ridges(region, parameters)]
    return sorted(kept, key=lambda region: -region.area_px)


def _is_ridges(region: Region, parameters: RegionParameters) -> bool:
    wide = region.radius_px >= parameters.wide_radius_px
    return (
        region.area_px >= parameters.smallest_area_px
        and region.ridged >= (parameters.wide_ridged if wide else parameters.ridged)
        and region.ridged * region.area_px >= parameters.smallest_ridged_px
    )


def _ridged_cells(grey: Grey, ridges: RidgeParameters, parameters: RegionParameters) -> Grey:
    """Return 1 for each cell whose ridges are clear; a block speaks for the step around its middle."""
    measured = measure_ridges(grey, ridges)
    cells = measured.step_px // parameters.cell_px
    blocks = np.kron(measured.ridged.astype(np.uint8), np.ones((cells, cells), np.uint8))
    shape = (grey.shape[0] // parameters.cell_px, grey.shape[1] // parameters.cell_px)
    placed = np.zeros(shape, np.uint8)
    offset = (ridges.block_px - measured.step_px) // 2 // parameters.cell_px
    blocks = blocks[: shape[0] - offset, : shape[1] - offset]
    placed[offset : offset + blocks.shape[0], offset : offset + blocks.shape[1]] = blocks
    return placed


def _strength(grey: Grey, shape: tuple[int, ...], parameters: RegionParameters) -> Floats:
    """Return the local mean of the gradient per cell, worked out at half resolution."""
    half = cv2.resize(grey, (shape[1] * 2, shape[0] * 2), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(half.astype(np.float32), (0, 0), parameters.gradient_sigma)
    gradient = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    mean = cv2.GaussianBlur(gradient, (0, 0), parameters.average_sigma)
    return np.asarray(cv2.resize(mean, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.float32)


def _mask(strength: Floats, limit: float, parameters: RegionParameters) -> Grey:
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    strong = (strength > limit).astype(np.uint8)
    joined = cv2.morphologyEx(strong, cv2.MORPH_CLOSE, ellipse, iterations=parameters.closings)
    whole = _without_holes(np.asarray(joined, np.uint8), parameters)
    side = 2 * parameters.opening_cells + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # beyond the image counts as empty, or a card's rules and captions along the edge would survive
    framed = cv2.copyMakeBorder(whole, side, side, side, side, cv2.BORDER_CONSTANT, value=0)
    opened = cv2.morphologyEx(framed, cv2.MORPH_OPEN, disc)
    return np.ascontiguousarray(opened[side:-side, side:-side], np.uint8)


def _without_holes(mask: Grey, parameters: RegionParameters) -> Grey:
    """Fill what is small or round (worn skin, a filing hole), not the slit of a crease."""
    _, labels, numbers, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    area = numbers[:, cv2.CC_STAT_AREA] * float(parameters.cell_px**2)
    longest = numbers[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1) * float(parameters.cell_px)
    filled = area <= parameters.small_hole_px
    filled |= (area <= parameters.largest_hole_px) & (area >= parameters.round_hole * longest**2)
    filled[0] = False
    return np.where(filled[labels], 1, mask).astype(np.uint8)


def _parted(mask: Grey, parameters: RegionParameters) -> NDArray[np.int32]:
    """Return a number per region: pieces are parted where they narrow between two inner circles."""
    border = parameters.beyond_edge_cells  # a print cut by the image's edge goes on: it does not narrow there
    padded = cv2.copyMakeBorder(mask, border, border, border, border, cv2.BORDER_REPLICATE)
    padded = np.pad(padded, 1)
    depth = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5), np.float32)
    peaks = _peaks(depth, parameters.smallest_radius_cells)
    seeds = np.zeros(depth.shape, np.uint8)
    owner = _joined_peaks(depth, peaks, parameters.waist)
    for (row, column), number in zip(peaks, owner, strict=True):
        seeds[row, column] = number + 1
    border += 1
    return _flooded(depth, seeds)[border:-border, border:-border].astype(np.int32)


def _flooded(depth: Floats, seeds: Grey) -> Grey:
    """Grow the seeds from the inside out, so that they meet where a piece is narrowest."""
    labels, square = seeds, np.ones((3, 3), np.uint8)
    for level in range(int(depth.max()), -1, -1):
        reached = depth > level
        while True:
            grown = np.where((labels == 0) & reached, cv2.dilate(labels, square), labels)
            if np.array_equal(grown, labels):
                break
            labels = grown
    return labels


def _peaks(depth: Floats, smallest: float) -> NDArray[np.int64]:
    """Return (row, column) of circle middles, largest circle first, none inside a larger one."""
    highest = cv2.dilate(depth, np.ones((5, 5), np.uint8))
    places = np.argwhere((depth >= highest) & (depth >= smallest))
    places = places[np.argsort(-depth[places[:, 0], places[:, 1]], kind="stable")]
    kept: list[NDArray[np.int64]] = []
    for place in places:
        if all(np.hypot(*(place - other)) > depth[other[0], other[1]] * 0.7 for other in kept):
            kept.append(place)
    return np.array(kept[:MOST_PEAKS], np.int64).reshape(-1, 2)


def _joined_peaks(depth: Floats, peaks: NDArray[np.int64], waist: float) -> list[int]:
    """Return a number per peak: its own, or that of the nearest larger circle it hardly narrows towards.

    A small circle joins one larger circle only, or it would glue together two fingers it lies between.
    """
    owner = list(range(len(peaks)))
    for j, (row, column) in enumerate(peaks):
        _, labels = cv2.connectedComponents((depth >= waist * depth[row, column]).astype(np.uint8))
        larger = peaks[:j]
        same = np.flatnonzero(labels[larger[:, 0], larger[:, 1]] == labels[row, column])
        if len(same):
            distance = np.hypot(*(larger[same] - peaks[j]).T)
            owner[j] = owner[int(same[distance.argmin()])]
    return owner


def _region(cells: NDArray[np.bool_], depth: Floats, ridged: Grey, parameters: RegionParameters) -> Region:
    rows, columns = np.nonzero(cells)
    size = parameters.cell_px
    points = (np.column_stack([columns, rows]).astype(np.float64) + 0.5) * size
    if len(rows) == 0:
        return Region(points, 0.0, 0.0, 0.0, at_edge=False)
    last = (cells.shape[0] - 1, cells.shape[1] - 1)
    edge = rows.min() == 0 or columns.min() == 0 or rows.max() == last[0] or columns.max() == last[1]
    return Region(
        points,
        float(len(rows) * size**2),
        float(depth[cells].max() * size),
        float(ridged[cells].mean()),
        at_edge=bool(edge),
    )
