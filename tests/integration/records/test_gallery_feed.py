"""The feed's order is the order of commits: no follower ever misses a change, whatever happens at once."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from matcher.candidates import ChangeKind
from nishan.embedded.postgres import EmbeddedPostgres
from records import audit, gallery_feed
from records.commit_order import ForeignSession
from records.database import Database, DatabaseUnavailable, migrate
from records.gallery_follower import GalleryFollower
from records.image_store import ImageStore
from records.persons import update_person
from records.retention import erase_person
from records.tables import GalleryChangeRow
from tests.integration.records.people import Role, details, enrolled, officer
from tests.integration.records.recording_gallery import RecordingGallery


def _await(condition, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was awaited did not happen"
        time.sleep(0.02)


@pytest.fixture
def follower(database: Database) -> Iterator[tuple[GalleryFollower, RecordingGallery]]:
    gallery = RecordingGallery()
    following = GalleryFollower(database, gallery)
    following.start()
    yield following, gallery
    following.stop()


def _write_some(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(15):
        try:
            with database.transaction() as s:
                gallery_feed.append(
                    s, ChangeKind.REMOVE, [seed * 1000 + n for n in range(chance.randint(1, 5))]
                )
                audit.append(s, None, "test.change", "test", seed)
                time.sleep(chance.random() * 0.02)
                if chance.random() < 0.2:
                    raise RuntimeError("abandoned")
        except RuntimeError:
            continue


@pytest.fixture
def slow_commits(database: Database) -> Iterator[None]:
    """Make every commit with changes take a random while after its numbers were given."""
    with database.transaction() as s:
        s.execute(
            text(
                "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(random() * 0.01); RETURN NULL; END $$"
            )
        )
        s.execute(
            text(
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON gallery_changes "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()"
            )
        )
    yield
    with database.transaction() as s:
        s.execute(text("DROP FUNCTION dawdle CASCADE"))


@pytest.mark.usefixtures("slow_commits")
def test_reader_polling_by_number_misses_nothing(database: Database) -> None:
    with database.transaction() as s:
        start = gallery_feed.head(s)
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while True:
            last_round = done.is_set()
            with database.transaction() as s:
                after = seen[-1] if seen else start
                seen.extend(change.number for change in gallery_feed.changes_after(s, after, limit=7))
            if last_round and not _more(database, seen[-1]):
                return

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(6) as writers:
        list(writers.map(lambda seed: _write_some(database, seed), range(6)))
    done.set()
    reader.join()
    with database.transaction() as s:
        stored = s.scalars(
            select(GalleryChangeRow.number)
            .where(GalleryChangeRow.number > start)
            .order_by(GalleryChangeRow.number)
        ).all()
        assert audit.verify_chain(s).intact
    assert len(stored) > 100
    assert seen == list(stored)


def _more(database: Database, number: int) -> bool:
    with database.transaction() as s:
        return gallery_feed.head(s) > number


def test_follower_equals_records_while_they_change(
    database: Database, image_store: ImageStore, follower: tuple[GalleryFollower, RecordingGallery]
) -> None:
    following, gallery = follower
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)

    def change(seed: int) -> None:
        for step in range(4):
            with database.transaction() as s:
                person, _, _ = enrolled(s, image_store, by, images=[b"a", b"b"], seed=seed * 100 + step)
            if step % 2:
                with database.transaction() as s:
                    update_person(s, by, person.id, details(birth_year=1950 + step))
            if step % 3 == 0:
                with database.transaction() as s:
                    erase_person(s, image_store, by, person.id, "Test of erasure")

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(change, range(3)))
    with database.transaction() as s:
        head = gallery_feed.head(s)
        live = {reference.reference_id: reference for reference in gallery_feed.references(s)}
    _await(lambda: gallery.position >= head)
    assert gallery.references == live
    assert gallery.applied == sorted(set(gallery.applied))
    assert following.failure is None


def test_search_catches_up_to_its_own_moment(database: Database, image_store: ImageStore) -> None:
    gallery = RecordingGallery()
    following = GalleryFollower(database, gallery, poll_s=3600)
    with database.snapshot() as s:
        gallery.load(gallery_feed.references(s), gallery_feed.head(s))
    with database.transaction() as s:
        person, _, _ = enrolled(s, image_store, officer(s))
    with database.transaction() as s:
        assert following.catch_up(s) == gallery_feed.head(s)
    assert person.id in {reference.subject for reference in gallery.references.values()}


def test_gallery_is_loaded_anew_when_the_database_went_back(
    database: Database, image_store: ImageStore, follower: tuple[GalleryFollower, RecordingGallery]
) -> None:
    _, gallery = follower
    with database.transaction() as s:
        person, _, _ = enrolled(s, image_store, officer(s))
    _await(lambda: person.id in {reference.subject for reference in gallery.references.values()})
    with database.transaction() as s:
        s.execute(text("DELETE FROM gallery_changes"))
        s.execute(text("UPDATE templates SET person_id = NULL, encounter_id = NULL"))
        head = gallery_feed.head(s)
    _await(lambda: gallery.position == head)
    assert gallery.references == {}


def test_rolled_back_savepoint_announces_nothing(database: Database) -> None:
    with database.transaction() as s:
        before = gallery_feed.head(s)
        gallery_feed.append(s, ChangeKind.REMOVE, [1])
        savepoint = s.begin_nested()
        gallery_feed.append(s, ChangeKind.REMOVE, [2])
        savepoint.rollback()
        with s.begin_nested():
            gallery_feed.append(s, ChangeKind.REMOVE, [3])
    with database.transaction() as s:
        assert [change.reference_id for change in gallery_feed.changes_after(s, before)] == [1, 3]


def test_changes_are_not_lost_in_a_session_of_another_make(database: Database) -> None:
    from sqlalchemy.orm import Session

    with database.transaction() as s, Session(s.get_bind()) as plain, pytest.raises(ForeignSession):
        gallery_feed.append(plain, ChangeKind.REMOVE, [1])


def test_follower_survives_a_killed_and_restarted_database(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", tmp_path / "postgres.log")
    server.start()
    server.fixed_port = server.port
    server.create_database("nishan")
    migrate(server.url)
    database = Database(server.url, 3)
    gallery = RecordingGallery()
    following = GalleryFollower(database, gallery)
    following.start()
    try:
        _append(database, 1)
        _await(lambda: gallery.position == 1)
        _kill(server)
        _await(lambda: following.failure is not None)
        with pytest.raises(DatabaseUnavailable), database.transaction() as s:
            gallery_feed.head(s)
        server.start()
        _append(database, 2)
        _await(lambda: len(gallery.applied) == 2)
        _await(lambda: following.failure is None)
        with database.transaction() as s:
            assert gallery.position == gallery_feed.head(s)
        assert following.ready
    finally:
        following.stop()
        database.dispose()
        server.stop()


def _append(database: Database, reference_id: int) -> None:
    with database.transaction() as s:
        gallery_feed.append(s, ChangeKind.REMOVE, [reference_id])


def _kill(server: EmbeddedPostgres) -> None:
    import os
    import signal

    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    _await(lambda: not server.running())


def test_locks_are_free_until_commit(database: Database) -> None:
    """Two transactions that write to both logs in opposite order finish both."""
    with database.transaction() as first:
        audit.append(first, None, "test.first", "test", 1)
        with database.transaction() as second:
            second.execute(text("SET LOCAL lock_timeout = '2s'"))
            gallery_feed.append(second, ChangeKind.REMOVE, [8])
            audit.append(second, None, "test.second", "test", 2)
        gallery_feed.append(first, ChangeKind.REMOVE, [9])
    with database.transaction() as s:
        last = gallery_feed.changes_after(s, gallery_feed.head(s) - 2)
        assert [change.reference_id for change in last] == [8, 9]
