"""An administrator takes another face model into use over the API: begun, switched to, undone, ended."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.settings import Settings
from datasets.catalog import portrait
from enroll.parts import WorkerParts
from enroll.rebuild import run_generation
from matcher.candidates import ChangeKind
from records import gallery_feed
from records.tables import GenerationRow, TemplateRow
from tests.integration import own_model
from tests.integration.api.conftest import Api
from tests.integration.api.requests import form, search_request
from tests.integration.api.test_batches import INQUIRY, run, zipped

PATH = "/v1/template-generations"


@pytest.fixture(scope="module")
def service_settings(
    service_settings: Settings, models_ready: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The settings of an operator with a face model of their own."""
    with own_model.in_use_here(tmp_path_factory.mktemp("models"), models_ready) as directory:
        yield service_settings.model_copy(update={"models_dir": directory})


def work(api: Api, generation: dict[str, str]) -> dict[str, str]:
    """Do what a worker does with the queued jobs, and return the generation as it is then."""
    parts = api.parts
    worker = WorkerParts(parts.database, parts.images, parts.engines, parts.gallery, parts.follower)
    run_generation(worker, UUID(generation["id"]), 0, None)
    api.catch_up()
    found: dict[str, str] = api.client("administrator").get(generation["href"]).json()
    return found


def searched(api: Api, name: str) -> dict[str, Any]:
    files = search_request({"face": portrait(name).read_bytes()})
    answer = api.client("investigator29").post("/v1/searches", files=files)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def evidence(search: dict[str, Any]) -> list[str | None]:
    """Return the enrolled samples that a search shows as its best candidate's evidence."""
    return [line["sample_id"] for line in search["candidates"][0]["evidence"]]


def test_another_model_is_taken_into_use_and_out_again(api: Api, service_settings: Settings) -> None:
    person = api.enrol("station29", "obama", {"face": portrait("obama").read_bytes()})
    administrator = api.client("administrator")
    before = administrator.get(PATH).json()
    assert before["generations"] == []
    assert [(each["samples"], each["searchable"]) for each in before["modalities"]] == [(1, 1), (0, 0)]
    assert before["modalities"][0]["models"] == ["sface", "sface-int8"]

    wanted = {"modality": "face", "model": "sface-int8"}
    assert api.client("supervisor29").post(PATH, json=wanted).status_code == 403
    bound = api.client("administrator29").post(PATH, json=wanted)
    assert (bound.status_code, bound.json()["code"]) == (403, "partition_forbidden")
    for model, code in (("none", "model_unknown"), ("yunet", "manifest_invalid")):
        refused = administrator.post(PATH, json={**wanted, "model": model})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    again = administrator.post(PATH, json={"modality": "face"})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_rebuild")

    answer = administrator.post(PATH, json=wanted)
    assert answer.status_code == 202, answer.text
    begun = answer.json()
    assert (begun["status"], begun["items_total"], begun["items_done"]) == ("building", 1, 0)
    paused = administrator.post(f"{begun['href']}/pause").json()
    assert paused["status"] == "paused"
    assert administrator.post(f"{begun['href']}/resume").json()["status"] == "building"
    built = work(api, begun)
    assert (built["status"], built["items_done"], built["items_failed"]) == ("complete", 1, 0)
    assert administrator.get(f"{begun['href']}/failures").json() == {"items": [], "next_cursor": None}

    refused = administrator.post(f"{begun['href']}/switch")
    assert (refused.status_code, refused.json()["code"]) == (409, "generation_uncalibrated")
    assert "benchmarks.run calibration/face" in refused.json()["detail"]
    own_model.calibrate(service_settings.models_dir)
    assert administrator.post(f"{begun['href']}/switch").json()["active"] is True
    found = searched(api, "obama2")
    assert found["candidates"][0]["person"]["id"] == person
    assert found["notices"] == []
    producers = [each["producer"] for each in administrator.get(PATH).json()["modalities"]]
    assert producers[0] == begun["producer"]

    back = administrator.post(f"{PATH}/rollback", json={"modality": "face"}).json()
    assert (back["model"], back["active"]) == ("sface", True)
    fresh = administrator.delete(begun["href"])
    assert (fresh.status_code, fresh.json()["code"]) == (409, "generation_active")
    with api.parts.database.transaction() as session:
        session.execute(
            update(GenerationRow).values(activated_at=GenerationRow.activated_at - timedelta(minutes=5))
        )
    assert administrator.delete(begun["href"]).status_code == 202
    assert work(api, begun)["status"] == "retired"
    seen_again = api.client("investigator29").get(f"/v1/searches/{found['id']}").json()
    assert evidence(seen_again) == evidence(found) != [None]
    assert searched(api, "obama2")["candidates"][0]["person"]["id"] == person
    done = api.client("auditor").get("/v1/audit", params={"object_id": begun["id"]}).json()["items"]
    assert [row["action"].removeprefix("templates.") for row in reversed(done)] == [
        *("rebuild", "pause", "resume", "complete", "switch", "retire", "retired"),
    ]


def test_an_answer_says_that_people_were_left_out_whom_no_probe_reaches(api: Api) -> None:
    api.enrol("station29", "biden", {"face": portrait("biden").read_bytes()})
    with api.parts.database.transaction() as session:
        made = select(TemplateRow.id).order_by(TemplateRow.id.desc()).limit(1)
        (changed,) = session.scalars(
            update(TemplateRow)
            .where(TemplateRow.id.in_(made))
            .values(producer="an earlier one")
            .returning(TemplateRow.id)
        )
        gallery_feed.append(session, ChangeKind.ADD, [changed])
    api.catch_up()
    assert [notice["code"] for notice in searched(api, "biden")["notices"]] == ["templates_incomparable"]
    face = api.client("administrator").get(PATH).json()["modalities"][0]
    assert (face["samples"], face["searchable"]) == (2, 1)

    examiner = api.client("examiner29")
    archive = zipped({"biden.jpg": portrait("biden").read_bytes()})
    accepted = examiner.post("/v1/batches", files=form("batch", INQUIRY, {"archive": archive})).json()
    done = run(api, accepted["id"])
    rows = examiner.get(done["results_json"]).json()["rows"]
    assert {row["references_left_out"] for row in rows} == {1}
    assert "references_left_out" in examiner.get(done["results_csv"]).text.splitlines()[0]
    read = examiner.get(f"/v1/searches/{rows[0]['search_id']}").json()
    assert [notice["code"] for notice in read["notices"]] == ["templates_incomparable"]
