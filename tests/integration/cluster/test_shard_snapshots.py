"""A shard starts from its snapshot and the changes since, never from another's; erasure reaches its files."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from cluster.hosting import ReplicaName
from cluster.messages import SearchRequest
from cluster.placement import even, range_of, shrunk
from cluster.shard import Shard
from core.settings import Settings
from matcher.file_set import FileSet
from records import gallery_feed, own_calibrations
from records.cluster_placements import replace_placement
from records.database import Database
from records.parameters import SNAPSHOTS
from records.part_snapshots import hold_part, part_name, remove_unheld
from tests.contract.recorded_feed import RecordedFeed, face_producer
from tests.contract.searchable import probe_of
from tests.integration.records.own_rates import used

AT_ONCE = replace(SNAPSHOTS, glance_s=0.05, collect_wipes_s=0.0)
PLACED = even(2)
OWN = PLACED.ranges_of(0)


@pytest.fixture(scope="module")
def feed(database: Database) -> RecordedFeed:
    written = RecordedFeed(database, seed=5, people=60)
    written.grow(120)
    return written


class Machine:
    """A machine of the cluster: its folder, and the shards that are started on it one after the other."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.chosen = Settings(data_dir=folder)
        self.parts = folder / "snapshots" / "parts"
        self.shards: list[Shard] = []
        self._url = database_url

    def start(self) -> Shard:
        own = partial(hold_part, self.chosen)
        self.shards.append(Shard(ReplicaName(0, 0), "machine", self._url, own, AT_ONCE))
        _await(lambda: self.shards[-1].status().ready)
        return self.shards[-1]

    def end(self, shard: Shard) -> None:
        self.shards.remove(shard)
        shard.stop()

    def newest(self, ranges: gallery_feed.Ranges = OWN) -> FileSet:
        found = FileSet.newest(self.parts / part_name(ranges))
        assert found is not None
        return found

    def has_snapshot(self, ranges: gallery_feed.Ranges = OWN) -> bool:
        return FileSet.newest(self.parts / part_name(ranges)) is not None

    def holds(self, payload: bytes) -> bool:
        """Whether any file has these bytes; one that goes meanwhile has them no more."""
        files = [path for path in self.parts.rglob("*") if path.is_file()]
        return any(payload in _read(path) for path in files)


@pytest.fixture
def machine(database: Database, database_url: str, feed: RecordedFeed, tmp_path: Path) -> Iterator[Machine]:
    with database.transaction() as session:
        session.execute(text("DELETE FROM cluster_placements"))
        replace_placement(session, PLACED.version, PLACED.owners)
    wanted = Machine(tmp_path, database_url)
    yield wanted
    for shard in wanted.shards:
        shard.stop()


def answer_of(shard: Shard, feed: RecordedFeed, probe: bytes) -> tuple[int, list[object]]:
    found = shard.identify(SearchRequest(probe_of(probe), at_least=feed.changes[-1].number), OWN)
    return found.references_searched, [(item.subject, item.false_match_rate) for item in found.candidates]


def test_a_shard_that_starts_again_takes_its_snapshot_and_the_changes_since(
    machine: Machine, feed: RecordedFeed
) -> None:
    first = machine.start()
    assert first.status().started_from == "the records"
    _await(machine.has_snapshot)
    for _ in range(6):
        feed.change()
    second = machine.start()
    assert second.status().started_from == "a snapshot"
    probe = feed.any_payload()
    assert answer_of(first, feed, probe) == answer_of(second, feed, probe)


def test_a_shard_states_the_rates_that_were_chosen_until_they_are_taken_back(
    machine: Machine, feed: RecordedFeed, database: Database
) -> None:
    shard, probe = machine.start(), probe_of(feed.any_payload())

    def population() -> str | None:
        return shard.identify(SearchRequest(probe), OWN).face_population

    assert population() == "mugshots"
    with database.transaction() as session:
        administrator, chosen = used(session, face_producer())
    _await(lambda: population() == chosen.population)
    with database.transaction() as session:
        own_calibrations.go_back(session, administrator, face_producer())
    _await(lambda: population() == "mugshots")


@pytest.mark.parametrize(
    "fault", ["damaged", "of another division", "of another history", "older than a purge"]
)
def test_a_snapshot_that_is_not_to_be_trusted_is_left_for_the_records(
    machine: Machine, feed: RecordedFeed, database: Database, fault: str
) -> None:
    first = machine.start()
    _await(machine.has_snapshot)
    machine.end(first)
    columns = machine.newest().folder / "columns-0"
    if fault == "damaged":
        columns.write_bytes(columns.read_bytes()[:-1] + b"\x55")
    elif fault == "of another division":
        manifest = machine.newest().folder / "manifest.json"
        other = part_name(PLACED.ranges_of(1))
        manifest.write_text(manifest.read_text().replace(part_name(OWN), other))
    elif fault == "of another history":
        with database.transaction() as session:
            later = "UPDATE gallery_changes SET created_at = created_at + interval '1 us'"
            session.execute(text(later))
    else:
        feed.change()
        with database.transaction() as session:
            purge = text("DELETE FROM gallery_changes WHERE number <= :last")
            session.execute(purge, {"last": machine.newest().facts["position"]})
    second = machine.start()
    assert second.status().started_from == "the records"
    probe = feed.any_payload()
    expected = sum(range_of(reference.subject) in OWN for reference in feed.held())
    assert answer_of(second, feed, probe)[0] == expected


def test_erasure_leaves_nothing_in_the_snapshots_of_a_shard(machine: Machine, feed: RecordedFeed) -> None:
    machine.start()
    erased = next(reference for reference in feed.held() if range_of(reference.subject) in OWN)
    _await(lambda: machine.holds(erased.payload))
    feed.erase(erased.reference_id)
    _await(lambda: not machine.holds(erased.payload))
    _await(machine.has_snapshot)
    assert machine.start().status().started_from == "a snapshot"


def test_the_snapshot_of_a_part_goes_with_the_part(
    machine: Machine, feed: RecordedFeed, database: Database
) -> None:
    """Of a shard that was divided anew, and of one that lives on another machine now."""
    shard = machine.start()
    _await(machine.has_snapshot)
    reference = next(reference for reference in feed.held() if range_of(reference.subject) in OWN)
    after = shrunk(PLACED)
    with database.transaction() as session:
        replace_placement(session, after.version, after.owners)
    everything = after.ranges_of(0)
    _await(lambda: machine.has_snapshot(everything))
    _await(lambda: not (machine.parts / part_name(OWN)).exists())
    assert remove_unheld(machine.chosen) == {part_name(everything)}
    assert machine.holds(reference.payload)
    left = machine.parts / part_name(OWN)
    shutil.copytree(machine.newest(everything).folder, left / "00000001")
    assert remove_unheld(machine.chosen) == {part_name(everything)}
    assert not left.exists()
    machine.end(shard)
    assert machine.holds(reference.payload)
    assert remove_unheld(machine.chosen) == frozenset()
    assert not machine.holds(reference.payload)
    assert list(machine.parts.iterdir()) == []


def test_a_part_that_two_shards_hold_stays_with_the_second(machine: Machine, feed: RecordedFeed) -> None:
    first, second = machine.start(), machine.start()
    _await(machine.has_snapshot)
    machine.end(first)
    assert remove_unheld(machine.chosen) == {part_name(OWN)}
    assert machine.has_snapshot()
    assert second.status().ready


def test_where_none_are_wanted_none_are_written_and_those_of_before_go(
    machine: Machine, feed: RecordedFeed
) -> None:
    shard = machine.start()
    _await(machine.has_snapshot)
    machine.end(shard)
    none = machine.chosen.model_copy(update={"snapshot_minutes": 0})
    assert hold_part(none, OWN) is None
    assert remove_unheld(none) == frozenset()
    assert list(machine.parts.iterdir()) == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _await(come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.02)
