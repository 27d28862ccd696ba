"""The demonstration gallery: loaded on the first start, a training exercise on every record, searchable."""

import json
import time
from pathlib import Path

import pytest

from nishan.running_service import RunningService
from tests.journey.arrests import portrait_file, search

PEOPLE = 4


@pytest.mark.timeout(600)
def test_first_start_loads_a_training_exercise(tmp_path: Path, models_ready: Path) -> None:
    service = RunningService.start(tmp_path, models_ready, demo="true", demo_people=PEOPLE)
    try:
        _await_loading(tmp_path / "demonstration.json")
        with service.client("supervisor") as supervisor:
            people = supervisor.get("/v1/persons", params={"limit": 100}).json()["items"]
            assert len(people) == PEOPLE + 3
            assert all(person["training"] for person in people)
            cases = [
                encounter
                for person in people
                for encounter in supervisor.get(f"/v1/persons/{person['id']}").json()["encounters"]
            ]
            assert len(cases) > len(people), "some invented people were arrested twice"
            assert all(case["training"] and case["kind"] == "training" for case in cases)
            best = search(supervisor, {"face": portrait_file("obama2")}).json()["candidates"][0]
            assert best["person"]["display_name"].startswith("Training subject")
            assert best["false_match_rate"] < 1e-3
    finally:
        service.stop()


def _await_loading(file: Path) -> None:
    deadline = time.monotonic() + 500
    while time.monotonic() < deadline:
        if file.exists() and json.loads(file.read_text("utf-8"))["state"] == "complete":
            return
        time.sleep(0.5)
    raise AssertionError("the demonstration gallery was not loaded")
