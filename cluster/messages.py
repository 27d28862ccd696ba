"""What goes between a process that searches, the gateway of its machine, and the shards."""

from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import Template
from cluster.hosting import ReplicaName
from matcher.filters import EVERYTHING, TagFilter


@dataclass(frozen=True)
class SearchRequest:
    """One search.

    Attributes:
        at_least: Number of a change that every shard must have taken in before it answers.
    """

    probe: Sequence[Template]
    tag_filter: TagFilter = EVERYTHING
    max_candidates: int = 20
    added_after: int = 0
    at_least: int = 0


@dataclass(frozen=True)
class ReplicaStatus:
    """How one replica is.

    Attributes:
        ranges: The parts of the gallery it holds; empty while it reads them.
        wanted: Whether any part is or shall be its own; one that has none is to be ended.
        failure: Why it does not follow the records right now, None while it does.
        loading: How far it has come while it is not ready.
        started_from: What it read its part from.
    """

    name: ReplicaName
    node: str
    process: int
    ready: bool
    ranges: frozenset[int] = frozenset()
    wanted: bool = True
    position: int = 0
    references: int = 0
    face_recall: float = 1.0
    failure: str | None = None
    loading: str = ""
    started_from: str = ""


@dataclass(frozen=True)
class ClusterStatus:
    """How the whole is, as one gateway sees it.

    Attributes:
        version: Of the placement in force.
        nodes: Names of the nodes alive that shards may live on.
        adding, removing: Number of the shard that is being added or taken away, None when none is.
        failure: What keeps this gateway from looking after the cluster, None when nothing does.
    """

    version: int
    shards: tuple[int, ...]
    replicas_wanted: int
    replicas: tuple[ReplicaStatus, ...] = ()
    nodes: tuple[str, ...] = ()
    adding: int | None = None
    removing: int | None = None
    failure: str | None = None

    @property
    def shards_ready(self) -> int:
        """How many shards have a replica that answers."""
        return len({each.name.shard for each in self.replicas if each.ready} & set(self.shards))

    @property
    def position(self) -> int:
        """The change that every shard has taken in."""
        return min((self._best(shard).position for shard in self._answering()), default=0)

    @property
    def references(self) -> int:
        """Searchable references of all shards that answer."""
        return sum(self._best(shard).references for shard in self._answering())

    @property
    def face_recall(self) -> float:
        """The least recall of faces of all shards that answer."""
        return min((self._best(shard).face_recall for shard in self._answering()), default=1.0)

    def _answering(self) -> list[int]:
        return [shard for shard in self.shards if any(self._ready(shard))]

    def _ready(self, shard: int) -> list[ReplicaStatus]:
        return [each for each in self.replicas if each.name.shard == shard and each.ready]

    def _best(self, shard: int) -> ReplicaStatus:
        return max(self._ready(shard), key=lambda each: each.position)
