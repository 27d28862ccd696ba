"""Sketches through the API: searched when marked as one, alone and for an investigation, and never rated."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.integration.api.conftest import Api
from tests.integration.api.requests import enrol_request, face, fingerprint, form, png, search_request
from tests.integration.face.transformed import pencil

AS_SKETCH = {"face": {"sketch": True}}


@pytest.fixture(scope="module")
def suspect(api: Api) -> str:
    return api.enrol("station29", "sketched", {"face": face("obama")})


@pytest.fixture(scope="module")
def drawing() -> bytes:
    """Another photograph of the same person, as a pencil draws it."""
    with Image.open(io.BytesIO(face("obama2"))) as photograph:
        photograph.thumbnail((800, 800))
        return png(pencil(np.asarray(photograph.convert("RGB"))[:, :, ::-1].copy()))


def test_a_drawing_is_refused_and_told_the_way(api: Api, suspect: str, drawing: bytes) -> None:
    answer = api.client("investigator29").post("/v1/searches", files=search_request({"face": drawing}))
    assert (answer.status_code, answer.json()["code"]) == (422, "face_drawn")
    assert "sketch" in answer.json()["detail"]
    assert answer.json()["file"] == "face"


def test_a_marked_sketch_is_searched_without_any_rate(api: Api, suspect: str, drawing: bytes) -> None:
    client = api.client("investigator29")
    answer = client.post("/v1/searches", files=search_request({"face": drawing}, captures=AS_SKETCH))
    assert answer.status_code == 201, answer.text
    for found in (answer.json(), client.get(answer.json()["href"]).json()):
        assert found["uncalibrated"] is True
        assert [notice["code"] for notice in found["notices"]] == ["sketch_uncalibrated"]
        assert "investigation only" in found["notices"][0]["message"]
        first = found["candidates"][0]
        assert first["person"]["id"] == suspect
        assert (first["score"], first["false_match_rate"], first["expected_strangers"]) == (None,) * 3
        assert (first["false_match_rate_interval"], first["extrapolated"]) == (None, False)
        assert [line["false_match_rate"] for line in first["evidence"]] == [None]
        assert 0 < first["evidence"][0]["score"] < 1
    listed = client.get("/v1/searches").json()["items"]
    assert next(item for item in listed if item["id"] == answer.json()["id"])["uncalibrated"] is True


def test_a_photograph_is_rated_as_ever(api: Api, suspect: str) -> None:
    found = api.client("investigator29").post("/v1/searches", files=search_request({"face": face("obama2")}))
    assert found.json()["uncalibrated"] is False
    assert found.json()["candidates"][0]["expected_strangers"] < 0.1


@pytest.mark.parametrize(
    ("changes", "more", "code"),
    [
        ({"purpose": "training"}, {}, "sketch_purpose"),
        ({"captures": {"finger_2": {"sketch": True}}}, {"finger_2": 2}, "sketch_not_allowed"),
        ({}, {"finger_2": 2}, "sketch_not_alone"),
        ({"target_fpir": 30}, {}, "sketch_not_allowed"),
    ],
)
def test_a_sketch_is_searched_alone_and_for_an_investigation(
    api: Api, drawing: bytes, changes: dict[str, object], more: dict[str, int], code: str
) -> None:
    files = {"face": drawing} | {name: fingerprint(61, position) for name, position in more.items()}
    request = search_request(files, **{"captures": AS_SKETCH, **changes})
    answer = api.client("investigator29").post("/v1/searches", files=request)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_sketch_is_neither_enrolled_nor_verified(api: Api, suspect: str, drawing: bytes) -> None:
    enrolled = api.client("station29").post(
        "/v1/enrolments", files=enrol_request("drawn", {"face": drawing}, captures=AS_SKETCH)
    )
    question = {"purpose": "investigation", "case_number": "0017/2026", "person_id": suspect}
    verified = api.client("investigator29").post(
        "/v1/verifications", files=form("query", question | {"captures": AS_SKETCH}, {"face": drawing})
    )
    for answer in (enrolled, verified):
        assert (answer.status_code, answer.json()["code"]) == (422, "sketch_not_allowed")
