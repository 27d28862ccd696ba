"""Enrolments at the same time: every person becomes one, whoever processes what how often."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from enroll.confirmation import decide
from enroll.enrolment import accept
from enroll.errors import DuplicatesChanged
from enroll.parts import WorkerParts
from enroll.processing import process
from matcher.gallery import Gallery
from matcher.search import identify
from records import gallery_feed
from records.access import Officer, Role
from records.enrolments import ConfirmationDecision, EnrolmentStatus
from records.gallery_follower import GalleryFollower
from records.retention import erase_person
from records.tables import EncounterRow, PersonRow
from tests.integration.enroll.conftest import new_officer
from tests.integration.enroll.people import enrol, face, fingerprint, read, request


@pytest.fixture(scope="module")
def second(parts: WorkerParts) -> Iterator[WorkerParts]:
    """Another worker on the same database, with a gallery of its own."""
    gallery = Gallery()
    follower = GalleryFollower(parts.database, gallery)
    follower.start()
    yield replace(parts, gallery=gallery, follower=follower)
    follower.stop()


def at_once(*actions: Callable[[], object]) -> None:
    """Run the actions in threads that start together, and fail when one of them fails."""
    start, problems = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        try:
            start.wait(30)
            action()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []


def count(parts: WorkerParts, table: type) -> int:
    with parts.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_two_workers_with_the_same_job_record_one_person(
    parts: WorkerParts, second: WorkerParts, officer: Officer
) -> None:
    accepted = accept(parts.database, parts.store, officer, request("one job", [fingerprint(60, 1)]))
    persons, encounters = count(parts, PersonRow), count(parts, EncounterRow)
    job = accepted.enrolment.id
    at_once(lambda: process(parts, job), lambda: process(second, job), lambda: process(second, job))
    assert read(parts, officer, job).status is EnrolmentStatus.COMPLETE
    assert count(parts, PersonRow) == persons + 1
    assert count(parts, EncounterRow) == encounters + 1
    assert process(parts, job) is EnrolmentStatus.COMPLETE
    assert count(parts, EncounterRow) == encounters + 1


def test_one_person_enrolled_twice_at_once_is_new_only_once(
    parts: WorkerParts, second: WorkerParts, officer: Officer, other_officer: Officer
) -> None:
    """Both have searched, and found nobody, before either may complete."""
    here = accept(parts.database, parts.store, officer, request("here", [fingerprint(70, 2)])).enrolment.id
    there = accept(
        parts.database,
        parts.store,
        other_officer,
        request("there", [fingerprint(70, 2, impression=1)], state="27"),
    ).enrolment.id
    persons = count(parts, PersonRow)

    def release_when_both_have_searched() -> None:
        with parts.database.transaction() as session:
            gallery_feed.lock(session)
            started.set()
            for _ in range(2000):
                both = [read(parts, officer, here), read(parts, other_officer, there)]
                if all(item.steps_done == item.steps_total - 1 > 0 for item in both):
                    return
                time.sleep(0.05)
            raise AssertionError(f"not searched: {both}")

    started = threading.Event()

    def start(worker: WorkerParts, job: UUID) -> None:
        started.wait(30)
        process(worker, job)

    at_once(release_when_both_have_searched, lambda: start(parts, here), lambda: start(second, there))
    outcomes = [read(parts, officer, here), read(parts, other_officer, there)]
    done, waiting = sorted(outcomes, key=lambda outcome: outcome.status is not EnrolmentStatus.COMPLETE)
    assert (done.status, waiting.status) == (
        EnrolmentStatus.COMPLETE,
        EnrolmentStatus.AWAITING_CONFIRMATION,
    )
    assert count(parts, PersonRow) == persons + 1
    assert [item["person_id"] for item in waiting.duplicates] == [str(done.person_id)]


def test_somebody_alike_enrolled_after_the_candidates_were_shown_is_shown_too(
    parts: WorkerParts, officer: Officer
) -> None:
    first = enrol(parts, officer, "shown first", [fingerprint(80, 1), fingerprint(80, 2)])
    waiting = enrol(
        parts,
        officer,
        "waiting",
        [fingerprint(80, 1, impression=1), fingerprint(81, 6), fingerprint(81, 7)],
    )
    assert waiting.status is EnrolmentStatus.AWAITING_CONFIRMATION
    meanwhile = enrol(parts, officer, "meanwhile", [fingerprint(81, 6, impression=1)])
    assert meanwhile.status is EnrolmentStatus.COMPLETE
    as_new = (ConfirmationDecision.NEW_PERSON, None, "somebody else's thumb")
    with pytest.raises(DuplicatesChanged):
        decide(parts.database, parts.follower, officer, waiting.id, *as_new)
    renewed = read(parts, officer, waiting.id)
    assert renewed.status is EnrolmentStatus.AWAITING_CONFIRMATION
    assert [item["person_id"] for item in renewed.duplicates] == [
        str(first.person_id),
        str(meanwhile.person_id),
    ]
    done = decide(parts.database, parts.follower, officer, waiting.id, *as_new)
    assert done.status is EnrolmentStatus.COMPLETE


def test_an_erased_person_disappears_and_a_duplicate_of_them_is_new(
    parts: WorkerParts, second: WorkerParts, officer: Officer
) -> None:
    supervisor = new_officer(parts.database, "supervisor29", Role.SUPERVISOR, "29")
    known = enrol(parts, officer, "to be erased", [face("astronaut")])
    assert known.person_id is not None
    with parts.database.transaction() as session:
        erase_person(session, parts.store, supervisor, known.person_id, "acquitted, order 17")
    template = parts.engines.extract(face("astronaut").data, face("astronaut").modality)
    for worker in (parts, second):
        with parts.database.transaction() as session:
            worker.follower.catch_up(session)
        assert all(c.subject != known.person_id for c in identify(worker.gallery, [template]).candidates)
    again = enrol(parts, officer, "after erasure", [face("astronaut")])
    assert again.status is EnrolmentStatus.COMPLETE
    assert again.person_id != known.person_id


def test_a_reference_enrolled_here_reaches_the_gallery_of_another_worker_by_itself(
    parts: WorkerParts, second: WorkerParts, officer: Officer
) -> None:
    done = enrol(parts, officer, "followed", [face("biden")])
    with parts.database.transaction() as session:
        position = parts.follower.catch_up(session)
    reached = threading.Event()
    for _ in range(600):
        if second.gallery.position >= position:
            reached.set()
            break
        reached.wait(0.05)
    assert reached.is_set()
    template = parts.engines.extract(face("biden").data, face("biden").modality)
    assert identify(second.gallery, [template]).candidates[0].subject == done.person_id
