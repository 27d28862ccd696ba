"""Fits the weights of fingerprint quality: logistic, and never falling where a measure rises."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PULL = 1e-3
"""Towards zero weights, as a share of the comparisons: keeps separable data finite."""


def fit(shares: Floats, comparisons: Floats, reached: Floats) -> Floats:
    """Return the base log odds and one weight per measure, none of them negative.

    Args:
        shares: Logarithms of each print's shares of what a good print has, one row a print.
        comparisons: How many comparisons each print took part in.
        reached: How many of them reached the score.
    """
    weights = np.zeros(shares.shape[1] + 1)
    active = np.arange(shares.shape[1])
    while True:
        fitted = _newton(shares[:, active], comparisons, reached)
        if not len(active) or fitted[1:].min() >= 0:
            break
        active = np.delete(active, int(np.argmin(fitted[1:])))
    weights[np.concatenate([[0], active + 1])] = fitted
    return weights


def predict(weights: Floats, shares: Floats) -> Floats:
    """Return the chances that the fitted model gives."""
    return np.asarray(1 / (1 + np.exp(-(weights[0] + shares @ weights[1:]))))


def _newton(shares: Floats, comparisons: Floats, reached: Floats, steps: int = 50) -> Floats:
    columns = np.column_stack([np.ones(len(shares)), shares])
    pull = PULL * comparisons.sum() * np.diag(np.arange(columns.shape[1]) > 0)
    weights = np.zeros(columns.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (reached - comparisons * chance) - pull @ weights
        curve = (columns * (comparisons * chance * (1 - chance))[:, None]).T @ columns + pull
        weights = weights + np.linalg.solve(curve, slope)
    return weights
