"""An administrator fits rates on the own gallery over the API, states them everywhere, and goes back."""

import time
from typing import Any
from uuid import UUID

import pytest

from api.routes import calibrations
from datasets.catalog import portrait
from enroll.own_calibration import run_calibration
from enroll.parts import WorkerParts
from records.tables import OwnCalibrationRow, PersonRow, SamePersonRow
from tests.integration.api.conftest import Api
from tests.integration.api.requests import form, search_request
from tests.integration.records.many_people import copy_people, faces

PATH = "/v1/calibrations"
PEOPLE, DOUBLED = 240, 3
PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def gallery(api: Api) -> str:
    """Many people with faces of the model in use, some under two records; the number of the real one."""
    person = api.enrol("station29", "obama", {"face": portrait("obama").read_bytes()})
    producer = api.client("administrator").get(PATH).json()["producer"]
    with api.parts.database.transaction() as session:
        copy_people(session, faces(PEOPLE, DOUBLED), producer)
    api.catch_up()
    return person


def work(api: Api, number: int) -> dict[str, Any]:
    """Do what a worker does with the queued job, and return the calibration as it is then."""
    parts = api.parts
    worker = WorkerParts(parts.database, parts.images, parts.engines, parts.gallery, parts.follower)
    with parts.database.transaction() as session:
        row = session.query(OwnCalibrationRow).filter_by(number=number).one()
        calibration_id = UUID(str(row.id))
    run_calibration(worker, calibration_id)
    found: dict[str, Any] = api.client("administrator").get(f"{PATH}/{number}").json()
    return found


def searched(api: Api) -> dict[str, Any]:
    files = search_request({"face": portrait("obama2").read_bytes()}, target_fpir=30)
    answer = api.client("investigator29").post("/v1/searches", files=files)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def searched_as(api: Api, population: str) -> dict[str, Any]:
    """Search until the process has noticed what was chosen."""
    ends = time.monotonic() + PATIENCE_S
    while (found := searched(api))["face_population"]["name"] != population:
        assert time.monotonic() < ends, found["face_population"]
        time.sleep(0.2)
    return found


def test_a_fit_is_used_by_every_answer_and_undone_by_one_request(api: Api, gallery: str) -> None:
    administrator = api.client("administrator")
    before = administrator.get(PATH).json()
    assert before["in_use"]["name"] == "mugshots"
    assert [each["population"]["name"] for each in before["shipped"]] == ["mugshots", "mixed"]
    assert before["own"] == []
    first = searched(api)

    assert api.client("supervisor29").post(PATH, json={}).status_code == 403
    bound = api.client("administrator29").post(PATH, json={})
    assert (bound.status_code, bound.json()["code"]) == (403, "partition_forbidden")
    begun = administrator.post(PATH, json={})
    assert (begun.status_code, begun.json()["status"]) == (202, "fitting")
    assert administrator.post(PATH, json={}).json()["code"] == "calibration_busy"
    assert administrator.post(f"{PATH}/1/use").json()["code"] == "calibration_unfinished"

    fitted = work(api, 1)
    assert (fitted["status"], fitted["active"]) == ("fitted", False)
    assert fitted["people"] == PEOPLE + DOUBLED + 1
    assert fitted["same_person_pairs"] == DOUBLED
    assert fitted["table"]["comparisons"] == fitted["people"] * (fitted["people"] - 1) // 2 - DOUBLED
    assert [each["rate"] for each in fitted["held_out"]] == [1e-2, 1e-3, 1e-4, 1e-5]
    assert searched(api)["face_population"]["name"] == "mugshots"

    assert administrator.post(f"{PATH}/1/use").json()["active"]
    found = searched_as(api, "own-1")
    assert "this gallery itself (calibration 1)" in found["face_population"]["statement"]
    assert found["candidates"][0]["person"]["id"] == gallery
    assert found["candidates"][0]["false_match_rate"] != first["candidates"][0]["false_match_rate"]
    again = api.client("investigator29").get(f"/v1/searches/{found['id']}").json()
    assert again["face_population"] == found["face_population"]
    report = administrator.get("/v1/fairness").json()
    assert report["face_population"]["name"] == "own-1"
    query = {"purpose": "investigation", "case_number": "0017/2026", "person_id": gallery}
    sides = form("query", query, {"face": portrait("obama2").read_bytes()})
    verified = api.client("investigator29").post("/v1/verifications", files=sides).json()
    assert verified["face_population"]["name"] == "own-1"
    assert "this gallery itself" in verified["statement"]

    assert not administrator.post(f"{PATH}/back", json={}).json()["active"]
    assert searched_as(api, "mugshots")["candidates"][0]["false_match_rate"] == pytest.approx(
        first["candidates"][0]["false_match_rate"]
    )
    assert administrator.post(f"{PATH}/back", json={}).json()["code"] == "no_calibration_in_use"
    acts = {
        row["action"]: row["details"]
        for row in api.client("auditor").get("/v1/audit?limit=100").json()["items"]
        if row["object_type"] == "own_calibration"
    }
    assert set(acts) == {"calibration.fit", "calibration.use", "calibration.back"}
    assert acts["calibration.use"]["number"] == 1


def test_the_page_draws_what_is_stated_and_what_could_be(
    api: Api, gallery: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = api.client("administrator")
    number = administrator.post(PATH, json={}).json()["number"]
    running = administrator.get("/calibrations").text
    assert f'data-progress="{PATH}/{number}"' in running
    assert "Fit on this gallery" not in running
    work(api, number)
    page = administrator.get("/calibrations").text
    assert page.count("<polyline points=") == 2 * 3  # two shipped, this fit; each with a key
    assert f"Use calibration {number}" in page
    assert f"{DOUBLED} pairs look like one person" in page
    assert "people as alike as those in police photographs" in page
    assert "Go back to the shipped rates" not in page
    administrator.post(f"{PATH}/{number}/use")
    assert "Go back to the shipped rates" in administrator.get("/calibrations").text
    administrator.post(f"{PATH}/back", json={})
    assert api.client("supervisor29").get("/calibrations").status_code == 403
    monkeypatch.setattr(calibrations, "populations_for", lambda *_: ())  # as of a model of the operator's own
    page = administrator.get("/calibrations")
    assert page.status_code == 200, page.text
    assert f"own-{number}" in page.text


def test_those_taken_for_one_person_are_listed_for_people_to_look_at(api: Api, gallery: str) -> None:
    api.client("administrator").post(PATH, json={})
    number = api.client("administrator").get(PATH).json()["own"][0]["number"]
    work(api, number)
    pairs = api.client("supervisor29").get(f"{PATH}/{number}/pairs").json()["pairs"]
    assert len(pairs) == DOUBLED
    assert all(len(pair["first"]) == len(pair["second"]) == 10 for pair in pairs)
    assert [pair["score"] for pair in pairs] == sorted((pair["score"] for pair in pairs), reverse=True)
    assert api.client("administrator").get(f"{PATH}/{number}/pairs").status_code == 403
    listed = api.client("supervisor29").get("/double-records").text
    assert all(pair[side] in listed for pair in pairs for side in ("first", "second"))
    assert api.client("administrator").get("/double-records").status_code == 403
    assert "No pairs are known" in api.client("supervisor27").get("/double-records").text
    with api.parts.database.transaction() as session:
        first = session.query(PersonRow).filter_by(number=pairs[0]["first"]).one().id
    given = {"reason": "Acquitted; ordered by the court"}
    answer = api.client("supervisor29").request("DELETE", f"/v1/persons/{first}", json=given)
    assert answer.status_code == 204, answer.text
    assert len(api.client("supervisor29").get(f"{PATH}/{number}/pairs").json()["pairs"]) == DOUBLED - 1
    with api.parts.database.transaction() as session:
        assert session.query(SamePersonRow).filter_by(first_id=first).count() == 0
    assert api.client("supervisor27").get(f"{PATH}/{number}/pairs").json()["pairs"] == []


def test_a_fit_without_enough_people_says_so(api: Api) -> None:
    administrator = api.client("administrator")
    number = administrator.post(PATH, json={"producer": "another-model-1"}).json()["number"]
    failed = work(api, number)
    assert failed["status"] == "failed"
    assert "Only 0 people have a face of another-model-1" in failed["problem"]
    assert administrator.post(f"{PATH}/{number}/use").json()["code"] == "calibration_unfinished"
    assert administrator.get(f"{PATH}/999").json()["code"] == "calibration_not_found"
