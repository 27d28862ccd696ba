"""The worker process: takes jobs, ends gracefully, and is killed in the middle without losing or doubling."""

import signal

from sqlalchemy import func, select

from enroll.enrolment import accept
from enroll.tasks import queue_health
from records.access import Officer
from records.database import Database
from records.enrolments import Enrolment, EnrolmentStatus, enrolment_for
from records.image_store import ImageStore
from records.tables import EncounterRow
from tests.integration.enroll.people import fingerprint, request
from tests.integration.enroll.worker_processes import Workers, until


def read(database: Database, officer: Officer, enrolment: Enrolment) -> Enrolment:
    with database.transaction() as session:
        return enrolment_for(session, officer, enrolment.id)


def encounters(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(EncounterRow)) or 0


def test_a_worker_killed_in_mid_job_loses_nothing_and_doubles_nothing(
    database: Database, image_store: ImageStore, officer: Officer, worker: Workers
) -> None:
    accepted = [
        accept(
            database,
            image_store,
            officer,
            request(f"killed {person}", [fingerprint(person, finger) for finger in (1, 2, 6)]),
        ).enrolment
        for person in (90, 91)
    ]
    before = encounters(database)
    doomed = worker.start()
    until(lambda: any(read(database, officer, item).steps_done > 0 for item in accepted), worker)
    doomed.kill()
    doomed.wait(30)
    assert all(read(database, officer, item).status is not EnrolmentStatus.FAILED for item in accepted)
    heir = worker.start()
    until(
        lambda: all(read(database, officer, item).status is EnrolmentStatus.COMPLETE for item in accepted),
        worker,
    )
    assert encounters(database) == before + 2
    heir.send_signal(signal.SIGTERM)
    assert heir.wait(60) == 0
    health = queue_health(database)
    assert (health.running, health.failed) == (0, 0)


def test_a_worker_that_cannot_start_says_why_in_one_line(worker: Workers) -> None:
    worker.environment["NISHAN_DATABASE_URL"] = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
    assert worker.start().wait(120) == 1
    assert "database_unavailable" in worker.log
    assert "Traceback" not in worker.log
