"""The merged answer of shards is that of one gallery with everybody in it."""

from dataclasses import replace

import pytest

from biometrics.template import FingerPosition
from cluster.merging import merge
from cluster.placement import Placement, even, grown, range_of
from matcher.candidates import Reference, SearchResult
from matcher.filters import EVERYTHING, TagFilter
from matcher.gallery import Gallery
from tests.unit.matcher.plain_index import near, new_gallery, reference, template, vector

FACES = [
    reference(number, 1 + number % 90, vector(number), tags={"state": number % 3}) for number in range(300)
]
MOST = 12


def shards_of(placement: Placement, references: list[Reference]) -> list[Gallery]:
    return [
        new_gallery([item for item in references if range_of(item.subject) in placement.ranges_of(shard)], 7)
        for shard in placement.shards
    ]


@pytest.mark.parametrize("placement", [even(1), even(4), grown(even(5))])
@pytest.mark.parametrize("tag_filter", [EVERYTHING, TagFilter(one_of={"state": frozenset({1})})])
def test_the_answer_is_that_of_the_whole_gallery(placement: Placement, tag_filter: TagFilter) -> None:
    whole, shards = new_gallery(FACES, 7), shards_of(placement, FACES)
    for number in range(0, 300, 17):
        probe = [template(near(vector(number), number))]
        expected = whole.identify(probe, tag_filter, MOST)
        answers = [shard.identify(probe, tag_filter, MOST) for shard in shards]
        merged = merge(answers, len(shards), MOST)
        assert merged == replace(expected, shards_searched=len(shards), shards_total=len(shards))


def test_equally_alike_people_come_in_the_order_of_the_whole_gallery() -> None:
    twins = [reference(number, number, vector(1)) for number in range(1, 40)]
    whole, shards = new_gallery(twins), shards_of(even(3), twins)
    probe = [template(vector(1))]
    merged = merge([shard.identify(probe, EVERYTHING, 5) for shard in shards], 3, 5)
    assert [item.subject for item in merged.candidates] == [
        item.subject for item in whole.identify(probe, EVERYTHING, 5).candidates
    ]


def test_a_missing_shard_is_said_and_strangers_are_counted_where_was_searched() -> None:
    shards = shards_of(even(4), FACES)
    probe = [template(vector(3))]
    answers: list[SearchResult] = [shard.identify(probe) for shard in shards[:3]]
    merged = merge(answers, 4, 20)
    assert (merged.shards_searched, merged.shards_total, merged.complete) == (3, 4, False)
    assert merged.subjects_searched == sum(answer.subjects_searched for answer in answers)
    first = merged.candidates[0]
    assert first.expected_strangers == first.false_match_rate * merged.subjects_searched


def test_the_answer_is_as_old_as_its_oldest_part() -> None:
    one, other = new_gallery(FACES[:10], 5), new_gallery(FACES[10:20], 9)
    assert (
        merge(
            [one.identify([template(vector(1))]), other.identify([template(vector(1))])], 2, 5
        ).gallery_position
        == 5
    )


@pytest.mark.parametrize("exchanged", [False, True])
def test_two_fingers_find_the_person_at_the_rate_of_the_whole_gallery(exchanged: bool) -> None:
    thumb, index = FingerPosition(1), FingerPosition(2)
    prints = [
        reference(100 * place + number, number, vector(1000 * place + number), finger)
        for number in range(1, 81)
        for place, finger in enumerate((thumb, index))
    ]
    whole, shards = new_gallery(prints, 3), shards_of(even(4), prints)
    for number in range(1, 81, 9):
        stated = (index, thumb) if exchanged else (thumb, index)
        probe = [template(near(vector(1000 * place + number), 7), stated[place]) for place in (0, 1)]
        expected = whole.identify(probe).candidates[0]
        found = merge([shard.identify(probe) for shard in shards], 4, 20).candidates[0]
        assert found == expected
        assert found.subject.int == number


@pytest.mark.parametrize("fingers", [2, 4])
def test_a_list_of_several_fingers_is_nowhere_less_alike_than_the_whole_gallerys(fingers: int) -> None:
    """Every shard compares as many people closely as the whole gallery does; more of them may do well."""
    prints = [
        reference(1000 * place + number, number, vector(1000 * place + number), FingerPosition(place))
        for number in range(1, 201)
        for place in range(1, fingers + 1)
    ]
    whole, shards = new_gallery(prints, 3), shards_of(even(4), prints)
    for number in range(1, 201, 40):
        probe = [
            template(near(vector(1000 * place + number), 7, noise=2.0), FingerPosition(place))
            for place in range(1, fingers + 1)
        ]
        expected = whole.identify(probe).candidates
        found = merge([shard.identify(probe) for shard in shards], 4, 20).candidates
        assert found[0] == expected[0]
        pairs = list(zip(found, expected, strict=True))
        assert all(one.false_match_rate <= other.false_match_rate for one, other in pairs)
        rates = {candidate.subject: candidate.false_match_rate for candidate in expected}
        assert all(one.false_match_rate <= rates.get(one.subject, 1.0) for one in found)
