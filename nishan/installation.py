"""Where one installation keeps its things below the data directory, and who holds it."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.settings import Settings, settings
from nishan.errors import AlreadyRunning, DataDirectoryUnusable, NotRunning
from nishan.private_files import private_directory, write_private_json

_LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Installation:
    """The places of one installation; all below one owner-only directory."""

    data_dir: Path

    @classmethod
    def of(cls, chosen: Settings) -> "Installation":
        """Return the installation that the settings name; nothing is created yet."""
        return cls(chosen.data_dir.absolute())

    @property
    def logs(self) -> Path:
        """One log per part."""
        return self.data_dir / "logs"

    @property
    def accounts_file(self) -> Path:
        """User names and passwords of the accounts made on the first start."""
        return self.data_dir / "accounts.json"

    @property
    def runtime_file(self) -> Path:
        """Addresses, secrets and process ids of the running service."""
        return self.data_dir / "runtime.json"

    @property
    def demonstration_file(self) -> Path:
        """How far the demonstration gallery is loaded."""
        return self.data_dir / "demonstration.json"

    def prepare(self) -> None:
        """Create the directories.

        Raises:
            DataDirectoryUnusable: it cannot be written, or the disk is as good as full.
        """
        private_directory(self.data_dir)
        private_directory(self.logs)
        free = shutil.disk_usage(self.data_dir).free
        if free < _LEAST_FREE_BYTES:
            raise DataDirectoryUnusable(
                f"Only {free // 1_000_000} MB are free where {self.data_dir} lies: free at least "
                f"{_LEAST_FREE_BYTES // 1_000_000} MB or choose another place with NISHAN_DATA_DIR."
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the data directory; the kernel lets go of it when this process ends in any way.

        Raises:
            AlreadyRunning: another process holds it.
        """
        descriptor = os.open(self.data_dir / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            address = read_json(self.runtime_file).get("address")
            where = f"at {address}" if address else "and is still starting"
            raise AlreadyRunning(
                f"The service is already running in {self.data_dir} {where}. Stop it there first, or choose "
                "another data directory with NISHAN_DATA_DIR."
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)

    def is_held(self) -> bool:
        """Return whether a running `nishan up` holds this data directory."""
        if not (self.data_dir / "lock").exists():
            return False
        try:
            with self.held():
                return False
        except AlreadyRunning:
            return True

    def write_runtime(self, runtime: dict[str, object]) -> None:
        """Publish what other commands need to find the running service; owner-only."""
        write_private_json(self.runtime_file, runtime)

    def runtime(self) -> dict[str, Any]:
        """Return what the running service published about itself.

        Raises:
            NotRunning: no service runs in this data directory.
        """
        found = read_json(self.runtime_file)
        if not found or not self.is_held():
            raise NotRunning(f"No service runs in {self.data_dir}. Start it with `nishan up`.")
        return found

    def adopt_settings(self) -> None:
        """Make the settings of the service that runs here those of this process.

        Raises:
            NotRunning: no service runs in this data directory, or it is still starting.
        """
        runtime = self.runtime()
        if "settings" not in runtime:
            raise NotRunning("The service is still starting: try again in a moment.")
        os.environ |= {name: str(value) for name, value in runtime["settings"].items()}
        settings.cache_clear()


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in ``path``, empty when there is none or it is unreadable."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
