"""The wall between states: everything of state 27 is tried from state 29, through every route."""

import json
from typing import Any

import httpx
import pytest

from tests.integration.api.conftest import Api
from tests.integration.api.requests import encounter, face, fingerprint, form, person, search_request

SECRET = "Sangamitra Nordwall"
# Nine digits: a shorter number also turns up by chance in the hash chain of an audit page.
FIR_NUMBER, SHARED_FIR_NUMBER = "947110815", "955508155"
INQUIRY = {"purpose": "investigation", "case_number": "27/secret"}


@pytest.fixture(scope="module")
def theirs(api: Api) -> dict[str, Any]:
    """What state 27 has: a person, an enrolment, samples, a search."""
    files = {"face": face("biden"), "finger_2": fingerprint(90, 2)}
    person_id = api.enrol(
        "station27", "theirs", files, person=person(SECRET), encounter=encounter("27", fir_number=FIR_NUMBER)
    )
    client = api.client("supervisor27")
    record = client.get(f"/v1/persons/{person_id}").json()
    search = client.post(
        "/v1/searches", files=search_request({"face": face("biden")}, case_number="27/secret")
    ).json()
    enrolment = client.get("/v1/enrolments").json()["items"][0]
    return {
        "person_id": person_id,
        "number": record["number"],
        "images": [sample["image"] for sample in record["samples"]],
        "search_id": search["id"],
        "probe": search["probes"][0]["image"],
        "enrolment_id": enrolment["id"],
    }


@pytest.fixture(params=["station29", "investigator29", "examiner29", "supervisor29"])
def other(api: Api, request: pytest.FixtureRequest) -> httpx.Client:
    """Somebody of state 29."""
    return api.client(request.param)


def _leaks(answer: httpx.Response, theirs: dict[str, Any]) -> bool:
    return any(
        trace in answer.text
        for trace in (SECRET, theirs["person_id"], theirs["number"], FIR_NUMBER, "27/secret")
    )


def test_their_own_officers_see_it(api: Api, theirs: dict[str, Any]) -> None:
    assert SECRET in api.client("supervisor27").get(f"/v1/persons/{theirs['person_id']}").text
    unbound = api.client("supervisor").post("/v1/searches", files=search_request({"face": face("biden")}))
    assert theirs["person_id"] in unbound.text


@pytest.mark.parametrize("files", [{"face": "biden"}, {"finger_2": 90}, {"finger_0": 90}])
def test_a_search_does_not_find_them(
    api: Api, other: httpx.Client, theirs: dict[str, Any], files: dict[str, Any]
) -> None:
    sent = {
        name: face(value) if name == "face" else fingerprint(value, 2, 1) for name, value in files.items()
    }
    answer = other.post("/v1/searches", files=search_request(sent))
    assert answer.status_code == 201, answer.text
    assert not _leaks(answer, theirs)
    assert answer.json()["subjects_searched"] == 0


def test_asking_for_their_state_is_refused(other: httpx.Client, theirs: dict[str, Any]) -> None:
    files = search_request({"face": face("biden")}, filters={"states": ["27"]})
    answer = other.post("/v1/searches", files=files)
    assert (answer.status_code, answer.json()["code"]) == (403, "partition_forbidden")


def test_persons_are_not_found_as_if_they_did_not_exist(other: httpx.Client, theirs: dict[str, Any]) -> None:
    missing = other.get("/v1/persons/01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b").json()
    for path in (f"/v1/persons/{theirs['person_id']}", f"/v1/persons/by-number/{theirs['number']}"):
        answer = other.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")
        assert answer.json()["detail"] == missing["detail"]
    for text in (SECRET, theirs["number"], f"{FIR_NUMBER}/2026", ""):
        assert not _leaks(other.get("/v1/persons", params={"text": text, "limit": 100}), theirs)


def test_images_are_not_found(other: httpx.Client, theirs: dict[str, Any]) -> None:
    for image in [*theirs["images"], theirs["probe"]]:
        for query in ({}, {"max_side": 160}):
            assert other.get(image, params=query).status_code == 404, image


def test_searches_and_enrolments_of_others_are_not_found(other: httpx.Client, theirs: dict[str, Any]) -> None:
    assert other.get(f"/v1/searches/{theirs['search_id']}").status_code == 404
    assert not _leaks(other.get("/v1/searches", params={"limit": 100}), theirs)
    decision = {"person_id": theirs["person_id"], "verdict": "match", "reason": "x"}
    assert other.post(f"/v1/searches/{theirs['search_id']}/decisions", json=decision).status_code == 404
    answer = other.get(f"/v1/enrolments/{theirs['enrolment_id']}")
    assert answer.status_code in (403, 404)
    assert not _leaks(answer, theirs)
    listed = other.get("/v1/enrolments", params={"limit": 100})
    assert not _leaks(listed, theirs)


def test_verification_gives_no_score(other: httpx.Client, theirs: dict[str, Any]) -> None:
    for subject in ({"person_id": theirs["person_id"]}, {"person_number": theirs["number"]}):
        query = form("query", {**INQUIRY, "case_number": "29/1", **subject}, {"face": face("biden")})
        answer = other.post("/v1/verifications", files=query)
        assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")


def test_changes_are_refused(api: Api, theirs: dict[str, Any]) -> None:
    supervisor = api.client("supervisor29")
    path = f"/v1/persons/{theirs['person_id']}"
    assert supervisor.request("DELETE", path, json={"reason": "x"}).status_code == 404
    patch = supervisor.patch(path, json={"birth_year": 1999}, headers={"If-Match": '"x"'})
    assert patch.status_code == 404
    decision = {"decision": "new_person", "person_id": None, "reason": "x"}
    decided = supervisor.post(f"/v1/enrolments/{theirs['enrolment_id']}/decision", json=decision)
    assert decided.status_code == 404


def test_enrolling_into_their_state_is_refused(api: Api, theirs: dict[str, Any]) -> None:
    record = {"reference": "cross", "person": person(), "encounter": encounter("27")}
    answer = api.client("station29").post(
        "/v1/enrolments", files=form("record", record, {"finger_1": fingerprint(91, 1)})
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "partition_forbidden")


def test_a_reference_of_theirs_tells_nothing(api: Api, theirs: dict[str, Any]) -> None:
    record = {"reference": "theirs", "person": person(), "encounter": encounter("29")}
    answer = api.client("station29").post(
        "/v1/enrolments", files=form("record", record, {"finger_1": fingerprint(92, 1)})
    )
    assert not _leaks(answer, theirs)


def test_the_audit_of_a_state_shows_that_state_only(api: Api, theirs: dict[str, Any]) -> None:
    assert "station27" in api.client("auditor").get("/v1/audit", params={"limit": 100}).text
    seen = api.client("auditor29").get("/v1/audit", params={"limit": 100})
    assert seen.status_code == 200
    assert not _leaks(seen, theirs)
    assert "station27" not in seen.text


def test_someone_known_in_both_states_is_shown_with_ones_own_encounters_only(api: Api) -> None:
    files = {"finger_3": fingerprint(95, 3), "finger_4": fingerprint(95, 4)}
    shared = api.enrol("station27", "shared", files, encounter=encounter("27", fir_number=SHARED_FIR_NUMBER))
    record = {
        "reference": "shared-here",
        "person": person("Known here"),
        "encounter": encounter("29", fir_number="6666"),
    }
    again = {"finger_3": fingerprint(95, 3, 1), "finger_4": fingerprint(95, 4, 1)}
    accepted = api.client("station29").post("/v1/enrolments", files=form("record", record, again)).json()
    api.process(accepted["id"])
    waiting = api.client("station29").get(f"/v1/enrolments/{accepted['id']}")
    assert SHARED_FIR_NUMBER not in waiting.text
    if waiting.json()["status"] == "awaiting_confirmation":
        unbound = api.client("supervisor").post(
            f"/v1/enrolments/{accepted['id']}/decision",
            json={"decision": "same_person", "person_id": shared, "reason": "All fingers"},
        )
        assert unbound.status_code == 200, unbound.text
        api.catch_up()
        seen = api.client("station29").get(f"/v1/persons/{shared}")
        assert [line["fir_number"] for line in seen.json()["encounters"]] == ["6666"]
        assert SHARED_FIR_NUMBER not in seen.text
        found = api.client("investigator29").post("/v1/searches", files=search_request(again))
        assert SHARED_FIR_NUMBER not in json.dumps(found.json())
