"""`nishan batch`: search many probes at once and bring back the results."""

import csv
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from nishan.client import NamedFile
from nishan.commands.caller import Caller, with_caller
from nishan.commands.following import follow
from nishan.commands.identify import CaseOption, PurposeOption
from nishan.errors import FileUnreadable

_RUNNING = {"queued", "running", "accepted", "processing"}


@with_caller
def batch(
    caller: Caller,
    probes: Annotated[
        Path, typer.Argument(help="A folder or a zip of probes, or a CSV whose column `file` names them.")
    ],
    purpose: PurposeOption,
    case_number: CaseOption,
    out: Annotated[Path | None, typer.Option(help="Write the results here: .csv or .json.")] = None,
    name: Annotated[str, typer.Option(help="What the laboratory calls this batch.")] = "",
    modality: Annotated[
        str, typer.Option(help="face or finger: what a file shows that does not say.")
    ] = "face",
    max_candidates: Annotated[int, typer.Option(help="How many candidates per probe at most.")] = 20,
    target_fpir: Annotated[
        int | None,
        typer.Option(help="Only candidates rare enough: 30, 1 probe of a stranger in 1,000 has any."),
    ] = None,
    incomplete: Annotated[
        bool, typer.Option(help="Answer while parts of the gallery are away, instead of waiting for them.")
    ] = False,
) -> None:
    """Run a batch and wait for its end."""
    query = {
        "purpose": purpose,
        "case_number": case_number,
        "name": name or probes.resolve().name,
        "modality": modality,
        "max_candidates": max_candidates,
        "target_fpir": target_fpir,
        "incomplete_accepted": incomplete,
    }
    with tempfile.TemporaryDirectory() as scratch:
        files = _listed(probes) if probes.suffix.lower() == ".csv" else [_archive(probes, Path(scratch))]
        client = caller.client("investigator")
        started = client.post_files("/v1/batches", "batch", query, files)
    finished = follow(client, f"/v1/batches/{started['id']}", _RUNNING, "Searching", quiet=caller.as_json)
    if out:
        kind = "json" if out.suffix == ".json" else "csv"
        out.write_bytes(client.download(f"/v1/batches/{started['id']}/results.{kind}"))
    where = f" Results: {out}" if out else f" Results: `/v1/batches/{started['id']}/results.csv`"
    done, failed = finished["items_done"], finished["items_failed"]
    caller.show(finished, f"Batch {finished['status']}: {done} done, {failed} failed.{where}")
    if finished["status"] != "complete":
        raise typer.Exit(1)


def _archive(probes: Path, scratch: Path) -> NamedFile:
    """Return the zip that was given, or one of the folder."""
    if probes.is_file():
        return "archive", probes.name, probes
    if not probes.is_dir():
        raise FileUnreadable(f"There is no folder, zip or CSV {probes}.")
    packed = scratch / f"{probes.resolve().name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # images do not shrink further
        for path in sorted(probes.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, path.relative_to(probes))
    return "archive", packed.name, packed


def _listed(table: Path) -> list[NamedFile]:
    """Return a CSV list and the files that it names, relative to its own folder."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as problem:
        raise FileUnreadable(f"The list {table} cannot be read: {problem}.") from problem
    names = [row.get("file") or "" for row in rows] + [row["minutiae"] for row in rows if row.get("minutiae")]
    missing = [name for name in names if not (table.parent / name).is_file()]
    if missing or not names:
        raise FileUnreadable(f"The list {table} names files that are not there: {', '.join(missing[:3])}.")
    distinct = dict.fromkeys(names)
    return [("list", table.name, table), *(("files", name, table.parent / name) for name in distinct)]
