"""A shard takes in the people of its ranges, whole, and can be asked for some of them only."""

from uuid import UUID

from cluster.hosting import ReplicaName
from cluster.messages import ClusterStatus, ReplicaStatus
from cluster.ranged_gallery import RangedGallery
from matcher.candidates import Change, ChangeKind
from matcher.filters import EVERYTHING, TagFilter
from tests.unit.matcher.plain_index import calibration, new_index, reference, template, vector

ODD = frozenset(range(1, 64, 2))


def odd_gallery() -> RangedGallery:
    gallery = RangedGallery(ODD)
    gallery.new_index, gallery.calibrations = new_index, calibration
    return gallery


def test_only_people_of_its_ranges_are_taken_in() -> None:
    gallery = odd_gallery()
    gallery.load([reference(number, number % 10, vector(number)) for number in range(40)], 3)
    assert gallery.references == 20
    later = [reference(100 + number, number, vector(number)) for number in range(8)]
    gallery.apply(
        [Change(4 + number, ChangeKind.ADD, 100 + number, item) for number, item in enumerate(later)]
    )
    assert gallery.references == 24
    assert gallery.position == 11
    assert {item.subject.int % 2 for item in gallery.identify([template(vector(5))]).candidates} == {1}


def test_a_reference_that_becomes_somebody_elses_goes() -> None:
    gallery = odd_gallery()
    gallery.load([reference(1, 1, vector(1))], 1)
    gallery.apply([Change(2, ChangeKind.ADD, 1, reference(1, 2, vector(1)))])
    assert (gallery.references, gallery.position) == (0, 2)
    gallery.apply([Change(3, ChangeKind.ADD, 1, reference(1, 3, vector(1)))])
    assert gallery.identify([template(vector(1))]).candidates[0].subject == UUID(int=3)


def test_some_of_its_ranges_can_be_searched_alone() -> None:
    gallery = odd_gallery()
    gallery.load([reference(number, number, vector(number), tags={"state": 1}) for number in range(64)], 1)
    assert gallery.only(ODD, EVERYTHING) == EVERYTHING
    some = gallery.only(frozenset({1, 3}), TagFilter(one_of={"state": frozenset({1})}))
    assert gallery.identify([template(vector(5))], some).subjects_searched == 2


def test_the_whole_is_as_far_as_its_slowest_shard_and_ready_where_one_replica_is() -> None:
    def replica(shard: int, number: int, ready: bool, position: int) -> ReplicaStatus:
        return ReplicaStatus(ReplicaName(shard, number), "node", 1, ready, position=position, references=10)

    status = ClusterStatus(
        1,
        (0, 1, 2),
        2,
        (replica(0, 0, True, 7), replica(0, 1, True, 9), replica(1, 0, False, 0), replica(1, 1, True, 8)),
    )
    assert (status.shards_ready, status.position, status.references) == (2, 8, 20)
