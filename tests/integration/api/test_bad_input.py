"""Whatever is wrong with what is sent is answered with a clear error, and nothing of it is stored."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from tests.integration.api.conftest import Api
from tests.integration.api.requests import (
    Parts,
    crowd,
    encounter,
    enrol_request,
    face,
    fingerprint,
    form,
    huge_png_header,
    person,
    png,
    scaled_print,
    search_request,
    small_face,
)

HOSTILE = [
    "'; DROP TABLE persons; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}%s%n",
    "../../etc/passwd",
    "\u202eabc",
    "ಮಂಜುನಾಥ मंजुनाथ محمد",
]


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check the form of an error and return its body."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "code", "detail", "correlation_id"} <= body.keys()
    assert body["status"] == status
    assert len(body["detail"]) > 10
    return body


@pytest.fixture(scope="module")
def station(api: Api) -> httpx.Client:
    """A station officer of state 29."""
    return api.client("station29")


BAD_FACES = [
    (b"", "image_empty"),
    (b"this is a text file named face.jpg", "image_unreadable"),
    ("truncated", "image_unreadable"),
    (huge_png_header(), "image_too_large"),
    (png(np.full((400, 400, 3), 200, np.uint8)), "no_face_found"),
]


@pytest.mark.parametrize(("data", "code"), BAD_FACES, ids=[code for _, code in BAD_FACES])
@pytest.mark.parametrize("path", ["/v1/quality", "/v1/searches"])
def test_a_face_that_cannot_be_used(station: httpx.Client, path: str, data: bytes | str, code: str) -> None:
    content = face("obama")[:20_000] if data == "truncated" else data
    assert isinstance(content, bytes)
    body = problem(station.post(path, files=_face_form(path, content)), 422, code)
    assert body["file"] == "face"


@pytest.mark.parametrize(("data", "code"), BAD_FACES[:4], ids=[code for _, code in BAD_FACES[:4]])
def test_an_enrolment_with_an_unreadable_image_is_refused_at_once(
    station: httpx.Client, data: bytes | str, code: str
) -> None:
    content = face("obama")[:20_000] if data == "truncated" else data
    assert isinstance(content, bytes)
    answer = station.post("/v1/enrolments", files=enrol_request(f"bad-{code}", {"face": content}))
    assert problem(answer, 422, code)["file"] == "face"
    listed = station.get("/v1/enrolments?limit=100").json()["items"]
    assert f"bad-{code}" not in [item["reference"] for item in listed]


def test_five_faces_are_listed_to_choose_from(station: httpx.Client) -> None:
    body = problem(
        station.post("/v1/searches", files=search_request({"face": crowd(5)})), 422, "several_faces_found"
    )
    assert [item["index"] for item in body["faces"]] == [0, 1, 2, 3, 4]
    assert body["faces"][0]["box"]["width_px"] > 30
    chosen = station.post("/v1/searches", files=search_request({"face": crowd(5)}, face_index=3))
    assert chosen.status_code == 201, chosen.text
    problem(
        station.post("/v1/searches", files=search_request({"face": crowd(5)}, face_index=9)),
        422,
        "no_face_found",
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"this is a text file named face.jpg", "image_unreadable"),
        (png(np.full((400, 400, 3), 200, np.uint8)), "no_face_found"),
        (small_face(), "face_too_small"),
        (crowd(2), "several_faces_found"),
    ],
    ids=["unreadable", "nobody", "small", "several"],
)
def test_the_refused_one_of_several_photographs_is_named(
    station: httpx.Client, data: bytes, code: str
) -> None:
    photos = [("face", ("a photo", content)) for content in (face("obama2"), data, face("obama3"))]
    body = problem(station.post("/v1/searches", files=[*search_request({}), *photos]), 422, code)
    assert body["detail"].startswith("Photograph 2 of 3: ")
    assert (body["file"], body["file_number"], body["file_count"]) == ("face", 2, 3)


def test_the_refused_one_of_several_prints_is_named(station: httpx.Client) -> None:
    blank = png(np.full((400, 400), 255, np.uint8), dpi=500)
    prints = [("finger_0", ("a print", content)) for content in (fingerprint(1, 2), blank)]
    body = problem(
        station.post("/v1/searches", files=[*search_request({}), *prints]), 422, "no_fingerprint_found"
    )
    assert body["detail"].startswith("Print 2 of 2: ")
    record = enrol_request("two-unknown", {}, unknown_position_intended=True)
    broken = [("finger_0", ("a print", content)) for content in (b"no image", fingerprint(1, 2))]
    body = problem(station.post("/v1/enrolments", files=[*record, *broken]), 422, "image_unreadable")
    assert body["detail"].startswith("Print 1 of 2: ")
    assert (body["file"], body["file_number"]) == ("finger_0", 1)


def test_a_face_of_20_pixels_is_refused(station: httpx.Client) -> None:
    answer = station.post("/v1/searches", files=search_request({"face": small_face(20)}))
    assert answer.status_code == 422
    assert answer.json()["code"] in ("face_too_small", "no_face_found")


def test_a_blank_print_is_refused(station: httpx.Client) -> None:
    blank = png(np.full((500, 400), 255, np.uint8), dpi=500)
    answer = station.post("/v1/searches", files=search_request({"finger_2": blank}))
    assert problem(answer, 422, "no_fingerprint_found")["file"] == "finger_2"


def test_a_print_at_100_dpi_is_refused(station: httpx.Client) -> None:
    answer = station.post("/v1/searches", files=search_request({"finger_2": scaled_print(100)}))
    assert problem(answer, 422, "resolution_unusable")["file"] == "finger_2"


@pytest.mark.parametrize("name", ["finger_11", "finger_99", "finger_thumb", "finger_"])
def test_an_unknown_finger_position_is_refused(station: httpx.Client, name: str) -> None:
    files = {name: fingerprint(1, 2)}
    problem(station.post("/v1/searches", files=search_request(files)), 422, "finger_position_unknown")
    problem(station.post("/v1/enrolments", files=enrol_request("pos", files)), 422, "finger_position_unknown")


def test_an_enrolment_with_an_unstated_finger_has_to_say_that_it_is_meant(station: httpx.Client) -> None:
    files = {"finger_0": fingerprint(1, 2)}
    problem(station.post("/v1/enrolments", files=enrol_request("zero", files)), 422, "unknown_position")
    intended = enrol_request("zero", files, unknown_position_intended=True)
    assert station.post("/v1/enrolments", files=intended).status_code == 202


def _megabytes(count: int) -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="face"; filename="a.jpg"\r\n\r\n'
    for _ in range(count):
        yield bytes(1_000_000)
    yield b"\r\n--b--\r\n"


def test_an_upload_of_300_mb_is_refused_while_it_streams(station: httpx.Client) -> None:
    sent = 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for chunk in _megabytes(300):
            sent += len(chunk)
            yield chunk

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        answer = station.post("/v1/searches", content=counted(), headers=headers)
        problem(answer, 413, "upload_too_large")
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        pass  # the server hung up before the client looked at the answer, which is its right
    assert sent < 100_000_000


def test_an_upload_of_300_mb_is_refused_by_its_stated_length(api: Api) -> None:
    import socket

    address = httpx.URL(api.base_url)
    token = api.client("station29").headers["Authorization"]
    head = (
        f"POST /v1/searches HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 300000000\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80), timeout=30) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")


def test_one_file_over_the_limit_is_refused_by_name(station: httpx.Client) -> None:
    answer = station.post("/v1/searches", files=search_request({"face": bytes(20_000_001)}))
    assert problem(answer, 413, "upload_too_large")["file"] == "face"


def test_a_name_that_is_not_utf8_is_refused(station: httpx.Client) -> None:
    record = json.dumps({"reference": "utf", "person": person("NAME"), "encounter": encounter()})
    garbled = record.encode().replace(b"NAME", b"Jos\xe9")
    answer = station.post("/v1/enrolments", files=form("record", garbled, {"face": face("obama")}))
    problem(answer, 422, "text_not_utf8")
    half = record.replace("NAME", "x\\ud800").encode()
    answer = station.post("/v1/enrolments", files=form("record", half, {"face": face("obama")}))
    problem(answer, 422, "validation_failed")
    nul = record.replace("NAME", "x\\u0000").encode()
    answer = station.post("/v1/enrolments", files=form("record", nul, {"face": face("obama")}))
    problem(answer, 422, "validation_failed")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_comes_back_as_it_was(api: Api, text: str) -> None:
    number = HOSTILE.index(text)
    named = person(
        text,
        relative_relation=text,
        relative_name=text,
        nationality=text,
        marks=[text],
        addresses=[{"kind": "present", "text": text, "district": text, "police_station": text}],
    )
    named["names"].append({"kind": "alias", "text": text, "language": "x", "script": ""})
    written = encounter(
        station_name=text,
        district=text,
        officer_name=text,
        officer_rank=text,
        place=text,
        arrest_memo=text,
        case_status=text,
        court=text,
        device_id=text,
        acts_sections=[{"act": text, "section": text}],
    )
    person_id = api.enrol(
        "station29", text, {"finger_7": fingerprint(500 + number, 7)}, person=named, encounter=written
    )
    client = api.client("station29")
    read = client.get(f"/v1/persons/{person_id}").json()
    assert read["names"][0]["text"] == text
    assert (read["relative_name"], read["marks"]) == (text, [text])
    assert read["addresses"][0]["text"] == text
    assert read["encounters"][0]["place"] == text
    assert read["encounters"][0]["acts_sections"] == [{"act": text, "section": text}]
    found = client.get("/v1/persons", params={"text": text}).json()
    assert found["items"] is not None
    searched = client.post(
        "/v1/searches", files=search_request({"finger_7": fingerprint(500 + number, 7)}, case_number=text)
    ).json()
    assert searched["case_number"] == text
    decided = client.post(
        f"/v1/searches/{searched['id']}/decisions",
        json={"person_id": person_id, "verdict": "match", "reason": text},
    )
    assert decided.json()["reason"] == text, decided.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_queries_is_only_text(station: httpx.Client, api: Api, text: str) -> None:
    assert station.get("/v1/persons", params={"text": text}).status_code == 200
    assert station.get("/v1/persons", params={"cursor": text}).status_code == 422
    assert station.get(f"/v1/persons/by-number/{httpx.QueryParams({'a': text})}").status_code == 404
    assert station.get("/v1/searches", params={"case_number": text}).status_code == 200
    audit = api.client("auditor").get("/v1/audit", params={"action": text, "object_id": text})
    assert audit.status_code in (200, 422), audit.text
    signed = api.anonymous().post("/v1/tokens", json={"username": text, "password": text})
    assert signed.status_code == 401


def test_the_same_reference_again_is_the_same_enrolment_and_another_content_a_conflict(
    station: httpx.Client,
) -> None:
    files = {"finger_3": fingerprint(40, 3)}
    first = station.post("/v1/enrolments", files=enrol_request("twice", files))
    again = station.post("/v1/enrolments", files=enrol_request("twice", files))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == f"/v1/enrolments/{first.json()['id']}"
    other = enrol_request("twice", {"finger_3": fingerprint(41, 3)})
    problem(station.post("/v1/enrolments", files=other), 409, "duplicate_reference")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": None}, "purpose_missing"),
        ({"case_number": ""}, "case_number_missing"),
        ({"case_number": "  "}, "case_number_missing"),
    ],
)
def test_a_search_without_purpose_or_case_is_refused_and_audited(
    api: Api, change: dict[str, Any], code: str
) -> None:
    refused = _count_refused(api, "search.refused")
    files = {"finger_2": fingerprint(1, 2)}
    answer = api.client("station29").post("/v1/searches", files=search_request(files, **change))
    problem(answer, 422, code)
    assert _count_refused(api, "search.refused") == refused + 1


def test_a_verification_without_purpose_is_refused_and_audited(api: Api) -> None:
    refused = _count_refused(api, "verification.refused")
    query = form("query", {"case_number": "1", "person_number": "2900000001"}, {"face": face("obama")})
    problem(api.client("station29").post("/v1/verifications", files=query), 422, "purpose_missing")
    assert _count_refused(api, "verification.refused") == refused + 1


@pytest.mark.parametrize(
    "query", [b"{", b"[]", b'{"purpose": "curiosity", "case_number": "1"}', b'{"unknown": 1}', b"\xff"]
)
def test_a_query_that_does_not_fit_is_refused_and_audited(api: Api, query: bytes) -> None:
    answer = api.client("station29").post("/v1/searches", files=form("query", query, {"face": face("obama")}))
    assert answer.status_code == 422
    assert answer.json()["code"] in ("validation_failed", "text_not_utf8")


def test_no_file_an_unknown_part_or_a_repeated_one_is_refused(station: httpx.Client) -> None:
    problem(station.post("/v1/searches", files=search_request({})), 422, "no_sample")
    problem(station.post("/v1/enrolments", files=enrol_request("none", {})), 422, "no_sample")
    unknown = search_request({"face": face("obama"), "portrait": b"x"})
    problem(station.post("/v1/searches", files=unknown), 422, "unexpected_part")
    twice = search_request({"finger_2": b"x"}) + search_request({"finger_2": b"x"})[1:]
    problem(station.post("/v1/searches", files=twice), 422, "part_repeated")
    capture = search_request({"face": face("obama")}, captures={"finger_9": {"dpi": 500}})
    problem(station.post("/v1/searches", files=capture), 422, "capture_without_file")


@pytest.mark.parametrize("path", ["/v1/searches", "/v1/enrolments", "/v1/verifications", "/v1/quality"])
def test_a_body_that_is_no_form_is_refused(station: httpx.Client, path: str) -> None:
    problem(station.post(path, json={"a": 1}), 422, "form_unreadable")
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    problem(station.post(path, content=b"--b\r\ngarbage", headers=broken), 422, "form_unreadable")


def test_unknown_routes_and_methods_answer_in_the_same_form(station: httpx.Client) -> None:
    problem(station.get("/v1/nothing"), 404, "route_not_found")
    problem(station.put("/v1/persons"), 405, "method_not_allowed")
    problem(station.get("/v1/persons/not-an-id"), 422, "validation_failed")


def test_a_capture_that_the_law_does_not_allow_is_refused(station: httpx.Client) -> None:
    detained = encounter(kind="preventive_detention", lawful_basis="preventive_detention")
    detained["acts_sections"] = [{"act": "CrPC", "section": "151"}]
    answer = station.post(
        "/v1/enrolments", files=enrol_request("law", {"face": face("obama")}, encounter=detained)
    )
    problem(answer, 422, "capture_not_permitted")


def _face_form(path: str, data: bytes) -> Parts:
    if path == "/v1/searches":
        return search_request({"face": data})
    return [("modality", (None, b"face")), ("file", ("face.jpg", data))]


def _count_refused(api: Api, action: str) -> int:
    answer = api.client("auditor").get("/v1/audit", params={"action": action, "limit": 100})
    return len(answer.json()["items"])
