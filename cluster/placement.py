"""Which shard holds whom: people fall into ranges by their ids, and every range belongs to one shard."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cluster.parameters import CLUSTER


def range_of(subject: UUID) -> int:
    """Return the range a person falls into; the last bits of an id are random (core.ids.new_id)."""
    return subject.int % CLUSTER.ranges


@dataclass(frozen=True)
class Placement:
    """One state of the division. All references of a person lie on one shard.

    Attributes:
        version: Later ones replace earlier ones.
        owners: The shard of each range.
    """

    version: int
    owners: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.owners) != CLUSTER.ranges:
            raise ValueError(f"A placement says of {CLUSTER.ranges} ranges where they are.")

    @property
    def shards(self) -> tuple[int, ...]:
        """The shards there are, in order."""
        return tuple(sorted(set(self.owners)))

    def ranges_of(self, shard: int) -> frozenset[int]:
        """Return the ranges that a shard holds."""
        return frozenset(place for place, owner in enumerate(self.owners) if owner == shard)


def even(shards: int, version: int = 1) -> Placement:
    """Return the first placement: every shard holds as many ranges as any other, give or take one."""
    return Placement(version, tuple(place % shards for place in range(CLUSTER.ranges)))


def grown(placement: Placement) -> Placement:
    """Return the placement with one shard more, which takes a range at a time from the fullest others.

    No range moves between shards that were there before.
    """
    newcomer = max(placement.shards) + 1
    owners = list(placement.owners)
    for _ in range(CLUSTER.ranges // (len(placement.shards) + 1)):
        owners[owners.index(_fullest(owners, newcomer))] = newcomer
    return Placement(placement.version + 1, tuple(owners))


def shrunk(placement: Placement) -> Placement:
    """Return the placement without its last shard, whose ranges go to the emptiest others, one at a time.

    No range moves between shards that stay.
    """
    leaver = max(placement.shards)
    owners = list(placement.owners)
    for place in placement.ranges_of(leaver):
        held = Counter(owner for owner in owners if owner != leaver)
        owners[place] = min(sorted(held), key=lambda shard: held[shard])
    return Placement(placement.version + 1, tuple(owners))


def _fullest(owners: Sequence[int], newcomer: int) -> int:
    held = Counter(owner for owner in owners if owner != newcomer)
    return max(sorted(held), key=lambda shard: held[shard])
