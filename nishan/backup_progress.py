"""Shows how far a backup or a restore is: one bar for the rows, one for the images."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import MofNCompleteColumn, Progress, TaskID

from nishan.output import console
from records.backup import progress as told

_WORDS = {"rows": "Records", "images": "Images", "checking": "Checking"}


@contextmanager
def shown_progress(as_json: bool) -> Iterator[told.Progress]:
    """Yield what is to be told; for programs nothing is shown."""
    tasks: dict[str, TaskID] = {}
    with Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=console, disable=as_json
    ) as bars:

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_WORDS.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell
