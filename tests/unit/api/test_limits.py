"""Requests that are too large are refused: by their stated length at once, otherwise while they stream."""

from collections.abc import AsyncIterator

from fastapi import FastAPI, Request

from api.limits import MAX_PLAIN_BODY, BodyLimit
from core.settings import Settings
from tests.unit.api.asking import ask

FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def _app(received: list[int]) -> FastAPI:
    app = FastAPI()

    @app.post("/{path:path}")
    async def swallow(request: Request) -> dict[str, int]:
        count = 0
        async for chunk in request.stream():
            count += len(chunk)
            received.append(len(chunk))
        return {"bytes": count}

    app.add_middleware(
        BodyLimit, settings=Settings(max_request_bytes=2_000_000, max_batch_bytes=3_000_000, _env_file=None)
    )
    return app


async def _chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"a" * 100_000


def test_a_stated_length_over_the_limit_is_refused_before_the_body_is_read() -> None:
    received: list[int] = []
    answer = ask(_app(received), "POST", "/v1/searches", content=b"a" * 2_000_001, headers=FORM)
    assert answer.status_code == 413
    assert answer.json()["code"] == "upload_too_large"
    assert answer.json()["limit_bytes"] == 2_000_000
    assert received == []


def test_a_body_without_stated_length_is_cut_off_at_the_limit() -> None:
    received: list[int] = []
    answer = ask(_app(received), "POST", "/v1/searches", content=_chunks(3000), headers=FORM)
    assert answer.status_code == 413
    assert sum(received) <= 2_000_000


def test_a_body_at_the_limit_passes() -> None:
    answer = ask(_app([]), "POST", "/v1/searches", content=_chunks(20), headers=FORM)
    assert answer.json() == {"bytes": 2_000_000}


def test_batches_may_be_larger_and_plain_bodies_have_to_be_smaller() -> None:
    app = _app([])
    assert ask(app, "POST", "/v1/batches", content=_chunks(30), headers=FORM).status_code == 200
    assert ask(app, "POST", "/v1/batches", content=_chunks(31), headers=FORM).status_code == 413
    assert ask(app, "POST", "/v1/tokens", content=b"a" * (MAX_PLAIN_BODY + 1)).status_code == 413
