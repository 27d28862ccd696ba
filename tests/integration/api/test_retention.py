"""From an acquittal to the destroyed record, with a court's direction in between."""

import pytest

from tests.integration.api.conftest import Api
from tests.integration.api.requests import encounter, fingerprint, person

ACQUITTED = {"disposal": "acquitted", "on": "2026-09-01", "final": True}
HOLD = {"court": "Sessions Court", "order_number": "17/2026", "reason": "Appeal pending"}


@pytest.fixture(scope="module")
def acquitted(api: Api) -> tuple[str, str]:
    """A person and the only encounter, which ended in acquittal."""
    person_id = api.enrol(
        "station29", "due", {"finger_1": fingerprint(71, 1)}, person=person("Due One"), encounter=encounter()
    )
    supervisor = api.client("supervisor29")
    encounter_id = supervisor.get(f"/v1/persons/{person_id}").json()["encounters"][0]["id"]
    answer = supervisor.put(f"/v1/encounters/{encounter_id}/disposal", json=ACQUITTED)
    assert answer.status_code == 200, answer.text
    assert answer.json()["disposal_final"] is True
    return person_id, encounter_id


def _due(api: Api, username: str = "supervisor29") -> list[str]:
    return [item["person_id"] for item in api.client(username).get("/v1/destruction-due").json()["items"]]


def test_an_acquitted_person_is_listed_to_supervisors_of_the_state_only(
    api: Api, acquitted: tuple[str, str]
) -> None:
    assert _due(api) == [acquitted[0]]
    assert _due(api, "supervisor27") == []
    assert api.client("investigator29").get("/v1/destruction-due").status_code == 403
    other = api.client("supervisor27")
    assert other.put(f"/v1/encounters/{acquitted[1]}/disposal", json=ACQUITTED).status_code == 404


def test_a_disposal_needs_its_date(api: Api, acquitted: tuple[str, str]) -> None:
    answer = api.client("supervisor29").put(
        f"/v1/encounters/{acquitted[1]}/disposal", json={"disposal": "acquitted"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "encounter_invalid")


def test_a_court_keeps_the_record_until_its_direction_ends(api: Api, acquitted: tuple[str, str]) -> None:
    person_id, _ = acquitted
    supervisor, path = api.client("supervisor29"), f"/v1/persons/{acquitted[0]}"
    placed = supervisor.post(f"{path}/holds", json=HOLD)
    assert placed.status_code == 201, placed.text
    assert _due(api) == []
    held = supervisor.request("DELETE", path, json={"reason": "Acquitted"})
    assert (held.status_code, held.json()["code"]) == (409, "legal_hold")
    assert [hold["order_number"] for hold in supervisor.get(f"{path}/holds").json()] == ["17/2026"]
    assert api.client("supervisor27").get(f"{path}/holds").status_code == 404

    lifting = f"/v1/holds/{placed.json()['id']}/lifting"
    unseen = api.client("supervisor27").post(lifting, json={"reason": "x"})
    assert (unseen.status_code, unseen.json()["code"]) == (404, "hold_not_found")
    assert supervisor.post(lifting, json={"reason": "Appeal dismissed"}).status_code == 204
    assert supervisor.post(lifting, json={"reason": "again"}).status_code == 404
    assert supervisor.get(f"{path}/holds").json() == []
    assert _due(api) == [person_id]
    assert supervisor.request("DELETE", path, json={"reason": "Acquitted"}).status_code == 204
    assert _due(api) == []
