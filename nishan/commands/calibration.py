"""`nishan calibration`: whose false-match rates are stated for faces; fit them here, use a fit, go back."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from nishan.commands.caller import Caller, with_caller
from nishan.commands.following import follow
from nishan.output import table

app = typer.Typer(
    help="Fit the false-match rates of faces on the own gallery, use a fit, go back.", no_args_is_help=True
)

_PATH = "/v1/calibrations"
_ROLE = "administrator"

NumberArgument = Annotated[int, typer.Argument(help="As `nishan calibration status` lists them.")]


@app.command("status")
@with_caller
def status(
    caller: Caller,
) -> None:
    """Say whose rates are stated now, and list the fits on the own gallery."""
    state = caller.client(_ROLE).get(_PATH)
    in_use = state["in_use"]["statement"] if state["in_use"] else "No rates are known for these templates."
    lines: list[RenderableType] = [f"{in_use} ({state['producer']})", _tables(state["shipped"])]
    if state["own"]:
        columns = ("number", "status", "in_use", "people", "pairs", "same_person", "producer", "problem")
        lines.append(table([_line(each) for each in state["own"]], columns, "Fitted on this gallery"))
    caller.show(state, Group(*lines))


@app.command("fit")
@with_caller
def fit(
    caller: Caller,
    producer: Annotated[str, typer.Option(help="Of the templates. Default: the one in use.")] = "",
    wait: Annotated[bool, typer.Option(help="Show the progress until it is done; Ctrl-C leaves it.")] = True,
) -> None:
    """Fit rates on the gallery's own faces. What is stated stays as it is until `nishan calibration use`."""
    client = caller.client(_ROLE)
    begun = client.post(_PATH, {"producer": producer or None})
    end = (
        follow(client, begun["href"], ("fitting",), "Comparing all with all", quiet=caller.as_json)
        if wait
        else begun
    )
    if end["status"] == "fitting":
        caller.show(end, f"Fitting calibration {end['number']}. Watch: nishan calibration status")
        return
    if end["status"] == "failed":
        caller.show(end, f"Not fitted. {end['problem']}")
        raise typer.Exit(1)
    caller.show(end, _fitted(end, client.get(_PATH)["shipped"]))


@app.command("show")
@with_caller
def show(
    caller: Caller,
    number: NumberArgument,
) -> None:
    """Show a fit beside the shipped rates, and how it holds for people whom it had not seen."""
    client = caller.client(_ROLE)
    found = client.get(f"{_PATH}/{number}")
    shipped = [each for each in client.get(_PATH)["shipped"] if each["producer"] == found["producer"]]
    caller.show(found, _fitted(found, shipped) if found["table"] else found["problem"] or found["status"])


@app.command("use")
@with_caller
def use(
    caller: Caller,
    number: NumberArgument,
) -> None:
    """State the rates of a fit from now on, in every process within seconds."""
    chosen = caller.client(_ROLE).post(f"{_PATH}/{number}/use", {})
    caller.show(
        chosen,
        f"{chosen['table']['population']['statement']} To undo it: nishan calibration back",
    )


@app.command("back")
@with_caller
def back(
    caller: Caller,
    producer: Annotated[str, typer.Option(help="Of the templates. Default: the one in use.")] = "",
) -> None:
    """State the shipped rates again."""
    given_up = caller.client(_ROLE).post(f"{_PATH}/back", {"producer": producer or None})
    caller.show(given_up, f"Calibration {given_up['number']} is used no longer: the shipped rates are.")


@app.command("pairs")
@with_caller
def pairs(
    caller: Caller,
    number: NumberArgument,
) -> None:
    """List people who look like one person under two records, for a supervisor to look at."""
    found = caller.client("supervisor").get(f"{_PATH}/{number}/pairs")
    rows = [{**each, "score": f"{each['score']:.2f}"} for each in found["pairs"]]
    caller.show(found, table(rows, ("first", "second", "score"), "Look at both: one person, or twins?"))


def _fitted(found: dict[str, Any], shipped: list[dict[str, Any]]) -> RenderableType:
    lines: list[RenderableType] = [
        f"Calibration {found['number']}: {found['people']:,} people, "
        f"{found['table']['comparisons']:,} pairs of strangers.",
        _tables([*shipped, found["table"]]),
        table([_judged(each) for each in found["held_out"]], ("stated", "observed_over_stated", "pairs")),
        "Each half of the people judged by a fit on the other half; of a few pairs nothing can be said.",
    ]
    if found["same_person_pairs"]:
        lines.append(
            f"{found['same_person_pairs']} pairs from {found['same_person_from']:.2f} on look like one "
            f"person under two records and were left out: nishan calibration pairs {found['number']}"
        )
    if not found["active"]:
        lines.append(f"To state these rates: nishan calibration use {found['number']}")
    return Group(*lines)


def _tables(found: list[dict[str, Any]]) -> RenderableType:
    """Return at which score each population states a rate, with the interval of the rate there."""
    rows: dict[float, dict[str, Any]] = {}
    for each in found:
        for line in each["rates"]:
            row = rows.setdefault(line["rate"], {"stated": _one_in(line["rate"])})
            row[each["population"]["name"]] = f"{line['score']:.3f}{_between(line)}"
    names = [each["population"]["name"] for each in found]
    return table(list(rows.values()), ("stated", *names), "From which comparison score on")


def _between(line: dict[str, Any]) -> str:
    if line["extrapolated"]:
        return ", extrapolated"
    if not line["interval"]:
        return ""
    low, high = line["interval"]
    return f" ({_one_in(high)} to {_one_in(low)})"


def _judged(held_out: dict[str, Any]) -> dict[str, Any]:
    return {
        "stated": _one_in(held_out["rate"]),
        "observed_over_stated": f"{held_out['observed_over_stated']:.2f}",
        "pairs": f"{held_out['expected_pairs']:.1f} expected",
    }


def _line(found: dict[str, Any]) -> dict[str, Any]:
    return {
        **found,
        "in_use": "yes" if found["active"] else "",
        "pairs": found["table"]["comparisons"] if found["table"] else None,
        "same_person": found["same_person_pairs"],
    }


def _one_in(rate: float) -> str:
    return f"1 in {float(f'{1 / rate:.2g}'):,.0f}" if rate else "none"
