"""The worker process: takes jobs, ends gracefully, and is killed in the middle without losing or doubling."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.settings import Settings
from enroll.enrolment import accept
from enroll.tasks import queue_health
from records.access import Officer
from records.database import Database
from records.enrolments import Enrolment, EnrolmentStatus, enrolment_for
from records.image_store import ImageStore
from records.tables import EncounterRow
from tests.integration.enroll.people import fingerprint, request

REPOSITORY = Path(__file__).resolve().parents[3]
LIMIT_S = 200


@pytest.fixture
def worker(service_settings: Settings, models_ready: Path, tmp_path: Path) -> Iterator["Workers"]:
    started = Workers(service_settings, tmp_path)
    yield started
    started.stop_all()


class Workers:
    """Worker processes as `nishan up` or an operator would start them."""

    def __init__(self, settings: Settings, place: Path) -> None:
        self._log = place / "worker.log"
        self._environment = {**os.environ, **_as_environment(settings)}
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "enroll.worker"],
                cwd=REPOSITORY,
                env=self._environment,
                stderr=log,
                stdout=log,
            )
        self._started.append(process)
        return process

    def stop_all(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait(30)

    @property
    def log(self) -> str:
        return self._log.read_text()


def _as_environment(settings: Settings) -> dict[str, str]:
    plain = {
        "database_url": settings.database_url.get_secret_value(),
        "s3_access_key": settings.s3_access_key.get_secret_value(),
        "s3_secret_key": settings.s3_secret_key.get_secret_value(),
        "image_key": settings.image_key.get_secret_value(),
        "s3_endpoint": settings.s3_endpoint,
        "s3_bucket": settings.s3_bucket,
        "data_dir": str(settings.data_dir),
        "models_dir": str(settings.models_dir),
    }
    return {f"NISHAN_{name.upper()}": value for name, value in plain.items()}


def until(condition: Callable[[], bool], workers: Workers) -> None:
    ends = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < ends, workers.log[-4000:]
        time.sleep(0.05)


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
    worker._environment["NISHAN_DATABASE_URL"] = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
    assert worker.start().wait(120) == 1
    assert "database_unavailable" in worker.log
    assert "Traceback" not in worker.log
