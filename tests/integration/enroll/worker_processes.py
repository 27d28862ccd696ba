"""Worker processes as `nishan up` or an operator would start them, for tests that kill them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
LIMIT_S = 200


class Workers:
    """The worker processes of one test, and what they log."""

    def __init__(self, settings: Settings, place: Path) -> None:
        self._log = place / "worker.log"
        self.environment = {**os.environ, **_as_environment(settings)}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "enroll.worker"],
                cwd=REPOSITORY,
                env=self.environment,
                stderr=log,
                stdout=log,
            )
        self.started.append(process)
        return process

    def stop_all(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait(30)

    @property
    def log(self) -> str:
        return self._log.read_text()


def _as_environment(settings: Settings) -> dict[str, str]:
    plain = {
        "database_url": settings.database_url.get_secret_value(),
        "s3_access_key": settings.s3_access_key.get_secret_value(),
        "s3_secret_key": settings.s3_secret_key.get_secret_value(),
        "image_key": settings.image_key.get_secret_value(),
        "s3_endpoint": settings.s3_endpoint,
        "s3_bucket": settings.s3_bucket,
        "data_dir": str(settings.data_dir),
        "models_dir": str(settings.models_dir),
    }
    return {f"NISHAN_{name.upper()}": value for name, value in plain.items()}


def until(condition: Callable[[], bool], workers: Workers) -> None:
    ends = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < ends, workers.log[-4000:]
        time.sleep(0.05)
