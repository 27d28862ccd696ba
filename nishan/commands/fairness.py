"""`nishan fairness`: how often strangers match in the own gallery, by sex, age and state."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from nishan.commands.caller import Caller, with_caller
from nishan.output import console, table

_COLUMNS = ("group", "people", "comparisons", "matches", "rate", "interval")


@with_caller
def fairness(
    caller: Caller,
    stated_rate: Annotated[
        float | None, typer.Option(help="Threshold by the false-match rate it states; 0.001 if not said.")
    ] = None,
    target_fpir: Annotated[
        int | None, typer.Option(help="Instead: by the FPIR, -10 log10; 30 is 1 search in 1,000.")
    ] = None,
    training: Annotated[bool, typer.Option(help="Of training records, instead of real ones.")] = False,
) -> None:
    """Compare the gallery's faces with one another and show false-match rates by group; for auditors."""
    asked = {"stated_rate": stated_rate, "target_fpir": target_fpir, "training": str(training).lower()}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    client = caller.client("auditor")
    with console.status("Comparing everybody with everybody"):
        answer = client.get(f"/v1/fairness?{query}")
    caller.show(answer, _report(answer))


def _report(answer: dict[str, Any]) -> RenderableType:
    if not answer["overall"]:
        return Group(*answer["warnings"])
    lines: list[RenderableType] = [
        f"People compared: {answer['people_compared']}. "
        f"The threshold states {_one_in(answer['stated_rate'])}. {answer['face_population']['statement']}",
        table([_row(answer["overall"])], _COLUMNS),
    ]
    for grouping in answer["groupings"]:
        groups = [*grouping["groups"], *filter(None, [grouping["across"]])]
        lines.append(table([_row(group) for group in groups], _COLUMNS, title=f"By {grouping['attribute']}"))
        if grouping["suppressed"]:
            lines.append(f"Too small to be shown: {', '.join(grouping['suppressed'])}.")
    return Group(*lines, *(answer["warnings"] or ["No group stands out."]))


def _row(group: dict[str, Any]) -> dict[str, Any]:
    if group["too_few"]:
        return {**group, "rate": "too few", "interval": ""}
    low, high = group["interval"]
    return {**group, "rate": _one_in(group["rate"]), "interval": f"{_one_in(high)} to {_one_in(low)}"}


def _one_in(rate: float) -> str:
    return f"1 in {float(f'{1 / rate:.2g}'):,.0f}" if rate else "none"
