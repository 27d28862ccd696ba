"""A gallery follows the feed: additions, new tags, replaced templates and removals, in order."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from biometrics.template import FingerPosition, Modality
from matcher.candidates import Change, ChangeKind, Reference
from matcher.errors import ChangeUnusable
from matcher.filters import TagFilter
from matcher.search import identify
from tests.unit.matcher.plain_index import (
    PRODUCERS,
    PlainIndex,
    near,
    new_gallery,
    reference,
    template,
    vector,
)


def add(number: int, added: Reference) -> Change:
    return Change(number, ChangeKind.ADD, added.reference_id, added)


def remove(number: int, reference_id: int) -> Change:
    return Change(number, ChangeKind.REMOVE, reference_id)


def test_an_added_reference_is_found() -> None:
    gallery = new_gallery()
    gallery.apply([add(7, reference(1, 1, vector(1)))])
    found = identify(gallery, [template(near(vector(1), 0))])
    assert [candidate.subject for candidate in found.candidates] == [UUID(int=1)]
    assert found.gallery_position == gallery.position == 7


def test_changes_already_taken_in_are_skipped() -> None:
    gallery = new_gallery([reference(1, 1, vector(1))], position=5)
    gallery.apply([remove(4, 1), remove(5, 1), add(6, reference(2, 2, vector(2)))])
    assert gallery.statistics().references == 2
    assert gallery.position == 6


def test_a_removed_reference_leaves_nothing_behind() -> None:
    made: list[PlainIndex] = []

    def keep(modality: Modality) -> PlainIndex:
        made.append(PlainIndex())
        return made[-1]

    gallery = new_gallery()
    gallery.new_index = keep
    gallery.apply([add(1, reference(1, 1, vector(1))), add(2, reference(2, 2, vector(2))), remove(3, 1)])
    assert not made[0].vectors[0].any()
    found = identify(gallery, [template(vector(1))])
    assert [candidate.subject for candidate in found.candidates] == [UUID(int=2)]
    assert gallery.statistics().shelves[0].gaps == 1
    assert gallery.statistics().subjects == 1


def test_an_addition_erased_before_it_was_read_counts_as_removal() -> None:
    gallery = new_gallery([reference(1, 1, vector(1))], position=1)
    gallery.apply([Change(2, ChangeKind.ADD, 1, None), Change(3, ChangeKind.ADD, 99, None)])
    assert gallery.statistics().references == 0
    assert gallery.position == 3


def test_new_tags_take_the_row_along_without_a_new_one() -> None:
    gallery = new_gallery([reference(1, 1, vector(1), tags={"state": 29})], position=1)
    gallery.apply([add(2, reference(1, 3, vector(1), tags={"state": 7}))])
    assert gallery.statistics().shelves[0].gaps == 0
    probe = [template(vector(1))]
    assert not identify(gallery, probe, TagFilter(one_of={"state": frozenset({29})})).candidates
    found = identify(gallery, probe, TagFilter(one_of={"state": frozenset({7})}))
    assert [candidate.subject for candidate in found.candidates] == [UUID(int=3)]


def test_a_replaced_template_takes_a_new_row_and_wipes_the_old_one() -> None:
    gallery = new_gallery([reference(1, 1, vector(1))], position=1)
    gallery.apply([add(2, reference(1, 1, vector(9)))])
    assert gallery.statistics().shelves[0].gaps == 1
    assert identify(gallery, [template(vector(9))]).candidates[0].evidence[0].score == pytest.approx(1.0)


def test_a_template_of_a_new_producer_moves_to_another_shelf() -> None:
    gallery = new_gallery([reference(1, 1, vector(1))], position=1)
    gallery.apply([add(2, reference(1, 1, vector(1), producer="plain-face/2"))])
    old, new = gallery.statistics().shelves
    assert (old.producer, old.references) == (PRODUCERS[Modality.FACE], 0)
    assert (new.producer, new.references) == ("plain-face/2", 1)


def test_one_batch_may_add_remove_and_add_the_same_reference() -> None:
    gallery = new_gallery()
    first, second = reference(1, 1, vector(1)), reference(1, 2, vector(2))
    gallery.apply([add(1, first), add(2, second), remove(3, 1), add(4, first), add(5, second)])
    found = identify(gallery, [template(vector(2))])
    assert [candidate.subject for candidate in found.candidates] == [UUID(int=2)]
    assert gallery.statistics().references == 1


def test_loading_forgets_what_was_there_before() -> None:
    gallery = new_gallery([reference(1, 1, vector(1))], position=9)
    gallery.load([reference(2, 2, vector(2), FingerPosition.LEFT_THUMB)], position=4)
    assert gallery.position == 4
    assert [shelf.modality for shelf in gallery.statistics().shelves] == [Modality.FINGER]


def test_a_change_that_contradicts_itself_is_a_defect() -> None:
    gallery = new_gallery()
    with pytest.raises(ChangeUnusable):
        gallery.apply([Change(1, ChangeKind.ADD, 2, reference(1, 1, vector(1)))])


def test_a_damaged_template_is_left_out_and_the_rows_stay_in_step() -> None:
    damaged = reference(2, 2, b"three bytes are no vector"[:3])
    untagged = reference(3, 3, vector(3), tags={"day": 2**40})
    good = [reference(number, number, vector(number)) for number in (1, 4, 5)]
    gallery = new_gallery([good[0], damaged, untagged, good[1]], position=1)
    gallery.apply([add(2, damaged), add(3, good[2])])
    statistics = gallery.statistics()
    assert (statistics.references, statistics.unusable) == (3, 3)
    for whose in (1, 4, 5):
        found = identify(gallery, [template(vector(whose))])
        assert found.candidates[0].subject == UUID(int=whose)
        assert found.candidates[0].evidence[0].score == pytest.approx(1.0)


class FailingIndex(PlainIndex):
    """Fails once at the next addition or wiping, after it was half done."""

    fails = False

    def add(self, payloads: Sequence[bytes], positions: Sequence[FingerPosition]) -> None:
        failing, self.fails = self.fails, False
        super().add(payloads[:1] if failing else payloads, positions)
        if failing:
            raise MemoryError

    def wipe(self, row: int) -> None:
        if self.fails:
            self.fails = False
            raise MemoryError
        super().wipe(row)


def test_a_change_that_failed_half_way_is_taken_in_when_it_comes_again() -> None:
    index = FailingIndex()
    gallery = new_gallery()
    gallery.new_index = lambda _: index
    gallery.apply([add(1, reference(1, 1, vector(1)))])
    for change in (add(2, reference(2, 2, vector(2))), remove(3, 1)):
        index.fails = True
        with pytest.raises(MemoryError):
            gallery.apply([change])
        assert gallery.position == change.number - 1
        gallery.apply([change])
    assert not index.vectors[0].any()
    found = identify(gallery, [template(vector(2))])
    assert [candidate.subject for candidate in found.candidates] == [UUID(int=2)]
    assert found.candidates[0].evidence[0].score == pytest.approx(1.0)
