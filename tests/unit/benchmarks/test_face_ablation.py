"""What the comparison of ways computes from vectors: rates, means of other people, degraded pictures."""

import numpy as np
import pytest

from benchmarks.accuracy import face_ablation
from benchmarks.face_degraded import dark, flat

PEOPLE = np.repeat(np.arange(40), 3)


def _vectors(common: float) -> np.ndarray:
    random = np.random.default_rng(1)
    own = random.normal(0, 1, (40, 64))[PEOPLE]
    share = random.uniform(0.5, 1.5, (len(PEOPLE), 1))
    vectors = own + 0.9 * random.normal(0, 1, own.shape) + common * share * np.ones(64)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_taking_the_mean_of_other_people_away_undoes_what_all_share() -> None:
    vectors = _vectors(2.0)
    doubtful = np.zeros((len(PEOPLE), len(PEOPLE)), dtype=bool)
    shared = face_ablation._rates(vectors @ vectors.T, PEOPLE, doubtful)
    centred = face_ablation._centred(vectors, PEOPLE)
    freed = face_ablation._rates(centred @ centred.T, PEOPLE, doubtful)
    assert freed["d_prime"] > 1.5 * shared["d_prime"]
    assert freed["fnir_at_fpir_1e2"] < shared["fnir_at_fpir_1e2"]
    assert freed["tmr_at_fmr_1e3"] > shared["tmr_at_fmr_1e3"]


def test_a_doubtful_pair_is_no_impostor() -> None:
    vectors = _vectors(0.0)
    vectors[3] = vectors[0]  # the second person's first photograph is the first person's
    scores = vectors @ vectors.T
    doubtful = (scores > 0.99) & (PEOPLE[:, None] != PEOPLE[None])
    kept = face_ablation._rates(scores, PEOPLE, np.zeros_like(doubtful))
    left_out = face_ablation._rates(scores, PEOPLE, doubtful)
    assert left_out["tmr_at_fmr_1e3"] >= kept["tmr_at_fmr_1e3"]
    assert left_out["d_prime"] > kept["d_prime"]


def test_each_half_of_the_people_is_whole_and_the_other_half_is_the_rest() -> None:
    first, second = face_ablation._halves(PEOPLE)
    assert (first ^ second).all()
    assert not set(PEOPLE[first]) & set(PEOPLE[second])


@pytest.mark.parametrize(("change", "span"), [(dark, 40), (flat, 70)])
def test_degraded_pictures_span_little(change: object, span: float) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    assert callable(change)
    changed = change(picture, np.random.default_rng(1))
    assert changed.dtype == np.uint8
    assert np.percentile(changed, 99) - np.percentile(changed, 1) < span
