"""Holds what the service fits on an operator's own gallery against people whom it had not seen."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.impostor_pairs import mean_of, pairs_centred_by, without_label_errors
from benchmarks.kept_embeddings import FaceSet
from benchmarks.progress import ProgressLike
from benchmarks.tail_checks import logs_of, ratios, summary
from datasets.synthetic.face_vectors import InventedFaces, sface_spread
from matcher.own_gallery import fit
from matcher.parameters import OWN_GALLERY

Vectors = NDArray[np.float64]

FOR_THE_MEAN = 5
"""One in so many people gives what all faces share: a gallery's faces are centred by others than itself."""

INVENTED_PEOPLE = 3_000
INVENTED_DRAWS = 3


def of_test_set(faces: FaceSet, splits: int) -> dict[str, Any]:
    """Return observed over stated of fits on half of the people, one photograph each, on the other half.

    Nothing of fewer people than the service fits on.
    """
    found, pairs = [], []
    share = 1.0 - 1.0 / FOR_THE_MEAN if faces.population else 1.0
    if faces.persons * share / 2 < OWN_GALLERY.fewest_people:
        return {}
    for draw in range(splits):
        random = np.random.default_rng((17, draw))
        part = random.permutation(faces.persons)
        shared = faces.persons // FOR_THE_MEAN if faces.population else 0
        fitted = np.isin(faces.people, part[shared : (shared + faces.persons) // 2]) & faces.first
        judged = np.isin(faces.people, part[(shared + faces.persons) // 2 :])
        mean = np.zeros(faces.vectors.shape[1])
        if shared:
            others = np.isin(faces.people, part[:shared])
            mean = mean_of(faces.vectors[others], faces.people[others])
        calibration = fit(_payloads(faces.vectors[fitted] - mean), faces.producer, "own-1").calibration
        strangers, _ = without_label_errors(
            pairs_centred_by(faces.vectors[judged], faces.people[judged], mean)
        )
        found.append(ratios(logs_of(calibration), strangers.scores))
        pairs.append(len(strangers.scores))
    return summary(found, float(np.mean(pairs)), once=(2.0 / share) ** 2)


def of_invented_galleries(progress: ProgressLike) -> dict[str, Any]:
    """Return the same of larger galleries, of faces invented from the covariances of real ones."""
    found: list[Sequence[float]] = []
    strangers = INVENTED_PEOPLE * (INVENTED_PEOPLE - 1) // 2
    for draw in progress.track(range(INVENTED_DRAWS), INVENTED_DRAWS, "inventing galleries"):
        faces = InventedFaces(sface_spread(), draw)
        gallery, others = (faces.photographs(faces.people(INVENTED_PEOPLE)) for _ in range(2))
        calibration = fit(_payloads(gallery), "invented", "own-1").calibration
        scores = (others @ others.T)[np.triu_indices(len(others), 1)]
        found.append(ratios(logs_of(calibration), scores.astype(np.float64)))
    return summary(found, float(strangers), once=float(INVENTED_DRAWS))


def _payloads(vectors: Vectors | NDArray[np.float32]) -> list[bytes]:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return [row.astype("<f4").tobytes() for row in units]
