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
from records.part_snapshots import keep_only

Parts = frozenset[Ranges]


@dataclass(frozen=True)
class _Told:
    parts: Parts
    answer: Future[bool]

    @property
    def done(self) -> bool:
        return self.answer.done() and self.answer.exception() is None and self.answer.result()


class Leftovers:
    """Tells every machine which parts its shards hold, once for each state; it removes all others."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def clear(self, held: Mapping[str, Parts], shards: Mapping[str, ActorHandle[Any]]) -> None:
        """Tell the machines that were not told yet, or could not do it.

        Args:
            held: What the shards on each node hold, by its id; nothing for one without shards.
            shards: A shard on each node that has one; it does it, else a process is made for it.
        """
        self._told = {node: told for node, told in self._told.items() if node in held}
        for node, parts in held.items():
            told = self._told.get(node)
            if told is None or (told.answer.done() and (told.parts != parts or not told.done)):
                self._told[node] = _Told(parts, _tell(node, parts, shards.get(node)))


def _tell(node: str, parts: Parts, shard: ActorHandle[Any] | None) -> Future[bool]:
    call: Any = ray.remote(_on_node)
    if shard is not None:
        call = shard.keep_only.options(concurrency_group="status")
    else:
        here = NodeAffinitySchedulingStrategy(node, soft=False)
        call = call.options(num_cpus=0, scheduling_strategy=here)
    answer: Future[bool] = call.remote(parts).future()
    return answer


def _on_node(parts: Parts) -> bool:
    return keep_only(settings(), parts)
