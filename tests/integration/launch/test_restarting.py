"""A process that must run is started again on any exit, with growing pauses, until told to stop."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nishan.restarting import RestartingProcess

PAUSE_S = 0.05


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], RestartingProcess]]:
    made: list[RestartingProcess] = []

    def start(program: str) -> RestartingProcess:
        argv = [sys.executable, "-c", program]
        process = RestartingProcess("part", argv, tmp_path / "part.log", dict(os.environ), (), PAUSE_S)
        made.append(process)
        process.start()
        return process

    yield start
    for process in made:
        process.ask_to_stop()
        process.wait_or_kill(5)


def _watch_until(process: RestartingProcess, restarts: int) -> None:
    while process.restarts < restarts:
        process.watch()
        time.sleep(0.01)


def test_an_exit_without_error_is_a_reason_to_start_again(make: Callable[[str], RestartingProcess]) -> None:
    process = make("raise SystemExit(0)")
    _watch_until(process, 1)
    assert process.restarts == 1


def test_a_killed_process_is_started_again(make: Callable[[str], RestartingProcess]) -> None:
    process = make("import time; time.sleep(600)")
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _watch_until(process, 1)
    assert process.pid not in (None, first)


def test_pauses_double_while_it_keeps_ending(make: Callable[[str], RestartingProcess]) -> None:
    process = make("raise SystemExit(1)")
    _watch_until(process, 1)
    while not process.watch():
        time.sleep(0.01)
    assert process.pause_s == PAUSE_S * 4


def test_a_running_process_is_left_alone(make: Callable[[str], RestartingProcess]) -> None:
    process = make("import time; time.sleep(600)")
    assert not process.watch()
    assert process.restarts == 0


def test_after_the_stop_nothing_is_started(make: Callable[[str], RestartingProcess]) -> None:
    process = make("raise SystemExit(1)")
    while process.pid:
        process.watch()
    process.ask_to_stop()
    process.wait_or_kill(1)
    assert not process.watch()
    assert process.pid is None


def test_a_process_that_ignores_the_request_is_killed(make: Callable[[str], RestartingProcess]) -> None:
    process = make("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)")
    pid = process.pid
    assert pid is not None
    while not _ignores_request(pid):
        time.sleep(0.01)
    process.ask_to_stop()
    process.wait_or_kill(0.2)
    assert not Path(f"/proc/{pid}").exists()


def _ignores_request(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigIgn"))
    return bool(mask >> (signal.SIGTERM - 1) & 1)
