"""`nishan up`: one per data directory, every process kept running, and nothing left when it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nishan import supervisor
from nishan.running_service import RunningService


@pytest.fixture(scope="module")
def running(models_ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    data_dir = tmp_path_factory.mktemp("up") / "data"
    data_dir.mkdir()
    started = RunningService.start(data_dir, models_ready, api_processes=2)
    yield started
    started.stop()


def _await_other_pids(service: RunningService, part: str, former: list[int]) -> list[int]:
    """Return the process ids of a part once those of ``former`` are all replaced."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pids = service.pids(part)
        if len(pids) == len(former) and not set(pids) & set(former):
            return pids
        time.sleep(0.05)
    raise AssertionError(f"{part} was not started again")


def _every_pid(service: RunningService) -> list[int]:
    return [int(entry["pid"]) for entry in service.runtime["processes"]]


def _await_end_of(pids: list[int]) -> None:
    deadline = time.monotonic() + 60
    left = set(pids)
    while left and time.monotonic() < deadline:
        left = {pid for pid in left if _lives(pid)}
        time.sleep(0.05)
    assert not left, "processes outlived the service"


def _lives(pid: int) -> bool:
    """Return whether a process still runs; one that ended but is not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("part", ["worker", "api", "object_store", "postgres"])
def test_a_killed_process_is_started_again_and_the_service_recovers(
    running: RunningService, part: str
) -> None:
    former = running.pids(part)
    assert former
    for pid in former:
        os.kill(pid, signal.SIGKILL)
    _await_other_pids(running, part, former)
    running.wait_until_ready()
    with running.client("supervisor") as client:
        assert client.get("/v1/me").json()["role"] == "supervisor"


def test_several_api_processes_answer_on_one_port(running: RunningService) -> None:
    assert len(running.pids("api")) == 2
    for _ in range(20):  # a fresh connection each: the kernel gives them to either process
        assert httpx.get(f"{running.base_url}/health/live").is_success


def test_a_second_start_in_the_same_place_says_so(running: RunningService) -> None:
    second = _up(running.environment)
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert running.base_url in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_one_sentence(running: RunningService, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = {**running.environment, "NISHAN_DATA_DIR": str(tmp_path), "NISHAN_PORT": str(port)}
        refused = _up(environment)
    assert refused.returncode == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "postgres").exists()


def test_secrets_are_owner_only_and_other_commands_find_the_service(running: RunningService) -> None:
    for name in ("runtime.json", "accounts.json", "keys/image_key"):
        assert (running.data_dir / name).stat().st_mode & 0o077 == 0
    examined = subprocess.run(
        [sys.executable, "-m", "nishan.cli", "doctor", "--json"],
        env=running.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(examined.stdout)
    assert [check for check in report["checks"] if not check["ok"]] == []
    assert {"database", "migrations", "object store", "queue", "console", "gallery", "process worker"} <= {
        check["part"] for check in report["checks"]
    }


def test_accounts_of_the_first_start_survive_a_restart(running: RunningService) -> None:
    accounts = running.accounts
    pids = _every_pid(running)
    assert running.stop() == 0
    _await_end_of(pids)
    assert not (running.data_dir / "runtime.json").exists()
    running.restart()
    assert running.accounts == accounts
    running.tokens.clear()
    with running.client("auditor") as client:
        assert client.get("/v1/me").json()["role"] == "auditor"


def test_nothing_outlives_a_killed_supervisor_and_it_starts_again(running: RunningService) -> None:
    pids = _every_pid(running)
    running.kill()
    _await_end_of(pids)
    running.restart()
    with running.client("supervisor") as client:
        assert client.get("/v1/me").is_success


def test_the_pauses_of_a_stop_add_up_to_less_than_ten_seconds() -> None:
    assert supervisor.PROCESSES_STOP_S + 2 * supervisor.SERVERS_STOP_S <= 9


def _up(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "nishan.cli", "up"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
