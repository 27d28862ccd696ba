"""`nishan cluster`: put the gallery on many machines, and see how it is."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nishan.credentials import JsonOption, use_running_installation
from nishan.output import console, show, table

if TYPE_CHECKING:
    from cluster.messages import ClusterStatus

app = typer.Typer(help="Put the gallery on many machines, and see how it is.", no_args_is_help=True)


@app.command("start-head")
def start_head(
    shards: Annotated[bool, typer.Option(help="Whether this machine holds shards, too.")] = True,
) -> None:
    """Run the head of the cluster on this machine until Ctrl-C; started again whenever it ends."""
    _run("head", "cluster.node_process", ["head"] if shards else ["head", "--no-shards"])


@app.command("start-node")
def start_node() -> None:
    """Let this machine hold shards until Ctrl-C; started again whenever it ends."""
    use_running_installation()
    _run("node", "cluster.node_process", ["node"])


@app.command("gateway")
def gateway() -> None:
    """Run the gateway alone until Ctrl-C, where the API does not run under `nishan up` (that starts one)."""
    use_running_installation()
    _run("gateway", "cluster.gateway_process", [])


@app.command("up")
def up(machines: Annotated[int, typer.Option(min=1, max=9, help="How many to play.")] = 3) -> None:
    """Try a cluster on this machine alone until Ctrl-C: a head and nodes on loopback addresses."""
    from cluster.addresses import LOOPBACK, head_address
    from cluster.ray_connection import environment
    from core.settings import settings
    from nishan.errors import ArgumentInvalid
    from nishan.installation import Installation
    from nishan.local_cluster import LocalCluster

    use_running_installation()
    chosen = settings()
    host, _, port = head_address(chosen).rpartition(":")
    if host != LOOPBACK:
        raise ArgumentInvalid(f"To play a cluster here, set NISHAN_CLUSTER_ADDRESS={LOOPBACK}:6390.")
    environment(chosen)  # says that the token is missing
    cluster = LocalCluster(
        Installation.of(chosen).data_dir,
        chosen.database_url.get_secret_value(),
        machines,
        port=int(port),
        token=chosen.cluster_token.get_secret_value(),
    )
    said = f"{machines} machines are starting. Ctrl-C stops them."
    _until_stopped(cluster.start_machines, said, cluster.watch, cluster.stop)


@app.command("status")
def status(as_json: JsonOption = False) -> None:
    """Show shards, their replicas and the machines."""
    found: ClusterStatus = _call("status")
    show(_as_dict(found), _for_people(found), as_json)


WaitOption = Annotated[bool, typer.Option(help="Wait until the gallery is divided anew.")]


@app.command("add-shard")
def add_shard(wait: WaitOption = True, as_json: JsonOption = False) -> None:
    """Divide the gallery among one shard more, while searches go on."""
    _divide_anew("add_shard", wait, as_json)


@app.command("remove-shard")
def remove_shard(wait: WaitOption = True, as_json: JsonOption = False) -> None:
    """Divide the gallery among one shard less, while searches go on; the last one is taken away."""
    _divide_anew("remove_shard", wait, as_json)


def _divide_anew(call: str, wait: bool, as_json: bool) -> None:
    before: ClusterStatus = _call("status")
    found: ClusterStatus = _call(call)
    with console.status("The shards read what they shall hold ..."):
        while wait and found.version == before.version:
            time.sleep(0.5)
            found = _call("status")
    show(_as_dict(found), _for_people(found), as_json)


def _call(name: str) -> Any:
    from cluster.gateway_socket import GatewayCalls
    from core.settings import settings
    from nishan.installation import Installation

    return GatewayCalls(Installation.of(settings()).data_dir).call(name, patience_s=5.0)


def _as_dict(found: "ClusterStatus") -> dict[str, Any]:
    return {
        "placement": found.version,
        "shards": list(found.shards),
        "shards_ready": found.shards_ready,
        "adding": found.adding,
        "removing": found.removing,
        "position": found.position,
        "references": found.references,
        "machines": list(found.nodes),
        "failure": found.failure,
        "replicas": _rows(found),
    }


def _rows(found: "ClusterStatus") -> list[dict[str, Any]]:
    return [
        {
            "shard": each.name.shard,
            "replica": each.name.replica,
            "machine": each.node,
            "state": "answers" if each.ready else each.loading or "DOES NOT ANSWER",
            "references": each.references,
            "change": each.position,
            "parts": len(each.ranges),
            "source": each.started_from,
            "problem": each.failure,
        }
        for each in found.replicas
    ]


def _for_people(found: "ClusterStatus") -> Any:
    from rich.console import Group

    total = len(found.shards)
    lines = [f"{found.shards_ready} of {total} shards answer, on {len(found.nodes)} machines."]
    missing = total * found.replicas_wanted - sum(each.ready for each in found.replicas)
    if missing > 0:
        lines.append(f"{missing} replicas are missing or not ready; each needs a machine of its own.")
    if found.adding is not None:
        lines.append(f"Shard {found.adding} is being added.")
    if found.removing is not None:
        lines.append(f"Shard {found.removing} is being taken away.")
    if found.failure:
        lines.append(f"The gateway cannot look after the cluster: {found.failure}")
    columns = (
        "shard",
        "replica",
        "machine",
        "state",
        "references",
        "change",
        "parts",
        "source",
        "problem",
    )
    return Group(table(_rows(found), columns), *lines)


def _run(part: str, module: str, arguments: list[str]) -> None:
    """Keep one process running in the foreground, with the settings that hold here."""
    import os
    import signal
    import sys

    from cluster.node_process import command
    from cluster.ray_connection import environment
    from core.settings import settings
    from nishan.installation import Installation
    from nishan.native_threads import thread_limits
    from nishan.restarting import RestartingProcess

    chosen = settings()
    command(chosen, head=part == "head")  # says what is missing before anything starts
    environment(chosen)
    place = Installation.of(chosen)
    place.prepare()
    variables: Mapping[str, str] = {**os.environ, **thread_limits()}
    log = place.logs / f"cluster-{part}.log"
    line = [sys.executable, "-m", module, *arguments]
    process = RestartingProcess(part, line, log, variables, death_signal=signal.SIGTERM)

    def stop() -> None:
        process.ask_to_stop()
        process.wait_or_kill(30)

    _until_stopped(process.start, f"The {part} runs; its log is {log}. Ctrl-C stops it.", process.watch, stop)


def _until_stopped(
    start: Callable[[], object], said: str, watch: Callable[[], object], stop: Callable[[], object]
) -> None:
    """Start something, watch over it until Ctrl-C or SIGTERM, and stop it however that ends."""
    from nishan.stop_signals import StopRequested, stop_on_signals

    with stop_on_signals():
        try:
            start()
            console.print(said)
            while True:
                watch()
                time.sleep(0.2)
        except StopRequested:
            console.print("Stopping.")
        finally:
            stop()
