"""Every process killed with SIGKILL in the middle of 200 enrolments: each acknowledged one completes once."""

import os
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from biometrics.template import FingerPosition
from nishan.running_service import RunningService
from tests.journey.arrests import enrol, finished, print_file, record, search

ENROLMENTS = 200
VICTIMS = {30: "worker", 70: "api", 110: "postgres", 150: "object_store"}
THUMB = FingerPosition.RIGHT_THUMB


@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_or_done_twice(tmp_path: Path, models_ready: Path) -> None:
    service = RunningService.start(tmp_path, models_ready, worker_processes=2)
    try:
        acknowledged = _enrol_while_killing(service)
        assert len(acknowledged) == ENROLMENTS
        with service.client("station") as station:
            enrolments = [finished(station, key, 600) for key in acknowledged.values()]
        outcome = Counter(enrolment["status"] for enrolment in enrolments)
        assert outcome == {"complete": ENROLMENTS}, outcome
        numbers = Counter(enrolment["person_number"] for enrolment in enrolments)
        assert max(numbers.values()) == 1
        with service.client("investigator") as investigator:
            for index in range(0, ENROLMENTS, 20):
                answer = search(investigator, {"finger_1": print_file(8000 + index, THUMB, 1)})
                best = answer.json()["candidates"][0]
                assert best["person"]["number"] == enrolments[index]["person_number"]
        with service.client("supervisor") as supervisor:
            assert _persons(supervisor) == ENROLMENTS
    finally:
        service.stop()


def _enrol_while_killing(service: RunningService) -> dict[int, str]:
    acknowledged: dict[int, str] = {}
    for index in range(ENROLMENTS):
        victim = VICTIMS.get(index)
        if victim:
            for pid in service.pids(victim)[:1]:
                os.kill(pid, signal.SIGKILL)
        acknowledged[index] = _enrol_until_acknowledged(service, index)
    return acknowledged


def _enrol_until_acknowledged(service: RunningService, index: int) -> str:
    """Repeat one enrolment under its own reference, as a client on a bad line does, until it is accepted."""
    details = record(f"kill-{index:03d}", f"Training Person {index:03d}")
    files = {"finger_1": print_file(8000 + index, THUMB)}
    deadline = time.monotonic() + 120
    while True:
        try:
            with service.client("station") as station:
                answer = enrol(station, details, files)
            if answer.status_code in {200, 202}:
                return str(answer.json()["id"])
            assert answer.status_code >= 500, answer.text
        except (httpx.TransportError, httpx.HTTPStatusError):
            pass
        assert time.monotonic() < deadline, "the service did not come back"
        time.sleep(0.3)


def _persons(client: httpx.Client) -> int:
    count, cursor = 0, None
    while True:
        page = client.get(
            "/v1/persons", params={"limit": 100, **({"cursor": cursor} if cursor else {})}
        ).json()
        count, cursor = count + len(page["items"]), page["next_cursor"]
        if not cursor:
            return count
