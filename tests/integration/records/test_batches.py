"""Batches keep their probes in order, are worked off once, and can be stopped."""

import pytest

from biometrics.template import Modality
from core.errors import Forbidden, NotFound
from matcher.candidates import SearchResult
from records.access import Officer, Purpose, Role, SearchFilters
from records.batches import (
    Batch,
    BatchClosed,
    BatchFile,
    BatchInvalid,
    BatchProbe,
    BatchStatus,
    ItemStatus,
    add_failed,
    add_probes,
    batch_by_id,
    batch_for,
    cancel_batch,
    close_batch,
    create_batch,
    finish_batch,
    finish_item,
    items_of,
    list_batches,
    note_waiting,
    officer_of_batch,
    pending_items,
    start_batch,
)
from records.database import Database
from records.image_store import ImageStore
from records.object_removal import remove_samples
from records.samples import stage_sample
from records.searches import CaseNumberMissing, PurposeMissing, SearchKind, save_search
from tests.integration.records.people import officer


@pytest.fixture
def examiner(database: Database) -> Officer:
    with database.transaction() as s:
        return officer(s, Role.EXAMINER)


def _batch(database: Database, store: ImageStore, by: Officer, probes: int = 3) -> Batch:
    staged = [
        BatchProbe(f"probe {n}.png", (BatchFile(stage_sample(store, b"%d" % n, Modality.FACE)),))
        for n in range(probes)
    ]
    with database.transaction() as s:
        batch = create_batch(s, by, "Scene 7", Purpose.INVESTIGATION, "CR 7", SearchFilters(age_lowest=18))
        assert add_probes(s, batch.id, staged[:1]) == 1
        assert add_probes(s, batch.id, staged[1:]) == probes
        add_failed(s, batch.id, "broken.png", "The image is cut off.")
        return close_batch(s, batch.id)


def test_batch_is_worked_off_in_order(database: Database, image_store: ImageStore, examiner: Officer) -> None:
    batch = _batch(database, image_store, examiner)
    assert (batch.status, batch.total, batch.failed) == (BatchStatus.QUEUED, 4, 1)
    result = SearchResult((), 5, 5, 1)
    with database.transaction() as s:
        assert start_batch(s, batch.id).status is BatchStatus.RUNNING
        assert officer_of_batch(s, batch.id) == examiner
        first, second, third = pending_items(s, batch.id)
        assert [item.name for item in (first, second, third)] == [f"probe {n}.png" for n in range(3)]
        search = save_search(
            s, examiner, SearchKind.FACE, batch.purpose, batch.case_number, batch.filters,
            [first.files[0].sample.id], result, batch_id=batch.id,
        )  # fmt: skip
        finish_item(s, first.id, search_id=search.id)
        finish_item(s, second.id, problem="No face was found.")
        finish_item(s, first.id, problem="a second worker came late")
    with database.transaction() as s:
        assert [item.id for item in pending_items(s, batch.id)] == [third.id]
        finish_item(s, third.id, problem="No face was found.")
        done = finish_batch(s, batch.id)
    assert (done.status, done.done, done.failed) == (BatchStatus.COMPLETE, 1, 3)
    assert done.filters == SearchFilters(age_lowest=18)
    with database.transaction() as s:
        page = items_of(s, examiner, batch.id, limit=3)
        rest = items_of(s, examiner, batch.id, limit=3, cursor=page.next_cursor)
        items = page.items + rest.items
        assert [item.index for item in items] == [0, 1, 2, 3]
        assert items[0].search_id == search.id
        assert items[0].status is ItemStatus.DONE
        assert items[3].problem == "The image is cut off."


def test_cancelled_batch_stops(database: Database, image_store: ImageStore, examiner: Officer) -> None:
    batch = _batch(database, image_store, examiner)
    with database.transaction() as s:
        cancel_batch(s, examiner, batch.id)
    with database.transaction() as s:
        assert pending_items(s, batch.id) == ()
        assert finish_batch(s, batch.id).status is BatchStatus.CANCELLED
        assert start_batch(s, batch.id).status is BatchStatus.CANCELLED
        for attempt in (
            lambda: add_probes(s, batch.id, []),
            lambda: close_batch(s, batch.id),
            lambda: cancel_batch(s, examiner, batch.id),
        ):
            with pytest.raises(BatchClosed):
                attempt()


def test_batch_is_seen_by_owner_and_supervisors(
    database: Database, image_store: ImageStore, examiner: Officer
) -> None:
    batch = _batch(database, image_store, examiner)
    with database.transaction() as s:
        for reader, able in (
            (examiner, True),
            (officer(s, Role.SUPERVISOR), True),
            (officer(s, Role.INVESTIGATOR), False),
            (officer(s, Role.EXAMINER, state="27"), False),
        ):
            assert (batch.id in {item.id for item in list_batches(s, reader).items}) == able
            if able:
                assert batch_for(s, reader, batch.id) == batch_by_id(s, batch.id)
                continue
            with pytest.raises(NotFound):
                batch_for(s, reader, batch.id)
            with pytest.raises(NotFound):
                items_of(s, reader, batch.id)


def test_batch_needs_role_purpose_and_case(database: Database, examiner: Officer) -> None:
    with database.transaction() as s:
        with pytest.raises(Forbidden):
            create_batch(s, officer(s), "x", Purpose.INVESTIGATION, "CR 1")
        with pytest.raises(BatchInvalid):
            create_batch(s, examiner, "x", Purpose.INVESTIGATION, "CR 1", max_candidates=501)
        with pytest.raises(CaseNumberMissing):
            create_batch(s, examiner, "x", Purpose.INVESTIGATION, " ")
        with pytest.raises(PurposeMissing):
            create_batch(s, examiner, "x", "", "CR 1")  # type: ignore[arg-type]


def test_several_files_of_a_probe_keep_what_was_stated_of_them(
    database: Database, image_store: ImageStore, examiner: Officer
) -> None:
    marked = {"width_px": 3, "height_px": 4, "dpi": 500.0, "minutiae": []}
    files = (
        BatchFile(stage_sample(image_store, b"a", Modality.FACE), sketch=True),
        BatchFile(stage_sample(image_store, b"b", Modality.FINGER), minutiae=marked),
    )
    with database.transaction() as s:
        batch = create_batch(
            s, examiner, "x", Purpose.INVESTIGATION, "CR 8", target_fpir=30, incomplete_accepted=True
        )
        add_probes(s, batch.id, [BatchProbe("both", files)])
        closed = close_batch(s, batch.id)
    assert (closed.target_fpir, closed.incomplete_accepted) == (30, True)
    with database.transaction() as s:
        (item,) = pending_items(s, batch.id)
        assert [(file.sample.id, file.sketch, file.minutiae) for file in item.files] == [
            (files[0].staged.id, True, None),
            (files[1].staged.id, False, marked),
        ]
        remove_samples(s, None, [files[0].staged.id])
    with database.transaction() as s:
        (left,) = pending_items(s, batch.id)
        assert [file.sample.id for file in left.files] == [files[1].staged.id]


def test_a_running_batch_says_what_it_waits_for_until_it_goes_on(
    database: Database, image_store: ImageStore, examiner: Officer
) -> None:
    batch = _batch(database, image_store, examiner)
    with database.transaction() as s:
        start_batch(s, batch.id)
        note_waiting(s, batch.id, "Only 1 of 2 parts answer.")
        assert batch_by_id(s, batch.id).problem == "Only 1 of 2 parts answer."
        assert start_batch(s, batch.id).problem is None
        note_waiting(s, batch.id, "Only 1 of 2 parts answer.")
        assert finish_batch(s, batch.id).problem is None
        note_waiting(s, batch.id, "too late")
        assert batch_by_id(s, batch.id).problem is None
