"""A full `nishan up` as a child process, for tests and benchmarks: started, asked, killed, stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from core.settings import Settings
from nishan.embedded.ports import free_ports

_START_PATIENCE_S = 180.0


@dataclass
class RunningService:
    """A running service in ``data_dir``; see `tests/conftest.py` for that of a test module."""

    data_dir: Path
    environment: dict[str, str]
    base_url: str
    process: "subprocess.Popen[str]"
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls, data_dir: Path, models: Path, **settings: object) -> "RunningService":
        """Start the service on a free port and return when it is ready.

        Args:
            data_dir: where it keeps everything; an earlier one is continued.
            models: folder with the fetched models.
            **settings: further settings by their name, for example ``worker_processes=2``.
        """
        (port,) = free_ports(1)
        chosen = {"data_dir": data_dir, "models_dir": models, "port": port, "demo": "false", **settings}
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NISHAN_")},
            **{f"NISHAN_{name.upper()}": str(value) for name, value in chosen.items()},
        }
        service = cls(data_dir, environment, f"http://127.0.0.1:{chosen['port']}", _launch(environment))
        service.wait_until_ready()
        return service

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """Role to ``{"username": ..., "password": ...}`` of the accounts made on the first start."""
        found: dict[str, dict[str, str]] = json.loads((self.data_dir / "accounts.json").read_text("utf-8"))
        return found

    @property
    def runtime(self) -> dict[str, Any]:
        """What the supervisor wrote about itself: addresses and the process ids of every part."""
        found: dict[str, Any] = json.loads((self.data_dir / "runtime.json").read_text("utf-8"))
        return found

    def settings(self) -> Settings:
        """The settings its own processes run with: addresses and secrets of database and object store."""
        names = {
            name.removeprefix("NISHAN_").lower(): value for name, value in self.runtime["settings"].items()
        }
        return Settings.model_validate(names)

    def pids(self, part: str) -> list[int]:
        """The process ids of ``api``, ``worker``, ``postgres`` or ``object_store`` at this moment."""
        return [int(entry["pid"]) for entry in self.runtime["processes"] if entry["part"] == part]

    def client(self, role: str = "supervisor") -> httpx.Client:
        """An HTTP client signed in as the account of ``role``; close it or use it as a context."""
        if role not in self.tokens:
            answer = httpx.post(f"{self.base_url}/v1/tokens", json=self.accounts[role], timeout=30)
            answer.raise_for_status()
            self.tokens[role] = answer.json()["token"]
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=60)

    def wait_until_ready(self, patience_s: float = _START_PATIENCE_S) -> None:
        """Return when the readiness check passes; raise with the end of the log when it never does."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.base_url}/health/ready", timeout=5).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the service did not become ready:\n{self._logs()}")

    def restart(self) -> None:
        """Start again on the same data directory and port, after `stop` or a kill."""
        self.process = _launch(self.environment)
        self.wait_until_ready()

    def kill(self) -> None:
        """Kill the supervisor with SIGKILL; the kernel ends its children."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask the service to end, wait for it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _logs(self) -> str:
        ends = [
            f"--- {log.name}\n" + "\n".join(log.read_text("utf-8", "replace").splitlines()[-30:])
            for log in sorted(self.data_dir.glob("logs/*.log"))
        ]
        return "\n".join([(self.data_dir / "test-output.txt").read_text("utf-8"), *ends])


def _launch(environment: dict[str, str]) -> "subprocess.Popen[str]":
    data_dir = Path(environment["NISHAN_DATA_DIR"])
    with (data_dir / "test-output.txt").open("a", encoding="utf-8") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "nishan.cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            text=True,
        )
