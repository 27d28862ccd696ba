"""A part that is down or a process that is busy is said so, with the time to come back."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.capacity import Capacity, Places
from core.settings import Settings
from nishan.embedded.ports import free_ports
from tests.integration.api.conftest import Api, serve
from tests.integration.api.requests import enrol_request, face, search_request
from tests.integration.api.test_bad_input import problem


@pytest.fixture
def crippled(service_settings: Settings, tmp_path: Path) -> Iterator[Api]:
    """A server without models, whose object store does not answer."""
    changes: dict[str, Any] = {"models_dir": tmp_path, "s3_endpoint": f"127.0.0.1:{free_ports(1)[0]}"}
    with serve(service_settings.model_copy(update=changes)) as running:
        yield running


def test_readiness_names_the_missing_parts_and_how_to_mend_them(crippled: Api) -> None:
    client = crippled.anonymous()
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts["database"]["ok"] is True
    assert (parts["models"]["ok"], parts["images"]["ok"]) == (False, False)
    assert "nishan models fetch" in parts["models"]["message"]
    assert parts["images"]["code"] == "store_unavailable"


def test_what_does_not_need_the_missing_part_still_works(crippled: Api) -> None:
    client = crippled.client("station29")
    assert client.get("/v1/persons").status_code == 200
    wait_for_gallery(crippled)
    refused = client.post("/v1/searches", files=search_request({"face": face("obama")}))
    problem(refused, 503, "model_missing")
    assert int(refused.headers["Retry-After"]) > 0
    lost = client.post("/v1/enrolments", files=enrol_request("no-store", {"face": face("obama")}))
    problem(lost, 503, "store_unavailable")
    assert client.get("/v1/enrolments").json()["items"] == []


def test_a_gallery_that_is_still_loading_gives_no_half_answers(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(api.parts.follower), "ready", property(lambda _self: False))
    answer = api.client("station29").post("/v1/searches", files=search_request({"face": face("obama")}))
    problem(answer, 503, "gallery_loading")
    told = api.anonymous().get("/health/ready").json()
    assert told["parts"]["gallery"]["ok"] is False
    loading = api.parts.follower.loading
    assert str(loading) in told["parts"]["gallery"]["message"]
    assert (told["gallery"]["loaded"], told["gallery"]["expected"]) == (loading.done, loading.expected)


def test_over_capacity_is_refused_and_light_requests_pass(api: Api) -> None:
    client = api.client("station29")
    usual, api.parts.capacity = api.parts.capacity, Capacity(running=1, waiting=0)
    try:
        with api.parts.capacity.turn():
            answer = client.post("/v1/searches", files=search_request({"face": face("obama")}))
            assert client.get("/v1/persons").status_code == 200
    finally:
        api.parts.capacity = usual
    problem(answer, 503, "over_capacity")
    assert int(answer.headers["Retry-After"]) > 0


def test_uploads_held_at_once_are_bounded(api: Api) -> None:
    client = api.client("station29")
    usual, api.parts.uploads = api.parts.uploads, Places(1)
    try:
        with api.parts.uploads.one():
            answer = client.post("/v1/faces", files={"file": face("obama")})
    finally:
        api.parts.uploads = usual
    problem(answer, 503, "over_capacity")


def test_many_searches_at_once_are_all_answered_right(api: Api) -> None:
    person_id = api.enrol("station29", "crowd", {"face": face("obama")})
    client = api.client("station29")
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(client.post("/v1/searches", files=search_request({"face": face("obama2")})))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [answer.status_code for answer in answers] == [201] * 12
    assert {answer.json()["candidates"][0]["person"]["id"] for answer in answers} == {person_id}
    assert len({answer.json()["id"] for answer in answers}) == 12


def wait_for_gallery(running: Api) -> None:
    """Return when the gallery is complete."""
    for _ in range(300):
        if running.parts.follower.ready:
            return
        threading.Event().wait(0.1)
    raise AssertionError("the gallery never became ready")
