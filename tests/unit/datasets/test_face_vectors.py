"""Invented face templates are unit vectors that score as real ones were measured to."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.face_spread_fit import compared, fit, invented_scores, real_scores
from datasets.synthetic.face_vectors import FaceSpread, InventedFaces, sface_spread

MEASURED = Path(__file__).parents[3] / "benchmarks/results/face_vectors_lfw_dev.json"


def test_the_same_seed_gives_the_same_faces_of_length_one() -> None:
    one, again, other = (InventedFaces(sface_spread(), seed) for seed in (1, 1, 2))
    photographs = [faces.photographs(faces.people(50)) for faces in (one, again, other)]
    np.testing.assert_array_equal(photographs[0], photographs[1])
    assert not np.array_equal(photographs[0], photographs[2])
    np.testing.assert_allclose(np.linalg.norm(photographs[0], axis=1), 1.0, atol=1e-5)


def test_their_scores_lie_where_those_of_real_people_do() -> None:
    metrics = json.loads(MEASURED.read_text(encoding="utf-8"))["metrics"]
    genuine, impostor = invented_scores(sface_spread(), seed=5)
    for share, told in metrics["genuine"].items():
        assert np.percentile(genuine, float(share)) == pytest.approx(told["real"], abs=0.05)
    for share, told in metrics["impostor"].items():
        assert np.percentile(impostor, float(share)) == pytest.approx(told["real"], abs=0.02)


def test_a_spread_is_found_again_in_faces_drawn_from_it(tmp_path: Path) -> None:
    faces = InventedFaces(sface_spread(), 3)
    people = np.repeat(faces.people(250), 3, axis=0)
    vectors, names = faces.photographs(people), np.repeat(np.arange(250).astype(str), 3)
    fit(vectors, names, "invented").write(tmp_path / "spread.npz")
    found = FaceSpread.read(tmp_path / "spread.npz")
    assert found.source == "invented"
    told = compared(real_scores(vectors, names), invented_scores(found))
    for kind, within in (("genuine", 0.05), ("impostor", 0.02)):
        for pair in told[kind].values():
            assert pair["invented"] == pytest.approx(pair["real"], abs=within)
