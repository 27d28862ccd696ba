"""Backup of a running service, restore on a new machine: the same searches have the same answers."""

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from biometrics.template import FingerPosition
from nishan.running_service import RunningService
from tests.journey.arrests import enrol, finished, portrait_file, print_file, record, search

THUMB = FingerPosition.RIGHT_THUMB
PASSPHRASE = "a long passphrase of the test"


def test_a_restored_installation_answers_as_the_first_did(
    service: RunningService, models_ready: Path, tmp_path: Path
) -> None:
    person_id = _enrolled(service)
    before = _answers(service)
    taken = _nishan(service.environment, "backup", str(tmp_path / "backup"))
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout)["key_included"] is True
    refused = _nishan(service.environment, "restore", str(tmp_path / "backup"))
    assert json.loads(refused.stdout)["code"] == "already_running"

    there = tmp_path / "elsewhere"
    environment = {**service.environment, "NISHAN_DATA_DIR": str(there)}
    checked = _nishan(environment, "restore", str(tmp_path / "backup"), "--check")
    assert (checked.returncode, there.exists()) == (0, False)
    listed = _nishan(service.environment, "erasures", str(tmp_path / "erased.jsonl"))
    assert listed.returncode == 0, listed.stderr
    since = ("--erasures", str(tmp_path / "erased.jsonl"))
    restored = _nishan(environment, "restore", str(tmp_path / "backup"), *since)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    again = _nishan(environment, "restore", str(tmp_path / "backup"))
    assert json.loads(again.stdout)["code"] == "installation_not_empty"

    (there / "accounts.json").write_text(json.dumps(service.accounts))  # as the officers remember them
    second = RunningService.start(there, models_ready)
    try:
        assert _answers(second) == before
        with second.client("auditor") as auditor:
            assert auditor.get("/v1/audit/verification").json()["intact"] is True
        with second.client("station") as station:
            (sample,) = station.get(f"/v1/persons/{person_id}").json()["samples"][:1]
            image = station.get(f"/v1/samples/{sample['id']}/image")
        assert image.content in (portrait_file("obama"), print_file(7301, THUMB))
    finally:
        second.stop()


def _enrolled(service: RunningService) -> str:
    with service.client("station") as station:
        files = {"face": portrait_file("obama"), "finger_1": print_file(7301, THUMB)}
        sent = enrol(station, record(f"backup-{uuid.uuid4()}", "Esha Pillai"), files)
        found = finished(station, sent.json()["id"])
        if found["status"] == "awaiting_confirmation":  # another test has enrolled the portrait before
            decision = {"decision": "new_person", "reason": "A training subject of its own"}
            station.post(f"/v1/enrolments/{found['id']}/decision", json=decision).raise_for_status()
            found = finished(station, found["id"])
    return str(found["person_id"])


def _answers(service: RunningService) -> list[Any]:
    """Return the candidates of some searches, with scores and linked records."""
    probes = (
        {"face": portrait_file("obama2")},
        {"finger_1": print_file(7301, THUMB, 1)},
        {"finger_0": print_file(7999, THUMB)},
        {"face": portrait_file("biden"), "finger_1": print_file(7301, THUMB, 2)},
    )
    with service.client("investigator") as client:
        answers = [search(client, probe) for probe in probes]
    assert all(answer.status_code == 201 for answer in answers)
    return [answer.json()["candidates"] for answer in answers]


def _nishan(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "nishan.cli", *arguments, "--json"],
        env={**environment, "NISHAN_BACKUP_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
