"""The machine and the data directory: Python, disk, permissions of secrets, models, the port."""

import shutil
import stat
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from core.settings import Settings
from models.fetch import verify
from models.registry import ModelEntry, all_models
from nishan.console_port import take_port
from nishan.examination.check import Check, Unwell, looked_at
from nishan.installation import Installation

_LEAST_FREE_BYTES = 2_000_000_000
_SECRET_PLACES = ("accounts.json", "runtime.json", "keys/*", "postgres/password", "object_store/*_key")
_SECRET_FILES = (*_SECRET_PLACES, "object_store/identities.json", "snapshots/*")


def examine_machine(settings: Settings, place: Installation) -> Iterator[Check]:
    """Yield the checks that need no server."""
    yield looked_at("python", "Make the environment with Python 3.11 to 3.13.", _python)
    yield looked_at("disk", "Free some space, or move NISHAN_DATA_DIR.", lambda: _disk(place))
    yield looked_at(
        "permissions", f"Run: chmod -R go-rwx {place.data_dir}", lambda: _permissions(place.data_dir)
    )
    for entry in all_models(settings.models_dir):
        yield looked_at(f"model {entry.name}", "Run: nishan models fetch", partial(_model, entry, settings))
    if not place.is_held():
        yield looked_at("port", "Choose another NISHAN_PORT, or stop that program.", lambda: _port(settings))


def _python() -> str:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise Unwell(f"Python {here} is not supported.")
    return f"Python {here}"


def _disk(place: Installation) -> str:
    there = next(folder for folder in (place.data_dir, *place.data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < _LEAST_FREE_BYTES:
        raise Unwell(f"Only {free // 1_000_000} MB are free where the data directory lies.")
    return f"{free // 1_000_000_000} GB free"


def _permissions(data_dir: Path) -> str:
    """Check that nobody else can read the data directory or a secret in it."""
    if not data_dir.exists():
        return "no data directory yet"
    secrets = [path for pattern in _SECRET_FILES for path in data_dir.glob(pattern)]
    open_ones = [path for path in (data_dir, *secrets) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        raise Unwell(f"Other accounts may read {', '.join(str(path) for path in open_ones)}.")
    return f"{len(secrets)} secrets, owner-only"


def _model(entry: ModelEntry, settings: Settings) -> str:
    verify(entry, settings.models_dir)
    return f"{entry.version}, digest verified"


def _port(settings: Settings) -> str:
    take_port(settings).close()
    return f"{settings.host}:{settings.port} is free"
