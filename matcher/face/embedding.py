"""Reads the payload of a face template, a little-endian float32 vector of length 1, and averages several."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import TemplateUnreadable
from matcher.face.parameters import FACE_AVERAGE

Vectors = NDArray[np.float32]


def to_vector(payload: bytes, dimension: int | None = None) -> Vectors:
    """Return the embedding.

    Raises:
        TemplateUnreadable: not a whole number of values, none at all, or not ``dimension`` of them.
    """
    count, rest = divmod(len(payload), 4)
    if rest or not count or (dimension is not None and count != dimension):
        raise TemplateUnreadable(
            "A face template has an unexpected length: extract the sample again.",
            bytes=len(payload),
            expected=None if dimension is None else 4 * dimension,
        )
    return np.frombuffer(payload, dtype="<f4").astype(np.float32)


def to_matrix(payloads: Sequence[bytes], dimension: int | None = None) -> Vectors:
    """Return one row per payload; all must have the same length."""
    first = to_vector(payloads[0], dimension)
    return np.stack([first, *(to_vector(payload, len(first)) for payload in payloads[1:])])


def averaged(vectors: Vectors, weights: NDArray[np.float64] | None = None) -> Vectors:
    """Return the mean of embeddings of one face (n x dimension) at length 1."""
    mean = np.average(vectors, axis=0, weights=weights)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


def averaged_payload(payloads: Sequence[bytes], qualities: Sequence[float] | None = None) -> bytes:
    """Return one payload in place of several of one face.

    Args:
        qualities: 0 to 1, in the same order: clearer photographs count more. None: all count alike.
    """
    weights = None
    if qualities is not None:
        weights = np.maximum(qualities, FACE_AVERAGE.least_quality) ** FACE_AVERAGE.power
    return bytes(averaged(to_matrix(payloads), weights).astype("<f4").tobytes())
