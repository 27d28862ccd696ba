"""A video over HTTP: sent, looked through, its tracks searched one by one, deleted; and what is refused."""

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from datasets.synthetic.videos import Scene, Walker, write_video
from records.video_space import VideoSpace
from tests.integration.api.conftest import Api
from tests.integration.api.requests import Parts, face, form
from tests.integration.video.conftest import picture

INQUIRY = {"purpose": "investigation", "case_number": "0017/2026"}


def video_request(content: bytes, name: str = "clip.mp4", **query: object) -> Parts:
    return [*form("query", {**INQUIRY, **query}, {}), ("video", (name, content))]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, models_ready: Path) -> bytes:
    """Two seconds in which two people pass each other."""
    there = Walker(picture("obama"), ((0.2, 0.5), (0.8, 0.5)), (300, 310))
    back = Walker(picture("biden"), ((0.8, 0.5), (0.2, 0.5)), (300, 310))
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(Scene([there, back], seconds=2.0), path).read_bytes()


@pytest.fixture(scope="module")
def enrolled(api: Api) -> str:
    return api.enrol("station29", "video-1", {"face": face("obama2")})


@pytest.fixture(scope="module")
def video(api: Api, clip: bytes) -> dict[str, Any]:
    """A video of investigator29 that has been looked through."""
    client = api.client("investigator29")
    answer = client.post("/v1/videos", files=video_request(clip, "../..\\corridor <b>1</b>.mp4"))
    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "accepted"
    api.look_through(answer.json()["id"])
    done: dict[str, Any] = client.get(answer.headers["Location"]).json()
    return done


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_video_that_was_looked_through_shows_its_tracks(api: Api, video: dict[str, Any]) -> None:
    assert (video["status"], video["problem"]) == ("complete", None)
    assert video["seconds_done"] == pytest.approx(2.0, abs=0.2)
    assert [track["number"] for track in video["tracks"]] == [1, 2]
    for track in video["tracks"]:
        assert 0 <= track["from_s"] < track["to_s"] <= 2.0
        assert track["frames"] >= 3
        shown = api.client("investigator29").get(track["shots"][0]["thumbnail"])
        assert shown.headers["content-type"] == "image/jpeg"


def test_each_chosen_track_is_a_search_of_its_own_with_its_own_audit_row(
    api: Api, enrolled: str, video: dict[str, Any]
) -> None:
    client = api.client("investigator29")
    answer = client.post(f"{video['href']}/searches", json={"tracks": [1, 2], "max_candidates": 5})
    assert answer.status_code == 201, answer.text
    searches = [item["search"] for item in answer.json()["searches"]]
    firsts = [search["candidates"][0] for search in searches]
    assert [first["person"]["id"] for first in firsts] == [enrolled, enrolled]
    assert (
        min(first["false_match_rate"] for first in firsts)
        < 1e-4
        < max(first["false_match_rate"] for first in firsts)
    )
    for search in searches:
        assert client.get(search["href"]).json()["case_number"] == INQUIRY["case_number"]
        rows = api.client("auditor").get("/v1/audit", params={"object_id": search["id"]}).json()["items"]
        assert [(row["action"], row["username"]) for row in rows] == [("search.identify", "investigator29")]
    listed = client.get(video["href"]).json()["tracks"]
    assert [track["searches"] for track in listed] == [[search["id"]] for search in searches]


def test_a_track_that_is_not_there_is_refused_and_nothing_searched(api: Api, video: dict[str, Any]) -> None:
    client = api.client("investigator29")
    before = len(client.get("/v1/searches").json()["items"])
    assert refusal(client.post(f"{video['href']}/searches", json={"tracks": [1, 9]})) == (
        422,
        "track_unknown",
    )
    assert refusal(client.post(f"{video['href']}/searches", json={"tracks": []})) == (
        422,
        "validation_failed",
    )
    assert len(client.get("/v1/searches").json()["items"]) == before


def test_another_officers_video_is_not_there(api: Api, video: dict[str, Any]) -> None:
    for username in ("investigator27", "supervisor27"):
        client = api.client(username)
        assert refusal(client.get(video["href"])) == (404, "video_not_found")
        assert refusal(client.post(f"{video['href']}/searches", json={"tracks": [1]})) == (
            404,
            "video_not_found",
        )
        assert client.get("/v1/videos").json()["items"] == []
        assert client.get(video["tracks"][0]["shots"][0]["image"]).status_code == 404
    assert api.client("supervisor29").get(video["href"]).status_code == 200


@pytest.mark.parametrize(
    ("content", "query", "code"),
    [
        (b"GIF89a" + bytes(500), {}, "not_a_video"),
        (b"", {}, "not_a_video"),
        (b"no video at all, only words", {}, "not_a_video"),
        (b"\0\0\0\x20ftypisom", {"case_number": " "}, "case_number_missing"),
        (b"\0\0\0\x20ftypisom", {"purpose": None}, "purpose_missing"),
        (b"\0\0\0\x20ftypisom", {"colour": "blue"}, "validation_failed"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once_and_leaves_nothing(
    api: Api, content: bytes, query: dict[str, object], code: str
) -> None:
    client = api.client("investigator27")
    assert refusal(client.post("/v1/videos", files=video_request(content, **query))) == (422, code)
    assert client.get("/v1/videos").json()["items"] == []


def test_a_form_without_a_video_or_with_two_is_refused(api: Api, clip: bytes) -> None:
    client = api.client("investigator27")
    assert refusal(client.post("/v1/videos", files=form("query", INQUIRY, {}))) == (422, "no_sample")
    twice = [*video_request(clip), ("video", ("again.mp4", clip))]
    assert refusal(client.post("/v1/videos", files=twice)) == (422, "part_repeated")
    assert refusal(client.post("/v1/videos", files=[*video_request(clip), ("face", ("f.jpg", b"x"))])) == (
        422,
        "unexpected_part",
    )
    kept = [item.key for item in api.parts.images.keys("videos/")]
    named = {item["id"] for item in api.client("supervisor29").get("/v1/videos").json()["items"]}
    assert {key.split("/")[1] for key in kept} <= named


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0\0\0\x20ftypisom" + bytes(4000), "video_unreadable"),
        (b"RIFF\x10\0\0\0AVI LIST" + bytes(100), "video_unreadable"),
    ],
)
def test_a_broken_video_fails_with_the_reason_and_can_be_deleted(api: Api, content: bytes, code: str) -> None:
    client = api.client("investigator29")
    sent = client.post("/v1/videos", files=video_request(content)).json()
    assert refusal(client.post(f"{sent['href']}/searches", json={"tracks": [1]})) == (409, "video_not_ready")
    api.look_through(sent["id"])
    failed = client.get(sent["href"]).json()
    assert (failed["status"], failed["problem"]["code"]) == ("failed", code)
    assert client.request("DELETE", sent["href"], json={"reason": "broken"}).status_code == 204
    assert client.get(sent["href"]).status_code == 404


def test_a_deleted_video_is_gone_with_its_pictures(api: Api, clip: bytes) -> None:
    client = api.client("investigator29")
    sent = client.post("/v1/videos", files=video_request(clip, case_number="gone/1")).json()
    api.look_through(sent["id"])
    shot = client.get(sent["href"]).json()["tracks"][0]["shots"][0]["image"]
    assert client.get(shot).status_code == 200
    assert client.request("DELETE", sent["href"], json={"reason": "case closed"}).status_code == 204
    assert client.get(shot).status_code == 404
    assert list(api.parts.images.keys(f"videos/{sent['id']}")) == []
    rows = api.client("auditor").get("/v1/audit", params={"case_number": "gone/1"}).json()["items"]
    assert [row["action"] for row in rows] == ["video.delete", "video.outcome", "video.accept"]


def test_a_video_without_room_is_refused_before_it_is_sent(
    api: Api, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api.client("investigator30")
    monkeypatch.setattr(api.parts, "video_space", VideoSpace(len(clip) + 100, 10**9))
    kept = client.post("/v1/videos", files=video_request(clip))
    assert kept.status_code == 202
    address = httpx.URL(api.base_url)
    head = (
        f"POST /v1/videos HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 300000000\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 80), timeout=30) as connection:
        connection.sendall(head.encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 409")
    problem = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (problem["code"], problem["used_bytes"]) == ("video_space_full", len(clip))
    assert "Delete videos" in problem["detail"]
    assert refusal(client.post("/v1/videos", files=video_request(clip[:5000]))) == (409, "video_space_full")
    named = {item["id"] for item in api.client("auditor").get("/v1/videos").json()["items"]}
    assert {key.key.split("/")[1] for key in api.parts.images.keys("videos/")} <= named
    assert client.request("DELETE", kept.json()["href"], json={"reason": "closed"}).status_code == 204
    assert client.post("/v1/videos", files=video_request(clip)).status_code == 202
