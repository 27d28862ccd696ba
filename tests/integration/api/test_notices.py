"""What is odd about prints is said with the answer and when it is read again: repeated, mirrored, swapped."""

import io
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.integration.api.conftest import Api
from tests.integration.api.requests import fingerprint, form, png, search_request

PERSON = 81


@pytest.fixture(scope="module")
def enrolled(api: Api) -> str:
    files = {f"finger_{position}": fingerprint(PERSON, position) for position in (2, 3, 7, 8)}
    person_id = api.enrol("station29", "notices", files)
    api.catch_up()
    return person_id


def mirrored(data: bytes) -> bytes:
    return png(np.asarray(Image.open(io.BytesIO(data)).convert("L"))[:, ::-1], dpi=500)


def search(client: httpx.Client, files: dict[str, bytes]) -> dict[str, Any]:
    answer = client.post("/v1/searches", files=search_request(files))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    again = client.get(body["href"]).json()
    assert again["notices"] == body["notices"]
    assert [item["notices"] for item in again["candidates"]] == [
        item["notices"] for item in body["candidates"]
    ]
    return body


def codes(notices: list[dict[str, Any]]) -> list[str]:
    return [notice["code"] for notice in notices]


def test_a_swapped_hand_is_said_of_the_candidate(api: Api, enrolled: str) -> None:
    taken = {
        "finger_2": fingerprint(PERSON, 7, 1),
        "finger_3": fingerprint(PERSON, 8, 1),
        "finger_7": fingerprint(PERSON, 2, 1),
        "finger_8": fingerprint(PERSON, 3, 1),
    }
    best = search(api.client("investigator29"), taken)["candidates"][0]
    assert (best["person"]["id"], codes(best["notices"])) == (enrolled, ["other_hand"])
    assert best["notices"][0]["probe_indices"] == [0, 1, 2, 3]


def test_one_finger_sent_twice_is_said(api: Api, enrolled: str) -> None:
    taken = {"finger_2": fingerprint(PERSON, 2, 1), "finger_3": fingerprint(PERSON, 2, 2)}
    found = search(api.client("investigator29"), taken)
    assert codes(found["notices"]) == ["same_finger_twice"]
    assert "right index finger and the right middle finger" in found["notices"][0]["message"]
    assert found["candidates"][0]["person"]["id"] == enrolled


def test_mirrored_prints_are_said_in_search_and_verification(api: Api, enrolled: str) -> None:
    taken = {f"finger_{position}": mirrored(fingerprint(PERSON, position, 1)) for position in (2, 3, 7)}
    client = api.client("investigator29")
    assert codes(search(client, taken)["notices"]) == ["prints_mirrored"]
    query = {"purpose": "investigation", "case_number": "0017/2026", "person_id": enrolled}
    compared = client.post("/v1/verifications", files=form("query", query, taken))
    assert compared.status_code == 201, compared.text
    assert codes(compared.json()["notices"]) == ["prints_mirrored"]


def test_prints_as_they_should_be_raise_no_notice(api: Api, enrolled: str) -> None:
    taken = {f"finger_{position}": fingerprint(PERSON, position, 1) for position in (2, 3, 7)}
    found = search(api.client("investigator29"), taken)
    assert found["candidates"][0]["person"]["id"] == enrolled
    assert found["notices"] == found["candidates"][0]["notices"] == []
