"""The running processes: do the console and the workers live, and has the gallery caught up?"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from core.settings import Settings
from nishan.examination.check import Check, Unwell, looked_at
from nishan.installation import Installation
from records.database import Database
from records.gallery_feed import head

_RESTARTED_OFTEN = 5
_LAG_ALLOWED = 100
_READ_LOGS = "Read the logs in data/logs, then restart the service."


def examine_processes(settings: Settings, place: Installation) -> Iterator[Check]:
    """Yield the checks of the service that runs in the data directory."""
    runtime = place.runtime()
    for part in sorted({str(entry["part"]) for entry in runtime["processes"]}):
        yield looked_at(f"process {part}", _READ_LOGS, partial(_processes, runtime, part))
    address = str(runtime["address"])
    yield looked_at("console", _READ_LOGS, lambda: _readiness(address))
    yield looked_at("gallery", "Restart the API processes.", lambda: _gallery(settings, address))


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
    text = httpx.get(f"{address}/metrics", timeout=10, trust_env=False).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    position = int(float(values["nishan_gallery_position"]))
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        with database.snapshot() as session:
            newest = head(session)
    finally:
        database.dispose()
    if newest - position > _LAG_ALLOWED:
        raise Unwell(f"The gallery is at change {position}, the database at {newest}.")
    return f"at change {position} of {newest}"
