"""A target FPIR lets through as many searches of strangers as it says, whatever the size of the gallery."""

from uuid import UUID

import numpy as np
import pytest

from biometrics.quality import Quality
from biometrics.template import FingerPosition, Modality, Template
from matcher.calibration import Calibration
from matcher.candidates import Candidate, SearchResult
from matcher.thresholds import meeting, threshold

PROBE = [Template(Modality.FACE, "p", FingerPosition.UNKNOWN, b"", Quality(1.0))]
LINE = Calibration("p", "made up", 1000, ((0.0, 0.0), (1.0, -4.0)), -4.0)


def _result(rates: list[float], people: int) -> SearchResult:
    candidates = tuple(
        Candidate(rank, UUID(int=rank), 0.0, rate, rate * people, ()) for rank, rate in enumerate(rates, 1)
    )
    return SearchResult(candidates, people, people, 1)


@pytest.mark.parametrize("people", [1, 30, 1000])
def test_so_many_searches_of_strangers_pass_as_the_target_says(people: int) -> None:
    best = np.random.default_rng(3).uniform(size=(20_000, people)).min(axis=1)
    assert float((best <= threshold(10, people).false_match_rate).mean()) == pytest.approx(0.1, rel=0.1)


def test_only_candidates_that_meet_the_target_are_left() -> None:
    found = _result([1e-7, 1e-6, 1e-3], 1000)
    met = meeting(found, 30, PROBE, lambda _modality, _producer: LINE)
    assert [candidate.false_match_rate for candidate in met.candidates] == [1e-7, 1e-6]
    assert met.threshold is not None
    assert met.threshold.reachable
    assert meeting(found, None, PROBE) is found


def test_a_target_beyond_what_one_sample_can_be_stated_as_is_said_so() -> None:
    found = _result([1e-7], 1_000_000)
    alone = meeting(found, 50, PROBE, lambda _modality, _producer: LINE)
    several = meeting(found, 50, PROBE * 2, lambda _modality, _producer: LINE)
    assert alone.threshold is not None
    assert several.threshold is not None
    assert (alone.threshold.reachable, several.threshold.reachable) == (False, True)


def test_an_empty_gallery_has_a_threshold_too() -> None:
    assert threshold(30, 0).false_match_rate == pytest.approx(1e-3)
