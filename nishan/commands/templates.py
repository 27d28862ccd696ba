"""`nishan templates`: take another model into use, in steps that can be watched, stopped and undone."""

from typing import Annotated, Any

import typer
from rich.console import Group

from nishan.client import ServiceClient
from nishan.commands.caller import Caller, with_caller
from nishan.commands.following import follow, items
from nishan.errors import ArgumentInvalid
from nishan.output import table

app = typer.Typer(help="Build, switch to and give up the templates of a model.", no_args_is_help=True)

_PATH = "/v1/template-generations"
_ROLE = "administrator"
_PAGE = 100

WhichArgument = Annotated[
    str, typer.Argument(help="Model, producer or last letters of the id, as `nishan templates status` lists.")
]
ModalityArgument = Annotated[str, typer.Argument(help="face or finger.")]


@app.command("status")
@with_caller
def status(
    caller: Caller,
) -> None:
    """Say how much of the gallery searches reach, and how far each generation of templates is."""
    state = caller.client(_ROLE).get(_PATH)
    reached = [
        {**each, "reached": f"{each['searchable']} of {each['samples']}"} for each in state["modalities"]
    ]
    tables = [table(reached, ("modality", "model", "reached", "producer"), "What searches reach")]
    if state["generations"]:
        columns = ("id", "modality", "model", "status", "in_use", "samples", "not_usable", "producer")
        tables.append(table([_line(each) for each in state["generations"]], columns, "Generations"))
    caller.show(state, Group(*tables))


@app.command("rebuild")
@with_caller
def rebuild(
    caller: Caller,
    modality: ModalityArgument,
    model: Annotated[str, typer.Option(help="Model of a manifest. Default: the one in use, made anew.")] = "",
    lanes: Annotated[int, typer.Option(help="How many of the workers' threads may work on it.")] = 1,
    wait: Annotated[bool, typer.Option(help="Show the progress until it is done; Ctrl-C leaves it.")] = True,
) -> None:
    """Extract all kept samples again. Searches go on as before until `nishan templates switch`."""
    client = caller.client(_ROLE)
    begun = client.post(_PATH, {"modality": modality, "model": model or None, "lanes": lanes})
    _end(caller, client, begun, wait)


@app.command("resume")
@with_caller
def resume(
    caller: Caller,
    which: WhichArgument,
    wait: Annotated[bool, typer.Option(help="Show the progress until it is done; Ctrl-C leaves it.")] = True,
) -> None:
    """Go on with a rebuild that was paused or has stopped."""
    client = caller.client(_ROLE)
    _end(caller, client, client.post(f"{_found(client, which)['href']}/resume", {}), wait)


@app.command("pause")
@with_caller
def pause(
    caller: Caller,
    which: WhichArgument,
) -> None:
    """Stop a rebuild; what was made stays, and `resume` goes on."""
    client = caller.client(_ROLE)
    paused = client.post(f"{_found(client, which)['href']}/pause", {})
    caller.show(paused, f"Paused after {_counts(paused)}.")


@app.command("switch")
@with_caller
def switch(
    caller: Caller,
    which: WhichArgument,
) -> None:
    """Extract probes with this model from now on, in every process, without a restart."""
    client = caller.client(_ROLE)
    active = client.post(f"{_found(client, which)['href']}/switch", {})
    undo = f"To undo it: nishan templates rollback {active['modality']}"
    caller.show(active, f"Searches use {active['producer']} from now on. {undo}")


@app.command("rollback")
@with_caller
def rollback(
    caller: Caller,
    modality: ModalityArgument,
) -> None:
    """Switch back to what was in use before, as long as it is kept."""
    active = caller.client(_ROLE).post(f"{_PATH}/rollback", {"modality": modality})
    caller.show(active, f"Searches use {active['producer']} again.")


@app.command("retire")
@with_caller
def retire(
    caller: Caller,
    which: WhichArgument,
) -> None:
    """Give up a generation that is not in use, finished or not, and delete its templates."""
    client = caller.client(_ROLE)
    given_up = client.delete(_found(client, which)["href"])
    caller.show(given_up, f"The templates of {given_up['producer']} are being deleted.")


@app.command("failures")
@with_caller
def failures(
    caller: Caller,
    which: WhichArgument,
) -> None:
    """List the samples of which no template could be made, each with the reason."""
    client = caller.client(_ROLE)
    href, cursor, found = _found(client, which)["href"], "", []
    while cursor is not None:
        page = client.get(f"{href}/failures?limit={_PAGE}{'&cursor=' + cursor if cursor else ''}")
        found += page["items"]
        cursor = page["next_cursor"]
    rows = [{**each, "lost_by_a_switch": "yes" if each["searchable"] else "no"} for each in found]
    columns = ("sample_id", "person_id", "code", "message", "lost_by_a_switch")
    caller.show({"failures": found}, table(rows, columns))


def _found(client: ServiceClient, which: str) -> dict[str, Any]:
    """Return the one generation meant.

    Raises:
        ArgumentInvalid: none, or more than one.
    """
    known = client.get(_PATH)["generations"]
    meant: list[dict[str, Any]] = [
        each
        for each in known
        if which in (each["model"], each["producer"]) or str(each["id"]).endswith(which)
    ]
    if len(meant) != 1:
        listed = "; ".join(f"{each['id']} ({each['producer']})" for each in meant or known)
        raise ArgumentInvalid(f"'{which}' names {len(meant)} generations. There are: {listed or 'none'}.")
    return meant[0]


def _end(caller: Caller, client: ServiceClient, begun: dict[str, Any], wait: bool) -> None:
    extracting = f"Extracting ({begun['model']})"
    end = (
        follow(client, begun["href"], ("building",), extracting, quiet=caller.as_json, shown=_shown)
        if wait
        else begun
    )
    if end["status"] == "building":
        caller.show(end, f"Building templates of {end['producer']}. Watch: nishan templates status")
        return
    following = f" Next: nishan templates switch {end['model']}" if not end["active"] else ""
    caller.show(end, f"{_counts(end).capitalize()}; {end['status']}.{following}")
    if end["status"] != "complete":
        raise typer.Exit(1)


def _shown(answer: dict[str, Any]) -> dict[str, Any]:
    rate = answer["samples_per_second"]
    speed = f", {rate:.1f} a second" if rate else ""
    return {**items(answer), "beside": f"{answer['items_failed']} not usable{speed}"}


def _counts(generation: dict[str, Any]) -> str:
    return (
        f"{generation['items_done']} of {generation['items_total']} samples,"
        f" {generation['items_failed']} not usable"
    )


def _line(generation: dict[str, Any]) -> dict[str, Any]:
    return {
        **generation,
        "id": str(generation["id"])[-8:],
        "in_use": "yes" if generation["active"] else "",
        "samples": f"{generation['items_done']} of {generation['items_total']}",
        "not_usable": generation["items_failed"],
    }
