"""Decides which node each replica of a shard lives on."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from cluster.parameters import CLUSTER


class ReplicaName(NamedTuple):
    """One copy of one shard."""

    shard: int
    replica: int


def host_for(wanted: ReplicaName, hosts: Mapping[ReplicaName, str], nodes: Collection[str]) -> str | None:
    """Return the emptiest node without another copy of the same shard, None when there is none.

    Two copies on one machine would be lost together, and cost it twice the memory.

    Args:
        hosts: Where the replicas live that do.
        nodes: The nodes that are alive.
    """
    taken = {node for name, node in hosts.items() if name.shard == wanted.shard}
    load = Counter(hosts.values())
    return min(sorted(set(nodes) - taken), key=lambda node: load[node], default=None)


def next_move(hosts: Mapping[ReplicaName, str], nodes: Collection[str]) -> tuple[ReplicaName, str] | None:
    """Return a replica that should move to an emptier node, one at a time, None when all is even enough."""
    load = Counter(dict.fromkeys(nodes, 0))
    load.update(hosts.values())
    for name, node in sorted(hosts.items(), key=lambda item: (-load[item[1]], item[0])):
        target = host_for(name, hosts, nodes)
        if target is not None and load[node] - load[target] >= CLUSTER.least_gain:
            return name, target
    return None
