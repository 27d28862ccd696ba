"""`nishan identify`: who is this? Search the gallery by a face, by fingers, or by both."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from nishan.client import NamedFile
from nishan.commands.caller import Caller, with_caller
from nishan.output import table
from nishan.probe_files import (
    FacesOption,
    FingerOption,
    MinutiaeOption,
    MissingOption,
    SlapOption,
    named_files,
    needed,
    photographs,
    slap_captures,
)

PurposeOption = Annotated[str, typer.Option(help="Why: investigation, training, ... (the API lists them).")]
CaseOption = Annotated[str, typer.Option("--case", help="Number of the case the search belongs to.")]


@with_caller
def identify(
    caller: Caller,
    purpose: PurposeOption,
    case_number: CaseOption,
    face: FacesOption = None,
    finger: FingerOption = None,
    minutiae: MinutiaeOption = None,
    mark: Annotated[bool, typer.Option(help="The prints are marks from a scene.")] = False,
    slap: SlapOption = None,
    missing: MissingOption = None,
    sketch: Annotated[
        bool, typer.Option(help="The face is a drawing: for investigation only, uncalibrated.")
    ] = False,
    face_index: Annotated[int | None, typer.Option(help="Which face, if the photo shows several.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only these states (two digits).")] = None,
    sex: Annotated[str | None, typer.Option(help="Only male, female or other.")] = None,
    age_lowest: Annotated[int | None, typer.Option(help="Youngest age.")] = None,
    age_highest: Annotated[int | None, typer.Option(help="Highest age.")] = None,
    target_fpir: Annotated[
        int | None,
        typer.Option(help="Only candidates rare enough: 30, 1 search of strangers in 1,000 has any."),
    ] = None,
    max_candidates: Annotated[int, typer.Option(help="How many candidates at most.")] = 20,
) -> None:
    """Search the gallery; shows ranked candidates with the records they link to."""
    files = needed([*photographs(face), *named_files(None, finger, slap, minutiae=minutiae)])
    filters = {"states": state, "sex": sex, "age_lowest": age_lowest, "age_highest": age_highest}
    query = {
        "purpose": purpose,
        "case_number": case_number,
        "filters": {name: value for name, value in filters.items() if value is not None},
        "max_candidates": max_candidates,
        "target_fpir": target_fpir,
        "face_index": face_index,
        "captures": {
            **slap_captures(files, missing),
            **_marks(files, mark),
            **({"face": {"sketch": True}} if sketch else {}),
        },
    }
    client = caller.client("investigator")
    answer = client.post_files("/v1/searches", "query", query, files)
    caller.show(answer, _candidates(answer))


def _marks(files: list[NamedFile], are_marks: bool) -> dict[str, dict[str, str]]:
    """Return what is stated of the prints among the files when they are marks."""
    prints = [part for part, _, _ in files if part.startswith("finger_")]
    return {part: {"impression": "latent"} for part in prints if are_marks}


def _candidates(search: dict[str, Any]) -> RenderableType:
    rows = [
        {
            "rank": candidate["rank"],
            "number": candidate["person"]["number"],
            "name": candidate["person"]["display_name"],
            **_worth(candidate),
            "cases": ", ".join(_case(encounter) for encounter in candidate["encounters"]),
        }
        for candidate in search["candidates"]
    ]
    remarks = [remark for slap in search["slaps"] for remark in slap["remarks"]]
    remarks += [notice["message"] for notice in search["notices"]]
    if search["shards_searched"] < search["shards_total"]:
        remarks.append(
            f"[bold]INCOMPLETE:[/bold] only {search['shards_searched']} of {search['shards_total']} parts "
            "of the gallery could be searched. Search again later."
        )
    searched = f"{search['subjects_searched']} people searched. A candidate is a proposal: a person decides."
    if search["face_population"]:
        remarks.append(search["face_population"]["statement"])
    if search["threshold"]:
        remarks.append(search["threshold"]["statement"])
    worth = ("likeness",) if search["uncalibrated"] else ("score", "stated", "strangers_expected")
    columns = ("rank", "number", "name", *worth, "cases")
    return Group(table(rows, columns), *remarks, searched)


def _worth(candidate: dict[str, Any]) -> dict[str, str]:
    """Return the score and what it means; of a sketch the likeness alone, which means nothing by itself."""
    if candidate["score"] is None:
        return {"likeness": f"{candidate['evidence'][0]['score']:.2f}, not calibrated"}
    return {
        "score": f"{candidate['score']:.1f}",
        "stated": rate_in_words(candidate),
        "strangers_expected": f"{candidate['expected_strangers']:.2g}",
    }


def rate_in_words(answer: dict[str, Any]) -> str:
    """Say a stated rate with its interval: 1 in 20,000 (1 in 9,000 to 1 in 40,000), extrapolated."""
    words = f"1 in {_one_in(answer['false_match_rate'])}"
    if answer["false_match_rate_interval"]:
        low, high = answer["false_match_rate_interval"]
        words += f" (1 in {_one_in(high)} to 1 in {_one_in(low)})"
    return words + (", extrapolated" if answer["extrapolated"] else "")


def _one_in(rate: float) -> str:
    number = 1 / rate if rate else float("inf")
    return f"{float(f'{number:.2g}'):,.0f}"


def _case(encounter: dict[str, Any]) -> str:
    if encounter.get("training"):
        return "training"
    return f"FIR {encounter['fir_number']}/{encounter['fir_year']} {encounter['station_name']}".strip()
