"""Watches something that a worker does, with a bar in the terminal, until it has come to its end."""

import time
from collections.abc import Callable, Collection
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from nishan.client import ServiceClient
from nishan.output import console

Answer = dict[str, Any]

COUNTED: tuple[ProgressColumn, ...] = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[beside]}"),
    TimeRemainingColumn(),
)
"""Of what is done one by one; what ``beside`` says stands behind the count."""

_PAUSE_S = 0.5


def items(answer: Answer) -> dict[str, Any]:
    """Say how far something is that counts items."""
    done = answer["items_done"] + answer.get("items_failed", 0)
    return {"completed": done, "total": answer["items_total"] or None}


def follow(
    client: ServiceClient,
    href: str,
    running: Collection[str],
    description: str,
    *,
    quiet: bool,
    columns: Collection[ProgressColumn] = COUNTED,
    shown: Callable[[Answer], dict[str, Any]] = items,
) -> Answer:
    """Return the answer about it as it is in the end; Ctrl-C leaves it to the worker.

    Args:
        href: Where to ask how far it is.
        running: The states in which it goes on.
        quiet: Without a bar.
        shown: What of an answer the bar shows, as rich's ``Progress.update`` takes it.
    """
    with Progress(*columns, console=console, disable=quiet) as bars:
        task = bars.add_task(description, total=None, beside="")
        while True:
            answer: Answer = client.get(href)
            bars.update(task, **shown(answer))
            if answer["status"] not in running:
                return answer
            time.sleep(_PAUSE_S)
