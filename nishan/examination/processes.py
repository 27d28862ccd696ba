"""The running processes: do the console and the workers live, and has the gallery caught up?"""

import math
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from cluster.gateway_socket import GatewayCalls
from cluster.messages import ClusterStatus
from core.settings import Settings
from nishan.examination.check import Check, Unwell, looked_at
from nishan.installation import Installation
from records.database import Database
from records.gallery_feed import head

_RESTARTED_OFTEN = 5
_LAG_ALLOWED = 100
_SNAPSHOT_PATIENCE_S = 600
_ADD_MACHINES = "See `nishan cluster status`; start the machines that are missing (docs/cluster.md)."
_READ_LOGS = "Read the logs in data/logs, then restart the service."


def examine_processes(settings: Settings, place: Installation) -> Iterator[Check]:
    """Yield the checks of the service that runs in the data directory."""
    runtime = place.runtime()
    for part in sorted({str(entry["part"]) for entry in runtime["processes"]}):
        yield looked_at(f"process {part}", _READ_LOGS, partial(_processes, runtime, part))
    address = str(runtime["address"])
    yield looked_at("console", _READ_LOGS, lambda: _readiness(address))
    yield looked_at("gallery", "Restart the API processes.", lambda: _gallery(settings, address))
    if settings.cluster_address:
        yield looked_at("cluster", _ADD_MACHINES, lambda: _cluster(place))
    else:
        yield looked_at("snapshot", _READ_LOGS, lambda: _snapshot(settings, address))


def _processes(runtime: dict[str, Any], part: str) -> str:
    pids = [int(entry["pid"]) for entry in runtime["processes"] if entry["part"] == part]
    dead = [pid for pid in pids if not Path(f"/proc/{pid}").exists()]
    if dead:
        raise Unwell(f"{len(dead)} of {len(pids)} processes are gone.")
    often = {name: count for name, count in runtime["restarts"].items() if name.startswith(part)}
    if any(count > _RESTARTED_OFTEN for count in often.values()):
        raise Unwell(f"It ends again and again: restarts {often}.")
    return f"{len(pids)} running"


def _readiness(address: str) -> str:
    answer = httpx.get(f"{address}/health/ready", timeout=10, trust_env=False)
    if not answer.is_success:
        parts = answer.json().get("parts", {})
        unwell = [f"{name}: {part.get('message', '')}" for name, part in parts.items() if not part.get("ok")]
        raise Unwell(f"The console is not ready ({'; '.join(unwell)}).")
    return f"ready at {address}"


def _gallery(settings: Settings, address: str) -> str:
    """Compare the gallery of the API process that answers with the newest change in the database."""
    values = _metrics(address)
    position = int(values["nishan_gallery_position"])
    if not values["nishan_gallery_ready"]:
        done, expected = int(values["nishan_gallery_loaded"]), int(values["nishan_gallery_expected"])
        raise Unwell(f"It is still loading: {done:,} of {expected:,} references.")
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        with database.snapshot() as session:
            newest = head(session)
    finally:
        database.dispose()
    if newest - position > _LAG_ALLOWED:
        raise Unwell(f"The gallery is at change {position}, the database at {newest}.")
    return f"at change {position} of {newest}"


def _cluster(place: Installation) -> str:
    """Look whether every shard has all its replicas."""
    status: ClusterStatus = GatewayCalls(place.data_dir).call("status")
    shards, wanted = len(status.shards), len(status.shards) * status.replicas_wanted
    ready = sum(each.ready for each in status.replicas)
    if status.failure:
        raise Unwell(f"The gateway cannot look after the cluster: {status.failure}")
    if ready < wanted:
        raise Unwell(f"{status.shards_ready} of {shards} shards answer, {ready} of {wanted} replicas.")
    return f"{shards} shards, {ready} replicas, {len(status.nodes)} machines"


def _snapshot(settings: Settings, address: str) -> str:
    """Look at the snapshot that a process would start from, and whether it grows old."""
    if not settings.snapshot_minutes:
        return "none wanted"
    values = _metrics(address)
    position, age_s = values["nishan_snapshot_position"], values["nishan_snapshot_age_seconds"]
    reached = int(values["nishan_gallery_position"])
    if math.isnan(position):
        if reached and time.time() - values["process_start_time_seconds"] > _SNAPSHOT_PATIENCE_S:
            raise Unwell("None could be written: the next start reads everything from the database.")
        return "none yet"
    found = f"at change {int(position)} of {reached}, {age_s / 60:.0f} minutes old"
    if position < reached and age_s > 60 * settings.snapshot_minutes + _SNAPSHOT_PATIENCE_S:
        raise Unwell(f"It is not renewed: {found}.")
    return found


def _metrics(address: str) -> dict[str, float]:
    """Return the metrics without labels of the API process that answers."""
    text = httpx.get(f"{address}/metrics", timeout=10, trust_env=False).text
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines if "{" not in name}
