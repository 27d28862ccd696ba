"""A gallery starts from its snapshot and the changes since, never from a wrong one; erasure reaches files."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import faiss
import numpy as np
import pytest
from sqlalchemy import text

from matcher.file_set import FileSet
from matcher.gallery import Gallery
from records import gallery_feed
from records.database import Database
from records.gallery_follower import GalleryFollower
from records.gallery_snapshots import GallerySnapshots
from records.image_store import ImageStore
from records.parameters import SNAPSHOTS
from records.persons import update_person
from records.retention import erase_person
from records.snapshot_keeper import SnapshotKeeper
from tests.integration.records.people import Role, details, enrolled, officer, template
from tests.integration.records.test_gallery_feed import _await

AT_ONCE = replace(SNAPSHOTS, glance_s=0.05, collect_wipes_s=0.0)
WHEN_TOLD = replace(SNAPSHOTS, glance_s=3600)


class Machine:
    """One process's gallery, and the folder it shares with other processes of its machine."""

    def __init__(self, database: Database, snapshots: GallerySnapshots) -> None:
        self.database = database
        self.gallery = Gallery()
        self.snapshots = snapshots
        self.follower = GalleryFollower(database, self.gallery, snapshots=snapshots, snapshot_times=WHEN_TOLD)
        self.keeper = SnapshotKeeper(database, self.gallery, snapshots, AT_ONCE)

    def catch_up(self) -> None:
        with self.database.transaction() as s:
            self.follower.catch_up(s)

    def held(self) -> dict[int, UUID]:
        with self.gallery.reading():
            return {
                reference_id: self.gallery.subject(subject)
                for shelf in self.gallery.shelves.values()
                for reference_id, subject in zip(
                    shelf.reference_ids.tolist(), shelf.subjects.tolist(), strict=True
                )
                if subject >= 0
            }


class Machines:
    """Started one after the other, when first asked for, each finding the files of those before."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._snapshots = GallerySnapshots(folder, minutes=0)
        self.started: list[Machine] = []

    def __getitem__(self, number: int) -> Machine:
        while len(self.started) <= number:
            self.started.append(Machine(self._database, self._snapshots))
            self.started[-1].follower.start()
        return self.started[number]


@pytest.fixture
def machines(database: Database, tmp_path: Path) -> Iterator[Machines]:
    wanted = Machines(database, tmp_path / "snapshots")
    yield wanted
    for machine in wanted.started:
        machine.follower.stop()


def enrol(database: Database, store: ImageStore, seed: int) -> tuple[UUID, bytes]:
    with database.transaction() as s:
        person, _, _ = enrolled(s, store, officer(s, Role.SUPERVISOR), seed=seed)
    return person.id, template(seed).payload


def live(database: Database) -> dict[int, UUID]:
    with database.transaction() as s:
        return {reference.reference_id: reference.subject for reference in gallery_feed.references(s)}


def test_a_start_from_a_snapshot_equals_one_from_the_records(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    people = [enrol(database, image_store, seed)[0] for seed in range(6)]
    first = machines[0]
    assert first.follower.loading.source == "the records"
    assert first.keeper.glance()
    assert not first.keeper.glance()  # nothing has changed
    enrol(database, image_store, 7)
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        update_person(s, by, people[1], details(birth_year=1955))
        erase_person(s, image_store, by, people[2], "Test of erasure")
    second = machines[1]
    assert second.follower.loading.source == "a snapshot"
    assert second.held() == live(database)
    first.catch_up()
    assert first.gallery.statistics() == second.gallery.statistics()


@pytest.mark.parametrize("damage", ["a file altered", "a file cut off", "manifest cut off", "another part"])
def test_a_damaged_snapshot_is_not_used_but_replaced(
    database: Database, image_store: ImageStore, machines: Machines, damage: str
) -> None:
    enrol(database, image_store, 1)
    assert machines[0].keeper.glance()
    newest = FileSet.newest(machines[0].snapshots.folder)
    assert newest is not None
    manifest = newest.folder / "manifest.json"
    columns = newest.folder / "columns-0"
    if damage == "a file altered":
        columns.write_bytes(columns.read_bytes()[:-1] + b"\x55")
    elif damage == "a file cut off":
        columns.write_bytes(columns.read_bytes()[:-100])
    elif damage == "manifest cut off":
        manifest.write_text(manifest.read_text()[:40])
    else:
        manifest.write_text(manifest.read_text().replace('"content": "all"', '"content": "3 of 64"'))
    second = machines[1]
    assert second.follower.loading.source == "the records"
    assert second.held() == live(database)


def test_a_snapshot_of_another_history_is_not_used(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    """A database that was restored gives numbers again; another database has the same ones."""
    enrol(database, image_store, 1)
    first = machines[0]
    assert first.keeper.glance()
    with database.transaction() as s:
        s.execute(
            text("UPDATE gallery_changes SET created_at = created_at + interval '1 us' WHERE number = :last"),
            {"last": first.gallery.position},
        )
    second = machines[1]
    assert second.follower.loading.source == "the records"
    assert second.held() == live(database)
    _await(lambda: first.follower.loading.source == "the records" and first.follower.ready)
    assert second.keeper.glance()
    assert machines[2].follower.loading.source == "a snapshot"


def test_one_process_of_a_machine_writes_and_another_takes_over(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    enrol(database, image_store, 1)
    first, second = machines[0], machines[1]
    with first.snapshots.writing() as allowed:
        assert allowed
        assert not second.keeper.glance()
    assert second.keeper.glance()


def _holding(folder: Path, needle: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files if needle in path.read_bytes()]


def _memory_holds(gallery: Gallery, needle: bytes) -> bool:
    """Look through every array, byte string and FAISS index that the gallery leads to."""
    seen: set[int] = set()
    waiting: list[object] = [gallery]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, type) or callable(item):
            continue
        seen.add(id(item))
        if isinstance(item, np.ndarray) and needle in item.tobytes():
            return True
        if isinstance(item, bytes | bytearray | memoryview) and needle in bytes(item):
            return True
        if isinstance(item, faiss.Index) and needle in faiss.serialize_index(item).tobytes():
            return True
        waiting += gc.get_referents(item)
    return False


def test_erasure_leaves_no_template_in_memory_or_in_any_file(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    enrol(database, image_store, 20)
    person, payload = enrol(database, image_store, 21)
    first = machines[0]
    assert first.keeper.glance()
    second = machines[1]  # started from the files that will have to go
    folder = first.snapshots.folder
    assert _holding(folder, payload)
    assert _memory_holds(first.gallery, payload)
    assert _memory_holds(second.gallery, payload)
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR)
        erase_person(s, image_store, by, person, "Test of erasure")
    for machine in (first, second):
        machine.catch_up()
        assert not _memory_holds(machine.gallery, payload)
    assert second.keeper.glance()
    assert _holding(folder, payload) == []
    assert str(folder / "00000001") not in Path("/proc/self/maps").read_text()
    third = machines[2]
    assert third.follower.loading.source == "a snapshot"
    assert not _memory_holds(third.gallery, payload)
    assert third.held() == live(database)


def test_rather_no_snapshot_than_one_that_holds_what_was_erased(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    person, payload = enrol(database, image_store, 31)
    first = machines[0]
    assert first.keeper.glance()
    folder = first.snapshots.folder
    (folder / "00000002").write_text("in the way of the next snapshot")
    with database.transaction() as s:
        erase_person(s, image_store, officer(s, Role.SUPERVISOR), person, "Test of erasure")
    first.catch_up()
    assert not first.keeper.glance()
    assert _holding(folder, payload) == []
    assert first.snapshots.newest() is None
    (folder / "00000001").write_text("in the way, too")
    assert not first.keeper.glance()  # not tried again at once


def test_what_a_killed_process_left_is_removed(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    enrol(database, image_store, 61)
    first = machines[0]
    assert first.keeper.glance()
    left = first.snapshots.folder / "00000007"
    left.mkdir()
    (left / "half").write_bytes(b"of a snapshot")
    assert machines[1].follower.loading.source == "a snapshot"
    assert not first.keeper.glance()
    assert not left.exists()


def test_a_process_that_never_saw_the_erasure_replaces_files_from_before_it(
    database: Database, image_store: ImageStore, machines: Machines
) -> None:
    person, payload = enrol(database, image_store, 71)
    first = machines[0]
    first.follower.stop()
    with database.transaction() as s:
        erase_person(s, image_store, officer(s, Role.SUPERVISOR), person, "Test of erasure")
    late = Machine(database, GallerySnapshots(first.snapshots.folder, minutes=60))
    late.follower.start()  # loads from the records: the erased person is not among them
    with first.snapshots.writing():
        assert first.snapshots.write(database, first.gallery)  # as it was before the erasure
    assert _holding(first.snapshots.folder, payload)
    assert late.keeper.glance()
    assert _holding(first.snapshots.folder, payload) == []
    late.follower.stop()


def test_the_keeper_works_by_itself(database: Database, image_store: ImageStore, machines: Machines) -> None:
    enrol(database, image_store, 41)
    first = machines[0]
    first.keeper.start()
    _await(lambda: first.snapshots.newest() is not None)
    person, payload = enrol(database, image_store, 42)
    _await(lambda: bool(_holding(first.snapshots.folder, payload)))
    with database.transaction() as s:
        erase_person(s, image_store, officer(s, Role.SUPERVISOR), person, "Test of erasure")
    _await(lambda: not _holding(first.snapshots.folder, payload))
    first.keeper.stop()


def test_a_shard_holds_the_subjects_of_its_ranges_alone(
    database: Database, image_store: ImageStore, tmp_path: Path
) -> None:
    people = [enrol(database, image_store, seed)[0] for seed in range(50, 58)]
    ranges = frozenset(person.int % gallery_feed.SUBJECT_RANGES for person in people[:3])
    wanted = {
        reference: subject for reference, subject in live(database).items() if subject.int % 64 in ranges
    }
    loaded, following = Gallery(), Gallery()
    with database.transaction() as s:
        loaded.load(gallery_feed.references(s, ranges), 1)
        following.apply(gallery_feed.changes_after(s, 0, 10_000, ranges))
        assert gallery_feed.reference_count(s, ranges) == len(wanted)
        assert following.position == gallery_feed.head(s)
    assert loaded.references == following.references == len(wanted) >= 3
