"""An accepted enrolment is kept once, processed by one, confirmed by a person, and finished."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from biometrics.template import FingerPosition, Modality
from core.clock import now
from records.access import Role
from records.database import Database
from records.encounters import CaptureNotPermitted, LawfulBasis, add_encounter
from records.enrolments import (
    Accepted,
    ConfirmationDecision,
    DuplicateReference,
    EnrolmentNotFound,
    EnrolmentStatus,
    NotAwaitingConfirmation,
    accept,
    enrolment_by_reference,
    enrolment_for,
    existing,
    for_processing,
    list_enrolments,
    record_confirmation,
    replace_samples,
    save_outcome,
    set_progress,
    unfinished,
)
from records.image_store import ImageStore
from records.persons import create_person
from records.retention import EnrolmentFinished, discard_enrolment, erase_person
from records.samples import stage_sample
from tests.integration.records.people import arrest, details, enrolled, officer


def _accept(database: Database, by, reference: str, digest: str = "d1", samples=()) -> Accepted:
    with database.transaction() as s:
        return accept(s, by, reference, details("Stated Name"), arrest(), samples, digest)


def test_same_reference_is_the_same_enrolment(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by, other = officer(s), officer(s)
    staged = stage_sample(image_store, b"face", Modality.FACE)
    first = _accept(database, by, "A-1", samples=[staged])
    again = _accept(database, by, "A-1", samples=[stage_sample(image_store, b"face", Modality.FACE)])
    assert (first.created, again.created) == (True, False)
    assert again.enrolment == first.enrolment
    assert again.enrolment.sample_ids == (staged.id,)
    assert again.enrolment.person_details == details(
        "Stated Name", names=first.enrolment.person_details.names
    )
    with pytest.raises(DuplicateReference):
        _accept(database, by, "A-1", "other digest")
    assert _accept(database, other, "A-1", "other digest").created
    with database.transaction() as s:
        assert existing(s, by, "A-1", "d1") == enrolment_by_reference(s, by, "A-1") == first.enrolment
        assert existing(s, by, "A-2", "d1") is None


def test_reference_sent_eight_times_at_once_is_accepted_once(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
    start = threading.Barrier(8)

    def send(_: int) -> Accepted:
        start.wait()
        return _accept(database, by, "at once")

    with ThreadPoolExecutor(8) as threads:
        accepted = list(threads.map(send, range(8)))
    assert sum(item.created for item in accepted) == 1
    assert len({item.enrolment.id for item in accepted}) == 1


def test_two_workers_never_hold_the_same_enrolment(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
    enrolment = _accept(database, by, "held").enrolment
    inside: list[int] = []
    most: list[int] = []

    def work(worker: int) -> None:
        with database.transaction() as s:
            for_processing(s, enrolment.id)
            inside.append(worker)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.remove(worker)

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(work, range(5)))
    assert most == [1] * 5


def test_confirmed_as_new_and_completed(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        known, _, _ = enrolled(s, image_store, by)
    enrolment = _accept(database, by, "B-1").enrolment
    with database.transaction() as s:
        set_progress(s, enrolment.id, 1, 2, EnrolmentStatus.PROCESSING)
        with pytest.raises(NotAwaitingConfirmation):
            record_confirmation(s, by, enrolment.id, ConfirmationDecision.NEW_PERSON, None, "Too early")
        duplicates = [{"person_id": str(known.id), "score": 41.5}]
        save_outcome(s, enrolment.id, EnrolmentStatus.AWAITING_CONFIRMATION, duplicates=duplicates)
    with database.transaction() as s:
        for decision, person in (
            (ConfirmationDecision.SAME_PERSON, None),
            (ConfirmationDecision.SAME_PERSON, enrolment.id),
            (ConfirmationDecision.NEW_PERSON, known.id),
        ):
            with pytest.raises(NotAwaitingConfirmation):
                record_confirmation(s, by, enrolment.id, decision, person, "Reason")
        confirmed = record_confirmation(
            s, by, enrolment.id, ConfirmationDecision.NEW_PERSON, None, "A brother: other ears"
        )
        assert confirmed.status is EnrolmentStatus.PROCESSING
        assert confirmed.confirmation is not None
        assert confirmed.confirmation.officer_id == by.account_id
        assert confirmed.confirmation.reason == "A brother: other ears"
    with database.transaction() as s:
        locked = for_processing(s, enrolment.id)
        assert locked.person_details is not None
        assert locked.encounter_details is not None
        person = create_person(s, locked.person_details, locked.state_code)
        encounter = add_encounter(s, person.id, locked.encounter_details, by)
        done = save_outcome(
            s, enrolment.id, EnrolmentStatus.COMPLETE, person_id=person.id, encounter_id=encounter.id
        )
    assert (done.person_number, done.steps_done) == (person.number, done.steps_total)
    assert done.person_details is None
    assert done.encounter_details is None
    with database.transaction() as s:
        assert list_enrolments(s, by, EnrolmentStatus.COMPLETE).items[0] == enrolment_for(s, by, done.id)


def test_erased_person_leaves_the_enrolments_of_others(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        known, _, _ = enrolled(s, image_store, by)
        other, _, _ = enrolled(s, image_store, by)
    enrolment = _accept(database, by, "C-1").enrolment
    mentions = [{"person_id": str(known.id)}, {"person_id": str(other.id)}]
    with database.transaction() as s:
        save_outcome(s, enrolment.id, EnrolmentStatus.AWAITING_CONFIRMATION, duplicates=mentions)
        record_confirmation(
            s, by, enrolment.id, ConfirmationDecision.SAME_PERSON, known.id, "Same tattoo on the arm"
        )
    with database.transaction() as s:
        erase_person(s, image_store, by, known.id, "Acquitted")
    with database.transaction() as s:
        left = enrolment_for(s, by, enrolment.id)
        assert left.duplicates == ({"person_id": str(other.id)},)
        assert left.confirmation is not None
        assert left.confirmation.person_id is None


def test_new_captures_replace_those_of_the_same_finger(database: Database, image_store: ImageStore) -> None:
    def print_of(position: FingerPosition):
        return stage_sample(image_store, b"print", Modality.FINGER, position=position)

    with database.transaction() as s:
        by = officer(s)
    thumb, index = print_of(FingerPosition.RIGHT_THUMB), print_of(FingerPosition.RIGHT_INDEX)
    enrolment = _accept(database, by, "D-1", samples=[thumb, index]).enrolment
    fresh = print_of(FingerPosition.RIGHT_INDEX)
    with database.transaction() as s, pytest.raises(NotAwaitingConfirmation):
        replace_samples(s, by, enrolment.id, [fresh], "d2")
    with database.transaction() as s:
        problems = [{"code": "blurred", "position": 2}]
        save_outcome(s, enrolment.id, EnrolmentStatus.NEEDS_RECAPTURE, problems=problems)
    with database.transaction() as s:
        renewed = replace_samples(s, by, enrolment.id, [fresh], "d2")
    assert renewed.status is EnrolmentStatus.ACCEPTED
    assert set(renewed.sample_ids) == {thumb.id, fresh.id}
    assert renewed.problems == ()


def test_unfinished_ones_are_found_again(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
    waiting = _accept(database, by, "E-1").enrolment
    failed = _accept(database, by, "E-2").enrolment
    with database.transaction() as s:
        save_outcome(s, failed.id, EnrolmentStatus.FAILED, problems=[{"code": "no_face_found"}])
        late = unfinished(s, now() + timedelta(seconds=1), limit=1000)
        assert waiting.id in late
        assert failed.id not in late
        assert unfinished(s, now() - timedelta(hours=1)) == ()


def test_capture_the_law_forbids_is_not_accepted(database: Database) -> None:
    with database.transaction() as s:
        by = officer(s)
        unlawful = arrest(lawful_basis=LawfulBasis.MAGISTRATE_ORDER)
        with pytest.raises(CaptureNotPermitted):
            accept(s, by, "F-1", details(), unlawful, [], "d")
        assert existing(s, by, "F-1", "d") is None


def test_discarded_enrolment_leaves_no_image_and_no_name(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
    staged = stage_sample(image_store, b"face", Modality.FACE)
    enrolment = _accept(database, by, "G-1", samples=[staged]).enrolment
    with database.transaction() as s:
        save_outcome(s, enrolment.id, EnrolmentStatus.FAILED, problems=[{"code": "no_face_found"}])
    with database.transaction() as s:
        assert discard_enrolment(s, image_store, by, enrolment.id, "Wrong person photographed") == 1
    assert not image_store.exists(staged.object_key)
    with database.transaction() as s:
        with pytest.raises(EnrolmentNotFound):
            enrolment_for(s, by, enrolment.id)
        assert existing(s, by, "G-1", "d1") is None


def test_complete_enrolment_is_not_discarded(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s)
        person, encounter_id, _ = enrolled(s, image_store, by)
    enrolment = _accept(database, by, "G-2").enrolment
    with database.transaction() as s:
        save_outcome(
            s, enrolment.id, EnrolmentStatus.COMPLETE, person_id=person.id, encounter_id=encounter_id
        )
        with pytest.raises(EnrolmentFinished):
            discard_enrolment(s, image_store, by, enrolment.id, "By mistake")
