"""Over capacity every heavy request is told to come back and leaves nothing; light ones are answered."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest

from api.capacity import Capacity
from tests.integration.api.conftest import PASSWORD, Api
from tests.integration.api.requests import enrol_request, face, fingerprint, form, search_request
from tests.integration.api.test_bad_input import problem

FILE = {"file": ("print.png", fingerprint(1, 2))}
INQUIRY = {"purpose": "investigation", "case_number": "0017/2026"}
NOBODY = uuid4()
DECISION = {"decision": "recapture", "reason": "The print is of somebody else"}

HEAVY: dict[str, Callable[[httpx.Client], httpx.Response]] = {
    "search": lambda c: c.post("/v1/searches", files=search_request({"face": face("obama")})),
    "verify": lambda c: c.post(
        "/v1/verifications",
        files=form("query", INQUIRY, {"face": face("obama"), "other_face": face("biden")}),
    ),
    "enrol": lambda c: c.post("/v1/enrolments", files=enrol_request("busy", {"face": face("obama")})),
    "decide": lambda c: c.post(f"/v1/enrolments/{NOBODY}/decision", json=DECISION),
    "capture again": lambda c: c.post(
        f"/v1/enrolments/{NOBODY}/samples", files=form("captured", {}, {"face": face("obama")})
    ),
    "judge": lambda c: c.post("/v1/quality", data={"modality": "finger"}, files=FILE),
    "find minutiae": lambda c: c.post("/v1/minutiae", files=FILE),
    "find faces": lambda c: c.post("/v1/faces", files={"file": ("photo.jpg", face("obama"))}),
    "batch": lambda c: c.post("/v1/batches", files=form("batch", INQUIRY, {"archive": b"PK"})),
    "sign in": lambda c: c.post("/v1/tokens", json={"username": "station29", "password": PASSWORD}),
    "new password": lambda c: c.post(
        "/v1/me/password", json={"current_password": PASSWORD, "new_password": PASSWORD}
    ),
}
LIGHT = ("/v1/me", "/v1/persons", "/v1/searches", "/v1/enrolments", "/health/ready", "/metrics")


@pytest.fixture
def busy(api: Api) -> Iterator[Api]:
    """A process that takes on nothing more."""
    usual = api.parts.capacity, api.parts.sign_ins
    client = api.client("supervisor29")
    assert client.get("/v1/me").status_code == 200
    api.parts.capacity, api.parts.sign_ins = Capacity(1, 0), Capacity(1, 0)
    with ExitStack() as held:
        held.enter_context(api.parts.capacity.turn())
        held.enter_context(api.parts.sign_ins.turn())
        yield api
    api.parts.capacity, api.parts.sign_ins = usual


@pytest.mark.parametrize("request_of", HEAVY.values(), ids=HEAVY)
def test_every_heavy_request_is_told_to_come_back(
    busy: Api, request_of: Callable[[httpx.Client], httpx.Response]
) -> None:
    client = busy.client("supervisor29")
    answer = request_of(client)
    problem(answer, 503, "over_capacity")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/v1/enrolments").json()["items"] == []
    assert client.get("/v1/searches").json()["items"] == []


@pytest.mark.parametrize("path", LIGHT)
def test_light_requests_are_answered(busy: Api, path: str) -> None:
    assert busy.client("supervisor29").get(path).status_code == 200


def test_one_chain_is_verified_at_a_time(api: Api) -> None:
    auditor = api.client("auditor")
    with api.parts.chain_checks.one():
        problem(auditor.get("/v1/audit/verification"), 503, "over_capacity")
    assert auditor.get("/v1/audit/verification").status_code == 200


def test_a_flood_is_answered_or_refused_and_never_piles_up(api: Api) -> None:
    client, parts = api.client("supervisor29"), api.parts
    usual, parts.capacity = parts.capacity, Capacity(running=1, waiting=2)
    waiting: list[int] = []
    answers: list[httpx.Response] = []

    def ask() -> None:
        answers.append(client.post("/v1/searches", files=search_request({"face": face("obama")})))

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        waiting.append(parts.capacity.waiting)
        assert client.get("/v1/me").status_code == 200
    parts.capacity = usual
    found = Counter(answer.status_code for answer in answers)
    assert set(found) == {201, 503}
    assert found[201] >= 3
    assert max(waiting) <= 2
    refused = [answer for answer in answers if answer.status_code == 503]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
