"""Whether the ridges of two prints run in step once their minutiae lie on each other.

The first print's nodes are laid over the second as its paired minutiae say. A phase difference is a
displacement along the ridges' normal: in a few rounds, smoothed over the neighbourhood, it moves the
nodes. Ridges of one finger then agree nearly everywhere, those of two fingers hardly beyond the pairs.
"""

import math

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.alignment import (
    COSINE,
    FROM_X,
    FROM_Y,
    SINE,
    TO_X,
    TO_Y,
    affine_shift,
    moved,
    residuals,
)
from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.parameters import AgreementParameters
from matcher.fingerprint.prepared import Prepared
from matcher.fingerprint.ridges import STEP, Ridges, ridges_of
from matcher.fingerprint.similarity import wrapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def ridge_agreement(
    a: Prepared,
    b: Prepared,
    motion: Floats,
    first: Integers,
    second: Integers,
    weight: Floats,
    limits: AgreementParameters,
) -> tuple[float, float]:
    """Return how far the ridges are in step near the pairs, -1 to 1, and over how large a clear area.

    The area is in units of 10,000 px (26 mm2), each node counted by both prints' clarity.
    """
    over, under = ridges_of(a.ridges), ridges_of(b.ridges)
    place, trust = _laid(a, b, over, motion, first, second, weight, limits)
    start = trust.copy()
    rows, columns = trust.shape
    turn = math.atan2(motion[SINE], motion[COSINE])
    pull = np.empty((5, rows, columns))
    support = np.empty((2, rows, columns))
    agreement = 0.0
    mass = 0.0
    for k in range(limits.rounds + 1):
        agreement, mass = _compare(over, under, place, trust, start, turn, pull, support)
        if mass <= 0.0 or k == limits.rounds:
            break
        fineness = k / max(limits.rounds - 1, 1)
        sigma = limits.coarse_px + fineness * (limits.fine_px - limits.coarse_px)
        for part in pull:
            _smooth(part, sigma / STEP)
        _step(place, trust, pull, support, limits)
    area = mass * STEP * STEP / limits.area_px2
    if area < limits.smallest_area:
        return 0.0, 0.0
    return agreement / mass, area


@kernel
def _laid(
    a: Prepared,
    b: Prepared,
    over: Ridges,
    motion: Floats,
    first: Integers,
    second: Integers,
    weight: Floats,
    limits: AgreementParameters,
) -> tuple[Floats, Floats]:
    """Place of each node on the second print, x then y, and its trust: 1 beside a good pair, 0 if absent."""
    rows, columns = over.clarity.shape
    place = np.zeros((2, rows, columns))
    trust = np.zeros((rows, columns))
    paired = moved(a, motion)
    affine, residual = residuals(paired, b, first, second, weight, limits.affine_ridge_px2)
    narrow = 1.0 / (2.0 * limits.kernel_px * limits.kernel_px)
    wide = 1.0 / (2.0 * limits.trust_px * limits.trust_px)
    for v in range(rows):
        for u in range(columns):
            if over.clarity[v, u] <= 0.0:
                continue
            from_x = over.left + STEP * u - motion[FROM_X]
            from_y = over.top + STEP * v - motion[FROM_Y]
            x = motion[COSINE] * from_x - motion[SINE] * from_y + motion[TO_X]
            y = motion[SINE] * from_x + motion[COSINE] * from_y + motion[TO_Y]
            total = limits.prior
            pull_x = 0.0
            pull_y = 0.0
            for k in range(len(first)):
                gap_x = x - paired[0, first[k]]
                gap_y = y - paired[1, first[k]]
                square = gap_x * gap_x + gap_y * gap_y
                near = weight[k] * math.exp(-square * narrow)
                total += near
                pull_x += near * residual[0, k]
                pull_y += near * residual[1, k]
                trust[v, u] = max(trust[v, u], weight[k] * math.exp(-square * wide))
            shift_x, shift_y = affine_shift(affine, x, y)
            place[0, v, u] = x + shift_x + pull_x / total
            place[1, v, u] = y + shift_y + pull_y / total
    return place, trust


@kernel
def _compare(
    over: Ridges,
    under: Ridges,
    place: Floats,
    trust: Floats,
    start: Floats,
    turn: float,
    pull: Floats,
    support: Floats,
) -> tuple[float, float]:
    """Compare each node with the nearest one beneath; fill the moments of the displacement and the support.

    Returns:
        Sum of agreement and of clarity, both weighted by the trust that the pairs gave at the start.
    """
    rows, columns = trust.shape
    pull[:] = 0.0
    support[:] = 0.0
    agreement = 0.0
    mass = 0.0
    for v in range(rows):
        for u in range(columns):
            if over.clarity[v, u] <= 0.0:
                continue
            x = (place[0, v, u] - under.left) / STEP
            y = (place[1, v, u] - under.top) / STEP
            i, j = math.floor(x + 0.5), math.floor(y + 0.5)
            if not (0 <= i < under.clarity.shape[1] and 0 <= j < under.clarity.shape[0]):
                continue
            clarity = over.clarity[v, u] * under.clarity[j, i]
            if clarity <= 0.0:
                continue
            across, down = math.cos(under.normal[j, i]), math.sin(under.normal[j, i])
            number = under.number[j, i]
            phase = under.phase[j, i] + number * STEP * ((x - i) * across + (y - j) * down)
            along = math.cos(over.normal[v, u] + turn - under.normal[j, i])
            if along < 0.0:
                phase, across, down = -phase, -across, -down
            parallel = max(0.0, 2.0 * along * along - 1.0)
            difference = wrapped(over.phase[v, u] - phase)
            in_step = math.cos(difference)
            agreement += start[v, u] * clarity * parallel * in_step
            mass += start[v, u] * clarity
            weight = clarity * parallel * parallel
            support[0, v, u] = trust[v, u] * weight * max(0.0, in_step)
            support[1, v, u] = weight
            weight *= trust[v, u] * math.exp(-abs(difference))
            far = difference / number
            pull[0, v, u] = weight * across * across
            pull[1, v, u] = weight * across * down
            pull[2, v, u] = weight * down * down
            pull[3, v, u] = weight * across * far
            pull[4, v, u] = weight * down * far
    return agreement, mass


@kernel
def _smooth(values: Floats, sigma: float) -> None:
    """Replace values by their Gaussian sums (not means: the weights are among them)."""
    rows, columns = values.shape
    reach = int(2 * sigma + 0.5)
    near = np.exp(-(np.arange(reach + 1) ** 2) / (2 * sigma * sigma))
    between = np.zeros((rows, columns))
    for v in range(rows):
        for u in range(columns):
            if values[v, u] != 0.0:
                for t in range(max(0, u - reach), min(columns - 1, u + reach) + 1):
                    between[v, t] += values[v, u] * near[abs(t - u)]
    values[:] = 0.0
    for v in range(rows):
        for t in range(max(0, v - reach), min(rows - 1, v + reach) + 1):
            for u in range(columns):
                values[t, u] += near[abs(t - v)] * between[v, u]


@kernel
def _step(place: Floats, trust: Floats, pull: Floats, support: Floats, limits: AgreementParameters) -> None:
    """Move each node by the least-squares displacement, and trust it as its neighbours are in step."""
    rows, columns = trust.shape
    for v in range(rows):
        for u in range(columns):
            xx = pull[0, v, u] + limits.stiffness
            xy = pull[1, v, u]
            yy = pull[2, v, u] + limits.stiffness
            determinant = xx * yy - xy * xy
            place[0, v, u] += (yy * pull[3, v, u] - xy * pull[4, v, u]) / determinant
            place[1, v, u] += (xx * pull[4, v, u] - xy * pull[3, v, u]) / determinant
            in_step = 0.0
            whole = 0.0
            for y in range(max(0, v - 1), min(rows - 1, v + 1) + 1):
                for x in range(max(0, u - 1), min(columns - 1, u + 1) + 1):
                    in_step += support[0, y, x]
                    whole += support[1, y, x]
            if whole > 0.0:
                grown = limits.trust_growth * in_step / whole
                trust[v, u] = min(1.0, max(limits.trust_kept * trust[v, u], grown))
