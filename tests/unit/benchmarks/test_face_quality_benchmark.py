"""Faults done to photographs, and what the benchmark of face quality makes of judged ones."""

import numpy as np
import pytest

from benchmarks.accuracy.face_quality import FITTED, fitted, judge_unseen, of_set
from benchmarks.accuracy.face_quality import compare as compare_all
from benchmarks.face_quality_samples import REFERENCE, JudgedFace
from benchmarks.photo_degradations import KINDS, degrade, draw_fault
from biometrics.face.parameters import FACE
from biometrics.face.quality import Respect, value_of

BOX = (60.0, 60.0, 80.0, 100.0)


def picture() -> np.ndarray:
    """Smooth shapes with an edge, as grey as a photograph."""
    y, x = np.indices((200, 200))
    wave = 120 + 60 * np.sin(x / 9) * np.cos(y / 13) + 30 * (x > 100)
    return np.repeat(wave[:, :, None], 3, axis=2).astype(np.uint8)


def damaged(kind: str, strength: float) -> np.ndarray:
    return degrade(picture(), BOX, kind, strength, np.random.default_rng(4))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "small"])
def test_a_strong_fault_changes_more_than_a_slight_one(kind: str) -> None:
    slight, strong = (
        float(np.abs(damaged(kind, strength).astype(float) - picture()).mean()) for strength in (0.0, 1.0)
    )
    assert 0 < slight < strong


def test_a_small_photograph_is_smaller_and_a_cloth_leaves_the_rest() -> None:
    assert damaged("small", 1.0).shape[0] < damaged("small", 0.0).shape[0] < 200
    changed = np.argwhere((damaged("covered", 1.0) != picture()).any(axis=2))
    assert changed.min() >= 50
    assert changed.max() <= 170


def test_the_same_seed_does_the_same_fault() -> None:
    first, again = draw_fault(3, 7), draw_fault(3, 7)
    assert first[:2] == again[:2]
    assert (degrade(picture(), BOX, *first) == degrade(picture(), BOX, *again)).all()
    assert {draw_fault(place, 7)[0] for place in range(len(KINDS))} == set(KINDS)


def judged(person: int, kind: str, vector: np.ndarray, clarity: float) -> JudgedFace:
    found = tuple(Respect(code, "", clarity if code == "hard_to_read" else 1.0, 0.0, 1.0) for code in FITTED)
    value = value_of(found, FACE.quality.weights)
    return JudgedFace(person, kind, vector, value, found, (), clarity, 1.0, 0.1)


def people(count: int) -> tuple[list[JudgedFace], dict[int, JudgedFace]]:
    """Each person's own direction; the clearer a photograph, the nearer it lies to it."""
    random = np.random.default_rng(5)
    clarity = random.uniform(0, 1, count)
    axes = np.eye(count)
    references = {person: judged(person, REFERENCE, axes[person], 1.0) for person in range(count)}
    probes = [
        judged(
            person, "blurred", clarity[person] * axes[person] + 0.2 * random.random() * axes[-person - 1], c
        )
        for person, c in enumerate(clarity)
    ]
    return probes, references


def test_rejecting_by_what_decides_leaves_fewer_misses() -> None:
    probes, references = people(80)
    compared = compare_all(probes, references)
    assert len(compared.strangers[0]) == 79
    result, curves = of_set(
        compared, np.ones(80, np.bool_), {"ours": np.array([each.value for each in probes])}
    )
    assert result["fnmr"] > 0
    assert result["fnmr_after_over_before"]["ours"] < 0.6
    assert curves["ours"][0] == pytest.approx(result["fnmr"])


def test_each_half_of_the_people_is_judged_by_the_other() -> None:
    probes, references = people(120)
    genuine = compare_all(probes, references).genuine
    quality, weights = judge_unseen(probes, genuine)
    assert np.corrcoef(quality, genuine)[0, 1] > 0.7
    assert weights["without_odd_people"] != weights["without_even_people"]
    assert weights["all"]["cut_off"] == FACE.quality.weights.cut_off
    assert fitted(probes, genuine >= 0.4, FITTED, FACE.quality.weights).hard_to_read > 1
