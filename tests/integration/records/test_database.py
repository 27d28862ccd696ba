"""The migrated schema is the mapped one, migrates once, and a lost database is said plainly."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.ids import new_id
from nishan.embedded.postgres import EmbeddedPostgres
from records.batches import batch_by_id, pending_items
from records.database import Database, DatabaseUnavailable, alembic_config, migrate
from records.parameters import DATABASE
from records.tables import Row

_numbers = count(1)


@pytest.fixture
def empty_url(postgres_server: EmbeddedPostgres) -> str:
    name = f"empty_{next(_numbers)}"
    postgres_server.create_database(name)
    return postgres_server.url_of(name)


def test_migrations_build_the_mapped_tables(database: Database) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith("procrastinate_"))

    with database.transaction() as s:
        context = MigrationContext.configure(
            s.connection(), opts={"include_name": ours, "compare_type": True}
        )
        assert compare_metadata(context, Row.metadata) == []
        checks = set(
            s.scalars(text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck_%'"))
        )
    mapped = {
        str(constraint.name)
        for table in Row.metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    assert checks == mapped


def test_processes_that_migrate_at_once_do_it_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate, [empty_url] * 4))
    database = Database(empty_url, 2)
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with database.transaction() as s:
        assert s.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]
        assert s.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    database.dispose()


def test_batches_of_before_keep_their_probes(empty_url: str) -> None:
    migrate(empty_url, "0009")
    database = Database(empty_url, 2)
    batch, item, unread, sample = (str(new_id()) for _ in range(4))
    values = {"batch": batch, "item": item, "unread": unread, "sample": sample, "at": now()}
    with database.transaction() as s:
        s.execute(text("SET LOCAL session_replication_role = replica"))  # without the account it belongs to
        for statement in (
            "INSERT INTO samples (id, role, modality, position, media_type, file_name, byte_count, sha256,"
            " object_key, created_at)"
            " VALUES (:sample, 'probe', 'face', 0, '', 'a.jpg', 1, repeat('0', 64), 'k', :at)",
            "INSERT INTO batches (id, name, purpose, case_number, filters, max_candidates, status,"
            " officer_id, created_at) VALUES (:batch, 'b', 'training', 'c', '{}', 5, 'queued', :batch, :at)",
            "INSERT INTO batch_items (id, batch_id, place, name, status, sample_id)"
            " VALUES (:item, :batch, 0, 'a', 'queued', :sample), (:unread, :batch, 1, 'b', 'failed', NULL)",
        ):
            s.execute(text(statement), values)
    migrate(empty_url)
    with database.transaction() as s:
        kept = batch_by_id(s, UUID(batch))
        assert (kept.total, kept.target_fpir, kept.incomplete_accepted) == (2, None, False)
        (waiting,) = pending_items(s, UUID(batch))
        assert [(str(file.sample.id), file.sketch, file.minutiae) for file in waiting.files] == [
            (sample, False, None)
        ]
    database.dispose()


def test_transaction_rolls_back_on_any_error(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as s:
            s.execute(text("INSERT INTO number_counters VALUES ('44', 1)"))
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  (only that it comes through unchanged)
        fail()
    with database.transaction() as s:
        assert s.scalar(text("SELECT count(*) FROM number_counters WHERE state_code = '44'")) == 0


def test_database_that_is_not_there_is_said_plainly() -> None:
    database = Database("postgresql://x:y@127.0.0.1:9/none", 2)
    with pytest.raises(DatabaseUnavailable) as problem:
        database.check()
    assert "127.0.0.1" not in problem.value.message
    with pytest.raises(DatabaseUnavailable):
        migrate("postgresql://x:y@127.0.0.1:9/none")


def test_connection_cut_in_the_middle_is_said_and_the_next_one_works(database: Database) -> None:
    def cut() -> None:
        with database.transaction() as s:
            pid = s.scalar(text("SELECT pg_backend_pid()"))
            with database.transaction() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            s.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        cut()
    database.check()


def test_connections_that_died_while_idle_are_replaced_unnoticed(
    database_url: str, database: Database
) -> None:
    idle = Database(database_url, 2)
    with idle.transaction() as one, idle.transaction() as other:
        pids = [s.scalar(text("SELECT pg_backend_pid()")) for s in (one, other)]
    with database.transaction() as s:
        for pid in pids:
            s.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    time.sleep(DATABASE.asked_after_s)
    with idle.transaction() as one, idle.transaction() as other:
        fresh = {s.scalar(text("SELECT pg_backend_pid()")) for s in (one, other)}
    assert fresh.isdisjoint(pids)
    idle.dispose()


def test_job_is_queued_with_the_record_or_not_at_all(database: Database) -> None:
    with database.transaction() as s:
        Database.raw_connection(s).execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 't')"
        )
        s.rollback()
    with database.transaction() as s:
        assert s.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_reading_leaves_no_transaction_and_the_next_one_is_whole(database_url: str) -> None:
    one = Database(database_url, 1)
    with one.reading() as s:
        assert s.scalar(text("SELECT count(*) FROM number_counters WHERE state_code = '57'")) == 0
        assert Database.raw_connection(s).info.transaction_status.name == "IDLE"
    with one.transaction() as s:  # the same connection
        s.execute(text("INSERT INTO number_counters VALUES ('57', 1)"))
        s.rollback()
    with one.reading() as s:
        assert s.scalar(text("SELECT count(*) FROM number_counters WHERE state_code = '57'")) == 0
    one.dispose()


def test_snapshot_sees_one_moment_and_cannot_write(database: Database) -> None:
    with database.snapshot() as s:
        before = s.scalar(text("SELECT count(*) FROM number_counters"))
        with database.transaction() as other:
            other.execute(text("INSERT INTO number_counters VALUES ('55', 1)"))
        assert s.scalar(text("SELECT count(*) FROM number_counters")) == before
    with database.snapshot() as s, pytest.raises(Exception, match="read-only"):
        s.execute(text("INSERT INTO number_counters VALUES ('56', 1)"))


def test_deadlock_is_said_as_something_to_try_again(database: Database) -> None:
    with database.transaction() as s:
        s.execute(text("INSERT INTO number_counters VALUES ('61', 1), ('62', 1)"))
    start = threading.Barrier(2)

    def take(first: str, second: str) -> None:
        with database.transaction() as s:
            lock = text("SELECT 1 FROM number_counters WHERE state_code = :code FOR UPDATE")
            s.execute(lock, {"code": first})
            start.wait()
            s.execute(lock, {"code": second})

    with ThreadPoolExecutor(2) as threads:
        attempts = [threads.submit(take, *codes) for codes in (("61", "62"), ("62", "61"))]
        problems = [problem for attempt in attempts if (problem := attempt.exception())]
    assert [type(problem) for problem in problems] == [DatabaseUnavailable]
    assert "try again" in str(problems[0])


def test_errors_do_not_carry_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(DBAPIError) as problem, database.transaction() as s:
        s.execute(
            text("INSERT INTO number_counters (state_code, nothing) VALUES (:name, 1)"), {"name": "Ramesh"}
        )
    assert "Ramesh" not in str(problem.value)
