"""Lays one print over the other: a rigid motion fitted to pairs, then an elastic bend towards them."""

import math

import numpy as np
from numpy.typing import NDArray

from matcher.fingerprint.compiled import kernel
from matcher.fingerprint.parameters import AlignmentParameters
from matcher.fingerprint.prepared import Prepared
from matcher.fingerprint.similarity import wrapped

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COSINE, SINE, FROM_X, FROM_Y, TO_X, TO_Y = range(6)
"""A rigid motion: turn about (FROM_X, FROM_Y), which comes to lie on (TO_X, TO_Y)."""


@kernel
def fit_rigid(
    a: Prepared, b: Prepared, first: Integers, second: Integers, weight: Floats, lever: float
) -> Floats:
    """Weighted least-squares motion of ``a`` onto ``b``; directions count like points at the lever's end."""
    motion = np.zeros(6)
    motion[COSINE] = 1.0
    total = 0.0
    for k in range(len(first)):
        total += weight[k]
        motion[FROM_X] += weight[k] * a.x[first[k]]
        motion[FROM_Y] += weight[k] * a.y[first[k]]
        motion[TO_X] += weight[k] * b.x[second[k]]
        motion[TO_Y] += weight[k] * b.y[second[k]]
    if total <= 0.0:
        return motion
    motion[FROM_X:] /= total
    cosine = 0.0
    sine = 0.0
    for k in range(len(first)):
        ax = a.x[first[k]] - motion[FROM_X]
        ay = a.y[first[k]] - motion[FROM_Y]
        bx = b.x[second[k]] - motion[TO_X]
        by = b.y[second[k]] - motion[TO_Y]
        turn = b.angle[second[k]] - a.angle[first[k]]
        cosine += weight[k] * (ax * bx + ay * by + lever * lever * math.cos(turn))
        sine += weight[k] * (ax * by - ay * bx + lever * lever * math.sin(turn))
    norm = math.sqrt(cosine * cosine + sine * sine)
    if norm > 0.0:
        motion[COSINE] = cosine / norm
        motion[SINE] = sine / norm
    return motion


@kernel
def moved(a: Prepared, motion: Floats) -> Floats:
    """Rows x, y, angle of the minutiae of ``a`` after a rigid motion."""
    count = len(a.x)
    place = np.empty((3, count))
    turn = math.atan2(motion[SINE], motion[COSINE])
    for i in range(count):
        x = a.x[i] - motion[FROM_X]
        y = a.y[i] - motion[FROM_Y]
        place[0, i] = motion[COSINE] * x - motion[SINE] * y + motion[TO_X]
        place[1, i] = motion[SINE] * x + motion[COSINE] * y + motion[TO_Y]
        place[2, i] = wrapped(a.angle[i] + turn)
    return place


@kernel
def bent(
    place: Floats, b: Prepared, first: Integers, second: Integers, weight: Floats, limits: AlignmentParameters
) -> Floats:
    """Follow the pairs' residual displacement: a cautious affine part, then a local one.

    A pair never pulls its own minutia, so that chance pairs do not confirm themselves.
    """
    count = len(first)
    if count < 3:
        return place
    affine, residual = residuals(place, b, first, second, weight, limits.affine_ridge_px2)
    result = np.empty_like(place)
    narrow = 1.0 / (2.0 * limits.kernel_px * limits.kernel_px)
    for i in range(place.shape[1]):
        total = limits.prior
        pull_x = 0.0
        pull_y = 0.0
        pull_angle = 0.0
        for k in range(count):
            if first[k] == i:
                continue
            gap_x = place[0, i] - place[0, first[k]]
            gap_y = place[1, i] - place[1, first[k]]
            near = weight[k] * math.exp(-(gap_x * gap_x + gap_y * gap_y) * narrow)
            total += near
            pull_x += near * residual[0, k]
            pull_y += near * residual[1, k]
            pull_angle += near * residual[2, k]
        x, y = affine_shift(affine, place[0, i], place[1, i])
        result[0, i] = place[0, i] + x + pull_x / total
        result[1, i] = place[1, i] + y + pull_y / total
        result[2, i] = wrapped(place[2, i] + limits.turn_share * pull_angle / total)
    return result


@kernel
def residuals(
    place: Floats, b: Prepared, first: Integers, second: Integers, weight: Floats, ridge: float
) -> tuple[Floats, Floats]:
    """The cautious affine motion that the pairs share, and rows x, y, angle of what it leaves."""
    count = len(first)
    residual = np.empty((3, count))
    for k in range(count):
        residual[0, k] = b.x[second[k]] - place[0, first[k]]
        residual[1, k] = b.y[second[k]] - place[1, first[k]]
        residual[2, k] = wrapped(b.angle[second[k]] - place[2, first[k]])
    affine = _fit_affine(place, first, residual, weight, ridge)
    for k in range(count):
        x, y = affine_shift(affine, place[0, first[k]], place[1, first[k]])
        residual[0, k] -= x
        residual[1, k] -= y
    return affine, residual


@kernel
def affine_shift(affine: Floats, x: float, y: float) -> tuple[float, float]:
    """How far an affine motion takes a point."""
    u = x - affine[0]
    v = y - affine[1]
    return affine[2] + affine[4] * u + affine[5] * v, affine[3] + affine[6] * u + affine[7] * v


@kernel
def _fit_affine(place: Floats, first: Integers, residual: Floats, weight: Floats, ridge: float) -> Floats:
    """Centre x, y; mean shift x, y; and the 2 x 2 matrix of the linear part, held small by ``ridge``."""
    fit = np.zeros(8)
    total = 0.0
    for k in range(len(first)):
        total += weight[k]
        fit[0] += weight[k] * place[0, first[k]]
        fit[1] += weight[k] * place[1, first[k]]
        fit[2] += weight[k] * residual[0, k]
        fit[3] += weight[k] * residual[1, k]
    if total <= 0.0:
        return fit
    fit[:4] /= total
    xx = ridge
    xy = 0.0
    yy = ridge
    side = np.zeros(4)
    for k in range(len(first)):
        u = place[0, first[k]] - fit[0]
        v = place[1, first[k]] - fit[1]
        xx += weight[k] * u * u
        xy += weight[k] * u * v
        yy += weight[k] * v * v
        side[0] += weight[k] * u * (residual[0, k] - fit[2])
        side[1] += weight[k] * v * (residual[0, k] - fit[2])
        side[2] += weight[k] * u * (residual[1, k] - fit[3])
        side[3] += weight[k] * v * (residual[1, k] - fit[3])
    determinant = xx * yy - xy * xy
    fit[4] = (yy * side[0] - xy * side[1]) / determinant
    fit[5] = (xx * side[1] - xy * side[0]) / determinant
    fit[6] = (yy * side[2] - xy * side[3]) / determinant
    fit[7] = (xx * side[3] - xy * side[2]) / determinant
    return fit
