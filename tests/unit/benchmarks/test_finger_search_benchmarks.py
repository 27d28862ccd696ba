"""Fingerprint search benchmarks: what they count, on fingers made of minutiae alone."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import search_curves
from benchmarks.accuracy.fingerprint_contenders import choose_pairs, measure
from benchmarks.accuracy.fingerprint_first_stage import _rank
from benchmarks.cylinder_votes import Kind, Votes
from benchmarks.finger_contenders import Engine, Grey
from benchmarks.finger_samples import PrintSet
from benchmarks.finger_searches import Templates, search_all
from benchmarks.progress import SilentProgress
from biometrics.fingerprint.template import FingerprintTemplate
from datasets.synthetic.minutiae_distractors import distractors
from matcher.fingerprint.sketch import sketch_of
from tests.unit.matcher_fingerprint.conftest import second_impression, seed_finger


@pytest.fixture(scope="module")
def fingers() -> list[FingerprintTemplate]:
    return list(distractors([seed_finger()], 40, seed=2))


def test_curves_count_what_was_not_found() -> None:
    ranks = np.array([1, 2, 0, 1])
    curve = search_curves.cmc(ranks, 5)
    assert curve["rank"] == [1, 2, 3, 5]
    assert curve["found"][:2] == [0.5, 0.75]
    mates, strangers = np.array([9.0, 8.0, -np.inf, 7.0]), np.array([1.0, 8.5, 2.0, 3.0])
    curve = search_curves.open_set(mates, ranks, strangers)
    assert curve["fpir"][0] <= 0.25 < curve["fpir"][-1]
    assert curve["fnir"][0] >= 0.5


def test_every_probe_is_searched_and_its_strangers_are_counted(fingers: list[FingerprintTemplate]) -> None:
    prints = [made for k, finger in enumerate(fingers[:4]) for made in (finger, second_impression(finger, k))]
    templates = Templates(
        [each.to_bytes() for each in prints],
        np.repeat(np.arange(4), 2),
        np.tile([True, False], 4),
    )
    searched = search_all(templates, [each.to_bytes() for each in fingers[4:]], SilentProgress())
    assert searched.fingers == 40
    assert searched.ranks.tolist() == [1, 1, 1, 1]
    assert searched.listed.all()
    assert (searched.mates > searched.strangers).all()
    assert (searched.mates > searched.real_strangers).all()
    counted = searched.with_failures(2)
    assert counted.ranks.tolist() == [1, 1, 1, 1, 0, 0]
    assert np.isneginf(counted.strangers[4:]).all()


@pytest.mark.parametrize("kind", Kind)
def test_votes_find_the_mate(fingers: list[FingerprintTemplate], kind: Kind) -> None:
    votes = Votes([sketch_of(finger.to_bytes()) for finger in fingers], kind)
    assert _rank(votes.scores(sketch_of(second_impression(fingers[7], 1).to_bytes())), 7) == 1


def test_a_finger_that_no_vote_reached_is_last() -> None:
    assert _rank(np.array([0.0, 2.0, 0.0], np.float32), 0) == 3
    assert _rank(np.array([1.0, 2.0, 0.0], np.float32), 0) == 2


def print_set() -> PrintSet:
    """Two databases of two fingers of three impressions."""
    finger = np.repeat(np.arange(4), 3)
    return PrintSet(
        ["A", "B"], [Path(str(k)) for k in range(12)], finger // 2, finger, np.tile([True, False, False], 4)
    )


def test_all_mates_some_strangers_and_all_searches_are_compared() -> None:
    pairs = choose_pairs(print_set(), impostors=5)
    assert (pairs.genuine & (pairs.database >= 0)).sum() == 4 * 3
    for number in range(2):
        assert (~pairs.genuine & (pairs.database == number)).sum() == 5
    assert pairs.ranked.sum() == 8 * 4


def test_an_engine_is_judged_by_its_scores_and_a_refused_print_is_a_miss() -> None:
    def extract(grey: Grey) -> float | None:
        return None if grey[0, 0] == 99 else float(grey[0, 0])

    def compare(a: float, b: float) -> float:
        return -abs(a - b)

    prints = print_set()
    pixels = [np.full((2, 2), 20 * owner, np.uint8) for owner in prints.finger]
    engine = Engine("simple", "1", extract, {"simple": compare})
    pairs = choose_pairs(prints, impostors=100)
    faultless = measure(engine, pixels, prints, pairs, SilentProgress())["simple"]
    assert faultless["macro"]["eer"] == 0.0
    assert faultless["rank1"] == 1.0
    pixels[1] = np.full((2, 2), 99, np.uint8)
    once = measure(engine, pixels, prints, pairs, SilentProgress())["simple"]
    assert once["failures_to_extract"] == 1
    assert once["rank1"] == 7 / 8
    assert once["databases"]["A"]["fmr1000"] == pytest.approx(2 / 6)
