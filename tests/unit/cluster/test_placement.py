"""People are spread over shards evenly, and a new shard moves only what it takes."""

from collections import Counter

import pytest

from cluster.hosting import ReplicaName, host_for, next_move
from cluster.parameters import CLUSTER
from cluster.placement import Placement, even, grown, range_of, shrunk
from core.ids import new_id


def test_new_ids_spread_evenly_over_the_ranges() -> None:
    held = Counter(range_of(new_id()) for _ in range(6400))
    assert set(held) == set(range(CLUSTER.ranges))
    assert max(held.values()) < 200


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 7, 16])
def test_a_new_shard_takes_its_share_and_moves_nothing_else(shards: int) -> None:
    before = even(shards)
    after = grown(before)
    moved = [place for place in range(CLUSTER.ranges) if before.owners[place] != after.owners[place]]
    assert {after.owners[place] for place in moved} == {shards}
    assert len(moved) == CLUSTER.ranges // (shards + 1)
    sizes = Counter(after.owners).values()
    assert max(sizes) - min(sizes) <= 1
    assert after.version == before.version + 1
    assert sum(len(after.ranges_of(shard)) for shard in after.shards) == CLUSTER.ranges


@pytest.mark.parametrize("shards", [2, 3, 4, 7, 16])
def test_a_shard_taken_away_leaves_its_part_to_the_others_and_moves_nothing_else(shards: int) -> None:
    before = even(shards)
    after = shrunk(before)
    moved = [place for place in range(CLUSTER.ranges) if before.owners[place] != after.owners[place]]
    assert frozenset(moved) == before.ranges_of(shards - 1)
    assert after.shards == tuple(range(shards - 1))
    sizes = Counter(after.owners).values()
    assert max(sizes) - min(sizes) <= 1
    assert after.version == before.version + 1


def test_a_placement_places_every_range() -> None:
    with pytest.raises(ValueError, match="64"):
        Placement(1, (0, 1))


def test_replicas_of_a_shard_live_on_different_nodes() -> None:
    hosts: dict[ReplicaName, str] = {}
    for shard in range(4):
        for replica in range(2):
            name = ReplicaName(shard, replica)
            host = host_for(name, hosts, ["a", "b", "c"])
            assert host is not None
            hosts[name] = host
    for shard in range(4):
        assert hosts[ReplicaName(shard, 0)] != hosts[ReplicaName(shard, 1)]
    assert max(Counter(hosts.values()).values()) == 3
    assert host_for(ReplicaName(0, 2), hosts, {hosts[ReplicaName(0, 0)], hosts[ReplicaName(0, 1)]}) is None


def test_a_new_node_is_given_replicas_one_at_a_time() -> None:
    hosts = {ReplicaName(shard, replica): "ab"[replica] for shard in range(3) for replica in range(2)}
    moves = 0
    while (move := next_move(hosts, ["a", "b", "c"])) is not None:
        name, node = move
        assert node not in {host for other, host in hosts.items() if other.shard == name.shard}
        hosts[name] = node
        moves += 1
    assert moves == 2
    assert Counter(hosts.values()) == {"a": 2, "b": 2, "c": 2}
