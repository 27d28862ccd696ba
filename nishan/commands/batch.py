"""`nishan batch`: search many probes at once and bring back the results."""

import tempfile
import time
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from nishan.client import ServiceClient
from nishan.commands.identify import CaseOption, PurposeOption
from nishan.credentials import JsonOption, PasswordOption, UrlOption, UserOption, credentials
from nishan.errors import FileUnreadable
from nishan.output import console, show

_RUNNING = {"queued", "running", "accepted", "processing"}
_PAUSE_S = 0.5


def batch(
    probes: Annotated[Path, typer.Argument(help="A folder or a zip of probes.")],
    purpose: PurposeOption,
    case_number: CaseOption,
    out: Annotated[Path | None, typer.Option(help="Write the results here: .csv or .json.")] = None,
    title: Annotated[str, typer.Option(help="What the laboratory calls this batch.")] = "",
    max_candidates: Annotated[int, typer.Option(help="How many candidates per probe at most.")] = 20,
    url: UrlOption = "",
    user: UserOption = "",
    password: PasswordOption = "",
    as_json: JsonOption = False,
) -> None:
    """Run a batch and wait for its end."""
    query = {
        "purpose": purpose,
        "case_number": case_number,
        "title": title or probes.name,
        "max_candidates": max_candidates,
    }
    with tempfile.TemporaryDirectory() as scratch:
        archive = _archive(probes, Path(scratch))
        client = ServiceClient(credentials(url, user, password, "investigator"))
        started = client.post_files("/v1/batches", "batch", query, [("archive", archive.name, archive)])
    finished = _follow(client, started["id"], quiet=as_json)
    if out:
        kind = "json" if out.suffix == ".json" else "csv"
        out.write_bytes(client.download(f"/v1/batches/{started['id']}/results.{kind}"))
    where = f" Results: {out}" if out else f" Results: `/v1/batches/{started['id']}/results.csv`"
    done, failed = finished["items_done"], finished["items_failed"]
    show(finished, f"Batch {finished['status']}: {done} done, {failed} failed.{where}", as_json)
    if finished["status"] != "complete":
        raise typer.Exit(1)


def _archive(probes: Path, scratch: Path) -> Path:
    """Return a zip of a folder, or the zip that was given."""
    if probes.is_file():
        return probes
    if not probes.is_dir():
        raise FileUnreadable(f"There is no folder or zip {probes}.")
    packed = scratch / f"{probes.resolve().name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # images do not shrink further
        for path in sorted(probes.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, path.relative_to(probes))
    return packed


def _follow(client: ServiceClient, batch_id: str, quiet: bool) -> dict[str, Any]:
    with Progress(console=console, disable=quiet) as bars:
        task = bars.add_task("Searching", total=None)
        while True:
            answer: dict[str, Any] = client.get(f"/v1/batches/{batch_id}")
            finished = answer["items_done"] + answer["items_failed"]
            bars.update(task, completed=finished, total=answer["items_total"])
            if answer["status"] not in _RUNNING:
                return answer
            time.sleep(_PAUSE_S)
