"""Batches: a zip or a CSV list of probes becomes searches, and a table that can be opened safely."""

import csv
import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest

from enroll.batch_search import run_batch
from enroll.parts import WorkerParts
from tests.integration.api.conftest import Api
from tests.integration.api.requests import face, fingerprint, form, person
from tests.integration.api.test_bad_input import problem

INQUIRY = {"purpose": "investigation", "case_number": "batch/1", "name": "Marks of one scene"}


@pytest.fixture(scope="module")
def known(api: Api) -> str:
    """One enrolled person with a name that a spreadsheet would run."""
    files = {"face": face("obama"), "finger_2": fingerprint(100, 2)}
    return api.enrol("station29", "known", files, person=person('=HYPERLINK("x")'))


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def run(api: Api, batch_id: str) -> dict[str, Any]:
    """Do what a worker does with a batch, and return its state."""
    parts = api.parts
    worker = WorkerParts(parts.database, parts.images, parts.engines, parts.gallery, parts.follower)
    body: dict[str, Any] = {"status": "queued"}
    while body["status"] in ("queued", "running"):  # a slice ends early while an enrolment's job waits
        run_batch(worker, UUID(batch_id))
        body = api.client("examiner29").get(f"/v1/batches/{batch_id}").json()
    return body


def test_a_zip_is_searched_and_its_bad_files_are_named(api: Api, known: str) -> None:
    client = api.client("examiner29")
    archive = zipped(
        {
            "photo.jpg": face("obama2"),
            "scene/finger_2.png": fingerprint(100, 2, 1),
            "notes.jpg": b"this is no image",
        }
    )
    accepted = client.post("/v1/batches", files=form("batch", INQUIRY, {"archive": archive}))
    assert accepted.status_code == 202, accepted.text
    assert accepted.headers["Location"] == accepted.json()["href"]
    done = run(api, accepted.json()["id"])
    counts = (done["status"], done["items_total"], done["items_failed"])
    assert counts == ("complete", 3, 1)
    result = client.get(done["results_json"]).json()
    best = {row["name"]: row for row in result["rows"] if row["rank"] in (None, 1)}
    number = client.get(f"/v1/persons/{known}").json()["number"]
    assert best["photo.jpg"]["person_number"] == number
    assert best["scene/finger_2.png"]["person_number"] == number
    assert best["notes.jpg"]["problem"]
    assert client.get(f"/v1/searches/{best['photo.jpg']['search_id']}").status_code == 200
    rows = api.client("auditor").get("/v1/audit", params={"case_number": "batch/1"}).json()["items"]
    assert [row["action"] for row in rows].count("search.identify") == 2


def test_the_table_cannot_run_formulas(api: Api, known: str) -> None:
    client = api.client("examiner29")
    parts = form("batch", INQUIRY, {"archive": zipped({"=1+1.jpg": face("obama2")})})
    accepted = client.post("/v1/batches", files=parts).json()
    run(api, accepted["id"])
    answer = client.get(accepted["results_csv"])
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["person_name"] == '\'=HYPERLINK("x")'
    assert rows[0]["name"] == "'=1+1.jpg"


def test_a_list_names_what_its_files_are(api: Api, known: str) -> None:
    client = api.client("examiner29")
    listed = b"file,modality,position,probe\na.png,finger,0,mark A\nmissing.png,face,,gone\n"
    parts = form("batch", INQUIRY, {})
    parts += [("list", ("list.csv", listed)), ("files", ("a.png", fingerprint(100, 2, 1)))]
    accepted = client.post("/v1/batches", files=parts)
    assert accepted.status_code == 202, accepted.text
    done = run(api, accepted.json()["id"])
    assert (done["items_total"], done["items_failed"]) == (2, 1)
    rows = client.get(done["results_json"]).json()["rows"]
    assert {row["name"] for row in rows} == {"mark A", "gone"}


def test_a_batch_can_be_cancelled(api: Api) -> None:
    client = api.client("examiner29")
    parts = form("batch", INQUIRY, {"archive": zipped({"a.jpg": face("obama2")})})
    path = client.post("/v1/batches", files=parts).json()["href"]
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["status"] == "cancelled"
    problem(client.delete(path), 409, "batch_closed")


@pytest.mark.parametrize(
    ("change", "files", "code"),
    [
        ({"purpose": None}, {"archive": zipped({"a.jpg": b"x"})}, "purpose_missing"),
        ({"case_number": ""}, {"archive": zipped({"a.jpg": b"x"})}, "case_number_missing"),
        ({}, {}, "probes_missing"),
        ({}, {"archive": b"no zip"}, "archive_unusable"),
        ({}, {"archive": zipped({})}, "archive_unusable"),
        ({}, {"list": b"\xff\xfe"}, "list_unusable"),
        ({}, {"list": b"file\na", "archive": zipped({"a": b"x"})}, "probes_missing"),
        ({}, {"photo": b"x"}, "unexpected_part"),
        ({"filters": {"states": ["27"]}}, {"archive": zipped({"a.jpg": b"x"})}, "partition_forbidden"),
    ],
)
def test_a_batch_that_cannot_run_is_refused_and_audited(
    api: Api, change: dict[str, Any], files: dict[str, bytes], code: str
) -> None:
    answer = api.client("examiner29").post("/v1/batches", files=form("batch", {**INQUIRY, **change}, files))
    assert answer.json()["code"] == code, answer.text
    newest = api.client("auditor").get("/v1/audit", params={"action": "batch.refused", "limit": 1}).json()
    assert newest["items"][0]["details"]["code"] == code


def test_batches_of_another_state_are_not_found(api: Api) -> None:
    client = api.client("examiner27")
    archive = {"archive": zipped({"a.jpg": face("obama2")})}
    theirs = client.post("/v1/batches", files=form("batch", {**INQUIRY, "name": "Theirs"}, archive)).json()
    for username in ("examiner29", "supervisor29", "investigator29", "station29"):
        other = api.client(username)
        for path in (theirs["href"], theirs["results_csv"], theirs["results_json"]):
            answer = other.get(path)
            assert answer.status_code == 404
        listed = other.get("/v1/batches", params={"limit": 100})
        assert theirs["id"] not in json.dumps(listed.json())


def test_a_target_holds_for_every_probe_and_files_of_a_probe_are_searched_together(
    api: Api, known: str
) -> None:
    client = api.client("examiner29")
    archive = {
        "list.csv": b"file,probe,slap\nphoto.jpg,suspect,\nscene/finger_2.png,suspect,\n"
        b"stranger.jpg,stranger,\nphoto.jpg,no hand,right_four\n",
        "photo.jpg": face("obama2"),
        "scene/finger_2.png": fingerprint(100, 2, 1),
        "stranger.jpg": face("biden"),
    }
    body = {**INQUIRY, "target_fpir": 30}
    accepted = client.post("/v1/batches", files=form("batch", body, {"archive": zipped(archive)})).json()
    assert (accepted["target_fpir"], accepted["incomplete_accepted"]) == (30, False)
    done = run(api, accepted["id"])
    assert (done["items_total"], done["items_done"], done["items_failed"]) == (3, 2, 1)
    suspect, stranger, slap = client.get(done["results_json"]).json()["rows"]
    assert suspect["person_number"] == client.get(f"/v1/persons/{known}").json()["number"]
    assert (suspect["kind"], stranger["kind"]) == ("multimodal", "face")
    assert (stranger["rank"], stranger["target_fpir"], stranger["target_reachable"]) == (None, 30, True)
    assert suspect["highest_rate"] == stranger["highest_rate"] > suspect["false_match_rate"]
    assert slap["problem"]
    read = client.get(f"/v1/searches/{suspect['search_id']}").json()
    assert read["threshold"]["target_fpir"] == 30
    refused = client.post("/v1/batches", files=form("batch", {**INQUIRY, "target_fpir": 5}, {}))
    assert refused.status_code == 422
