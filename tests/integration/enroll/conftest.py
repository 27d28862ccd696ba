"""A worker's parts on a real database and object store, and officers who enrol."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from enroll.parts import WorkerParts
from records.access import Officer, Role
from records.accounts import create_account, officer_named
from records.database import Database
from records.image_store import ImageStore
from tests.integration.enroll.worker_processes import Workers

PASSWORD = "a passphrase for tests only"


@pytest.fixture(scope="module")
def parts(service_settings: Settings, image_store: ImageStore, models_ready: Path) -> Iterator[WorkerParts]:
    """Everything a worker process holds, with a gallery of its own."""
    opened = WorkerParts.open(service_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def officer(database: Database) -> Officer:
    """A station officer of state 29."""
    return new_officer(database, "station29", Role.STATION, "29")


@pytest.fixture(scope="module")
def other_officer(database: Database) -> Officer:
    """A station officer of state 27."""
    return new_officer(database, "station27", Role.STATION, "27")


@pytest.fixture(scope="module")
def investigator(database: Database) -> Officer:
    """An investigator of state 29."""
    return new_officer(database, "investigator29", Role.INVESTIGATOR, "29")


def new_officer(database: Database, username: str, role: Role, state: str | None) -> Officer:
    with database.transaction() as session:
        create_account(session, username, PASSWORD, username, role, state, f"{state}0101" if state else None)
    with database.transaction() as session:
        return officer_named(session, username)


@pytest.fixture
def worker(service_settings: Settings, models_ready: Path, tmp_path: Path) -> Iterator[Workers]:
    """Starts worker processes, and ends those that are left."""
    started = Workers(service_settings, tmp_path)
    yield started
    started.stop_all()
