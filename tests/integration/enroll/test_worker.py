"""The worker process: takes jobs, ends gracefully, and is killed in the middle without losing or doubling."""

import signal

from sqlalchemy import func, select

from enroll.enrolment import accept
from enroll.queue import defer_calibration
from enroll.tasks import queue_health
from records import own_calibrations
from records.access import Officer, Role
from records.calibration_values import CalibrationState, OwnCalibration
from records.database import Database
from records.enrolments import Enrolment, EnrolmentStatus, enrolment_for
from records.image_store import ImageStore
from records.tables import EncounterRow
from tests.integration.enroll.conftest import new_officer
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


def test_a_fit_of_rates_is_done_by_a_worker_and_says_why_it_could_not(
    database: Database, worker: Workers
) -> None:
    administrator = new_officer(database, "administrator", Role.ADMINISTRATOR, None)
    with database.transaction() as session:
        begun = own_calibrations.begin(session, administrator, "a-model-without-templates")
        defer_calibration(session, begun.id)

    def now() -> OwnCalibration:
        with database.transaction() as session:
            return own_calibrations.calibration_for_officer(session, administrator, begun.number)

    worker.start()
    until(lambda: now().state is not CalibrationState.FITTING, worker)
    assert "Only 0 people have a face of a-model-without-templates" in (now().problem or "")


def test_a_worker_that_cannot_start_says_why_in_one_line(worker: Workers) -> None:
    worker.environment["NISHAN_DATABASE_URL"] = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
    assert worker.start().wait(120) == 1
    assert "database_unavailable" in worker.log
    assert "Traceback" not in worker.log
