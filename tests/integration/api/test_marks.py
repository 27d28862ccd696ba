"""Marks through the API: a first draft of minutiae, an examiner's list in place of it, both kept."""

import json
from typing import Any

import httpx
import numpy as np
import pytest

from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import encode_png, finger
from tests.integration.api.conftest import Api
from tests.integration.api.requests import face, fingerprint, search_request

AS_MARK = {"finger_0": {"impression": "latent"}}


@pytest.fixture(scope="module")
def suspect(api: Api) -> str:
    return api.enrol("station29", "marks", {"face": face("obama"), "finger_2": fingerprint(61, 2)})


@pytest.fixture(scope="module")
def mark() -> bytes:
    """Part of another impression, upside down."""
    whole = finger(61, FingerPosition(2), 1)
    return encode_png(np.ascontiguousarray(np.rot90(whole[60:330, 40:300], 2)))


@pytest.fixture(scope="module")
def draft(api: Api, mark: bytes) -> dict[str, Any]:
    answer = api.client("examiner29").post(
        "/v1/minutiae", files={"file": ("mark.png", mark)}, data={"dpi": "500"}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def search(client: httpx.Client, files: dict[str, bytes], **changes: object) -> httpx.Response:
    return client.post("/v1/searches", files=search_request(files, **changes))


def test_a_mark_upside_down_finds_its_finger(api: Api, suspect: str, mark: bytes) -> None:
    answer = search(api.client("examiner29"), {"finger_0": mark}, captures=AS_MARK, max_candidates=200)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["candidates"][0]["person"]["id"] == suspect
    assert found["probes"][0]["minutiae"] is None


def test_a_corrected_draft_is_searched_and_kept_beside_what_was_found(
    api: Api, suspect: str, mark: bytes, draft: dict[str, Any]
) -> None:
    assert draft.pop("picture").startswith("data:image/jpeg;base64,")
    edited = draft | {"minutiae": draft["minutiae"][:-1]}
    client = api.client("examiner29")
    answer = search(client, {"finger_0": mark, "minutiae_0": json.dumps(edited).encode()}, captures=AS_MARK)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["candidates"][0]["person"]["id"] == suspect
    kept = client.get(found["href"]).json()["probes"][0]["minutiae"]
    assert kept["examined"]["minutiae"] == edited["minutiae"]
    assert kept["automatic"]["minutiae"] == draft["minutiae"]
    entries = api.client("auditor").get("/v1/audit", params={"limit": 20}).json()["items"]
    mine = next(entry for entry in entries if entry["object_id"] == found["id"])
    assert mine["details"]["examined_minutiae"] == [len(edited["minutiae"])]


def test_minutiae_without_an_image_find_the_finger(api: Api, suspect: str, draft: dict[str, Any]) -> None:
    client = api.client("examiner29")
    listed = {name: value for name, value in draft.items() if name != "picture"}
    answer = search(client, {"minutiae_0": json.dumps(listed).encode()})
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["candidates"][0]["person"]["id"] == suspect
    probe = found["probes"][0]
    assert (probe["impression"], probe["minutiae"]["automatic"]) == ("latent", None)
    small = client.get(probe["image"], params={"max_side": 160})
    assert small.headers["content-type"] == "image/jpeg", small.text


def test_minutiae_of_another_image_are_refused(api: Api, mark: bytes, draft: dict[str, Any]) -> None:
    listed = {name: value for name, value in draft.items() if name != "picture"} | {"width_px": 5000}
    answer = search(api.client("examiner29"), {"finger_0": mark, "minutiae_0": json.dumps(listed).encode()})
    assert answer.status_code == 422
    assert answer.json()["code"] == "minutiae_invalid"
    assert "5000 x" in answer.json()["detail"]
