"""What was acknowledged is there after PostgreSQL was killed in the middle of the work, once and whole."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core.errors import Conflict, NotFound
from nishan.embedded.postgres import EmbeddedPostgres
from records import audit, gallery_feed
from records.access import Officer, Role
from records.database import Database, DatabaseUnavailable, migrate
from records.encounters import add_encounter
from records.image_store import ImageStore
from records.persons import persons_by_id
from records.retention import erase_person
from records.samples import SampleRole, add_sample, stage_sample
from records.sweep import sweep_orphans
from records.tables import EncounterRow, PersonRow, SampleRow, TemplateRow
from records.templates import link_to_person, save_templates
from tests.integration.records.people import arrest, enrolled, officer, template


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of its own, to be killed."""
    running = EmbeddedPostgres(tmp_path / "postgres", tmp_path / "postgres.log")
    running.start()
    running.fixed_port = running.port
    running.create_database("nishan")
    migrate(running.url)
    yield running
    running.stop()


def test_every_acknowledged_person_survives_kills(server: EmbeddedPostgres, image_store: ImageStore) -> None:
    database = Database(server.url, 4)
    with database.transaction() as s:
        by = officer(s, state=None, role=Role.SUPERVISOR)
    acknowledged: list[tuple[str, object]] = []
    stop = threading.Event()

    def write(_: int) -> None:
        while not stop.is_set():
            try:
                with database.transaction() as s:
                    person, _, _ = enrolled(s, image_store, by)
                acknowledged.append((person.number, person.id))
            except DatabaseUnavailable:
                time.sleep(0.05)

    with ThreadPoolExecutor(4) as threads:
        work = [threads.submit(write, n) for n in range(4)]
        for kill in range(1, 3):
            _await(lambda enough=kill * 15: len(acknowledged) >= enough)
            _kill_and_start(server)
        _await(lambda: len(acknowledged) >= 45)
        stop.set()
        for part in work:
            part.result()
    _check(database, image_store, by, acknowledged)
    database.dispose()


def _check(
    database: Database, store: ImageStore, by: Officer, acknowledged: list[tuple[str, object]]
) -> None:
    numbers, ids = zip(*acknowledged, strict=True)
    assert len(set(numbers)) == len(numbers)
    with database.transaction() as s:
        stored = persons_by_id(s, by, ids)
        assert {person.number for person in stored.values()} == set(numbers)
        counts = {
            s.scalar(select(func.count()).select_from(row))
            for row in (PersonRow, EncounterRow, SampleRow, TemplateRow)
        }
        assert len(counts) == 1, "some record is half stored"
        announced = {change.reference_id for change in gallery_feed.changes_after(s, 0, 10_000)}
        assert announced == {reference.reference_id for reference in gallery_feed.references(s)}
        assert audit.verify_chain(s).intact
    assert sweep_orphans(database, store).missing == ()


def _await(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was awaited did not happen"
        time.sleep(0.02)


def _kill_and_start(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    _await(lambda: not server.running())
    server.start()


@pytest.fixture
def slow_encounters(database: Database) -> Iterator[None]:
    """Hold every new encounter for a while between the check of its person and its row."""
    with database.transaction() as s:
        s.execute(
            text(
                "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(0.6); RETURN NEW; END $$"
            )
        )
        s.execute(
            text("CREATE TRIGGER slow BEFORE INSERT ON encounters FOR EACH ROW EXECUTE FUNCTION dawdle()")
        )
    yield
    with database.transaction() as s:
        s.execute(text("DROP FUNCTION dawdle CASCADE"))


@pytest.mark.parametrize(("head_start_s", "with_sample"), [(0.0, True), (0.3, True), (0.3, False)])
def test_nothing_is_added_to_a_person_being_erased(
    database: Database,
    image_store: ImageStore,
    request: pytest.FixtureRequest,
    head_start_s: float,
    with_sample: bool,
) -> None:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        person, _, _ = enrolled(s, image_store, by)
    request.getfixturevalue("slow_encounters")
    staged = stage_sample(image_store, b"second face", template().modality)

    def add() -> None:
        with database.transaction() as s:
            encounter = add_encounter(s, person.id, arrest(fir_number="0099"), by)
            if not with_sample:
                return
            add_sample(s, staged, SampleRole.ENROLMENT, by)
            save_templates(s, [(staged.id, template(1))])
            link_to_person(s, [staged.id], person.id, encounter.id)

    def erase() -> None:
        with database.transaction() as s:
            erase_person(s, image_store, by, person.id, "Ordered by the court")

    with ThreadPoolExecutor(2) as threads:
        adding = threads.submit(add)
        time.sleep(head_start_s)
        threads.submit(erase).result()
        assert isinstance(adding.exception(), Conflict | NotFound | None)
    with database.transaction() as s:
        for row in (EncounterRow, SampleRow, TemplateRow):
            left = s.scalar(select(func.count()).select_from(row).where(row.person_id == person.id))
            assert left == 0
