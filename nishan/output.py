"""How commands answer: tables and sentences for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)


def show(value: Mapping[str, Any], for_people: RenderableType, as_json: bool) -> None:
    """Print ``value`` as JSON, or what people should see instead."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
    else:
        console.print(for_people)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str | None = None) -> Table:
    """Return the named columns of the rows as a table."""
    made = Table(*(name.replace("_", " ").capitalize() for name in columns), title=title)
    for row in rows:
        made.add_row(*("" if row.get(name) is None else str(row[name]) for name in columns))
    return made
