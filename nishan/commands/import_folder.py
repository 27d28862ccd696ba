"""`nishan import`: enrol a folder of one's own photographs or prints."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import MofNCompleteColumn, Progress

from nishan.commands.caller import Caller, with_caller
from nishan.enrolling import read_record
from nishan.output import console, table

if TYPE_CHECKING:
    from datasets.importing import ListedPerson

_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@with_caller
def import_folder(
    caller: Caller,
    directory: Annotated[
        Path,
        typer.Argument(help="A folder of photos, prints, slaps per person, or prints named 101_1.png."),
    ],
    state: Annotated[str, typer.Option(help="Two-digit state code; default: the setting.")] = "",
    limit: Annotated[int | None, typer.Option(help="Only the first so many people.")] = None,
) -> None:
    """Enrol everybody in a folder: the first photo, print of each finger and image of each slap.

    A record.json in a person's folder says who it is, as `nishan enrol --record`; without it the person is
    enrolled as a training record. Importing the same folder again enrols nobody twice.
    """
    from core.settings import settings
    from datasets.importing import list_people
    from nishan.folder_import import import_people

    state_code = state or settings().default_state_code
    people = list(list_people(directory))[:limit]
    client = caller.client("supervisor")

    def record(person: "ListedPerson") -> dict[str, Any]:
        if person.record is None:
            return training_record(person.key, state_code)
        own = read_record(person.record)
        own.setdefault("encounter", {}).setdefault("state_code", state_code)
        return own

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=caller.as_json) as bars:
        task = bars.add_task("Enrolling", total=len(people))
        outcome = []
        for imported in import_people(client, people, record):
            outcome.append(imported.as_dict())
            bars.advance(task)
    complete = [line for line in outcome if line["status"] == "complete"]
    others = [line for line in outcome if line["status"] != "complete"]
    if others and not caller.as_json:
        console.print(table(others, ("key", "status", "message"), title="Not enrolled yet"))
    summary = {"people": len(people), "complete": len(complete), "outcome": outcome}
    caller.show(summary, f"{len(complete)} of {len(people)} people enrolled.")
    if others:
        raise typer.Exit(1)


def training_record(name: str, state_code: str) -> dict[str, Any]:
    """Return the record of an imported person: a training encounter on a fixed day, so it never changes."""
    return {
        "person": {"names": [{"kind": "primary", "text": name}], "training": True},
        "encounter": {
            "kind": "training",
            "lawful_basis": "training",
            "state_code": state_code,
            "occurred_at": _FIRST_DAY.isoformat(),
            "training": True,
        },
    }
