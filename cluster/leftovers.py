"""Sees to it that no machine keeps snapshots of a part of the gallery that no shard there holds any more."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import ray
from ray.actor import ActorHandle
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from core.settings import settings
from records.gallery_feed import Ranges
from records.part_snapshots import part_name, remove_unheld

Parts = frozenset[Ranges]


@dataclass(frozen=True)
class _Told:
    parts: Parts
    answer: Future[frozenset[str]]

    def left(self) -> bool:
        """Whether more is on the machine than its shards hold; one that is ending holds its part a while."""
        if self.answer.exception() is not None:
            return True
        return not self.answer.result() <= {part_name(ranges) for ranges in self.parts}


class Leftovers:
    """Tells every machine, whenever its shards have changed, to remove what none of them holds."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def clear(self, held: Mapping[str, Parts], shards: Mapping[str, ActorHandle[Any]]) -> None:
        """Tell the machines that were not told in this state, or had something left.

        Args:
            held: What the shards on each node hold, by its id; nothing for one without shards.
            shards: A shard on each node that has one: it does it, else a process is made for it.
        """
        self._told = {node: told for node, told in self._told.items() if node in held}
        for node, parts in held.items():
            told = self._told.get(node)
            if told is None or (told.answer.done() and (told.parts != parts or told.left())):
                self._told[node] = _Told(parts, _tell(node, shards.get(node)))


def _tell(node: str, shard: ActorHandle[Any] | None) -> Future[frozenset[str]]:
    call: Any = ray.remote(_on_node)
    if shard is not None:
        call = shard.remove_unheld.options(concurrency_group="status")
    else:
        here = NodeAffinitySchedulingStrategy(node, soft=False)
        call = call.options(num_cpus=0, scheduling_strategy=here)
    answer: Future[frozenset[str]] = call.remote().future()
    return answer


def _on_node() -> frozenset[str]:
    return remove_unheld(settings())
