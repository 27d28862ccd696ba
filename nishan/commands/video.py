"""`nishan video`: whom does a recording show? Lists the faces in it, and searches them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.progress import Progress

from nishan.client import ServiceClient
from nishan.commands.caller import Caller, with_caller
from nishan.commands.following import follow
from nishan.commands.identify import CaseOption, PurposeOption
from nishan.errors import FileUnreadable
from nishan.output import table

_RUNNING = {"accepted", "processing"}
_TRACKS_AT_ONCE = 50


@with_caller
def video(
    caller: Caller,
    file: Annotated[Path, typer.Argument(help="MP4, MOV, AVI or MKV.")],
    purpose: PurposeOption,
    case_number: CaseOption,
    search: Annotated[bool, typer.Option("--search", help="Search every face that is found.")] = False,
    max_candidates: Annotated[int, typer.Option(help="How many candidates for each face at most.")] = 5,
) -> None:
    """Send a video, wait until it has been looked through, and list the faces in it."""
    if not file.is_file():
        raise FileUnreadable(f"There is no file {file}.")
    client = caller.client("investigator")
    query = {"purpose": purpose, "case_number": case_number}
    sent = client.post_files("/v1/videos", "query", query, [("video", file.name, file)])
    seen = follow(
        client,
        sent["href"],
        _RUNNING,
        "Looking for faces",
        quiet=caller.as_json,
        columns=Progress.get_default_columns(),
        shown=_looked_through,
    )
    if seen["problem"]:
        caller.show(seen, seen["problem"]["message"])
        raise typer.Exit(1)
    found = _search(client, seen, max_candidates) if search else []
    caller.show({**seen, "found": found} if search else seen, _tracks(seen, found))


def _looked_through(answer: dict[str, Any]) -> dict[str, Any]:
    return {"completed": answer["seconds_done"], "total": answer["seconds_total"] or None}


def _search(client: ServiceClient, seen: dict[str, Any], max_candidates: int) -> list[dict[str, Any]]:
    numbers = [track["number"] for track in seen["tracks"]]
    found: list[dict[str, Any]] = []
    for start in range(0, len(numbers), _TRACKS_AT_ONCE):
        body = {"tracks": numbers[start : start + _TRACKS_AT_ONCE], "max_candidates": max_candidates}
        found += client.post(f"{seen['href']}/searches", body)["searches"]
    return found


def _tracks(seen: dict[str, Any], found: list[dict[str, Any]]) -> RenderableType:
    first = {item["track"]: next(iter(item["search"]["candidates"]), None) for item in found}
    rows = [
        {
            "face": track["number"],
            "from_s": f"{track['from_s']:.1f}",
            "to_s": f"{track['to_s']:.1f}",
            "frames": track["frames"],
            "quality": f"{track['quality']['value']:.2f}",
            **_candidate(first.get(track["number"])),
        }
        for track in seen["tracks"]
    ]
    columns = ["face", "from_s", "to_s", "frames", "quality"]
    searched = ["number", "name", "score", "strangers_expected"] if found else []
    advice = "A candidate is a proposal: a person decides." if found else "Add --search to search them."
    told = {
        item["search"]["face_population"]["statement"] for item in found if item["search"]["face_population"]
    }
    advice = " ".join([*sorted(told), advice])
    return Group(table(rows, columns + searched), f"Video {seen['id']}. {advice}")


def _candidate(candidate: dict[str, Any] | None) -> dict[str, str]:
    if candidate is None:
        return {}
    return {
        "number": candidate["person"]["number"],
        "name": candidate["person"]["display_name"],
        "score": f"{candidate['score']:.1f}",
        "strangers_expected": f"{candidate['expected_strangers']:.2g}",
    }
