"""The report on groups warns of those whose strangers match too often, in words to act on."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from api.fairness import _measured
from matcher.parameters import FAIRNESS
from records.fairness import FaceSample

PRODUCER = json.loads((Path(str(files("matcher.face"))) / "calibration.json").read_text())["producer"]


def _sample(people: int, alike: float) -> FaceSample:
    """Return men's faces at random and women's with something in common; two of them are one person."""
    random = np.random.default_rng(6)
    vectors = random.normal(size=(people, 128))
    women = np.arange(people) % 2 == 1
    vectors[women, 0] += alike * np.sqrt(128)
    vectors[2] = vectors[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return FaceSample(
        PRODUCER,
        tuple(vector.astype("<f4").tobytes() for vector in vectors),
        {"sex": tuple("female" if each else "male" for each in women), "state": ("29",) * people},
        people,
        whole=True,
    )


def test_a_group_whose_faces_have_something_in_common_is_warned_of() -> None:
    found = _measured(_sample(800, 0.35), 1e-2, None)
    assert any("strangers of 'female' match" in line and "'male'" in line for line in found.warnings)
    assert any("'female' match more often than stated" in line for line in found.warnings)
    by_sex = {group.group: group for group in found.groupings[0].groups}
    assert by_sex["female"].above_stated
    assert not by_sex["male"].above_stated
    assert found.suspected_duplicates == 1
    assert found.overall is not None
    assert found.overall.people == 800


def test_of_groups_that_match_alike_nothing_is_warned() -> None:
    assert _measured(_sample(400, 0.0), 1e-2, None).warnings == []


def test_a_handful_of_people_is_not_reported_on() -> None:
    found = _measured(_sample(FAIRNESS.least_people - 1, 0.0), 1e-2, None)
    assert (found.overall, found.people_compared, found.groupings) == (None, 0, [])
    assert len(found.warnings) == 1
