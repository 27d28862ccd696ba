"""`nishan demo`: load the demonstration gallery into the running service."""

import os
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress

from nishan.commands.caller import Caller, with_caller
from nishan.output import console

_LOWER_PRIORITY = 10


@with_caller
def demo(
    caller: Caller,
    people: Annotated[
        int | None, typer.Option(help="Invented people, at most 200; default: the setting.")
    ] = None,
) -> None:
    """Enrol the training subjects and the invented people; may be stopped and started again at any time."""
    from core.settings import settings
    from nishan.demonstration import load_demonstration
    from nishan.installation import Installation
    from nishan.private_files import write_private_json

    os.nice(_LOWER_PRIORITY)
    place = Installation.of(settings())
    count = settings().demo_people if people is None else people
    client = caller.client("supervisor")
    with Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=console, disable=caller.as_json
    ) as bars:
        task = bars.add_task("Enrolling", total=None)

        def on_progress(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)
            if not caller.url and count == settings().demo_people:
                state = "complete" if done == total else "loading"
                write_private_json(place.demonstration_file, {"state": state, "done": done, "total": total})

        outcome = load_demonstration(client, count, on_progress)
    words = ", ".join(f"{number} {status}" for status, number in sorted(outcome.items()))
    caller.show(outcome, f"Demonstration gallery: {words}.")
