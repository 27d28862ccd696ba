"""Every answer carries its correlation id and the security headers, the answer to a crash too."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI

from api.envelope import SECURITY_HEADERS, Envelope
from core.logging import configure, correlation_id
from tests.unit.api.asking import ask


@contextmanager
def _logging() -> Iterator[None]:
    """Log as the service does while the block runs; its JSON also costs less than a drawn traceback."""
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    configure("INFO")
    try:
        yield
    finally:
        logging.getLogger().handlers, logging.getLogger().level = handlers, level


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/fine")
    def fine() -> str:
        return correlation_id.get()

    @app.get("/crash/{name}")
    def crash(name: str) -> None:
        raise RuntimeError("inner particulars")

    app.add_middleware(Envelope)
    return app


def test_a_given_correlation_id_comes_back_and_reaches_the_code() -> None:
    answer = ask(_app(), "GET", "/fine", headers={"X-Correlation-ID": "station-17.4"})
    assert answer.json() == "station-17.4"
    assert answer.headers["X-Correlation-ID"] == "station-17.4"


@pytest.mark.parametrize("sent", ["a b", "x" * 65, "<script>", "u;drop"])
def test_an_unfit_correlation_id_is_replaced(sent: str) -> None:
    answer = ask(_app(), "GET", "/fine", headers={"X-Correlation-ID": sent})
    assert answer.headers["X-Correlation-ID"] != sent


def test_every_answer_has_the_security_headers() -> None:
    app = _app()
    for path in ("/fine", "/missing", "/crash/x"):
        with _logging():
            headers = ask(app, "GET", path).headers
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert headers["Cache-Control"] == "no-store"


def test_the_content_policy_allows_nothing_inline() -> None:
    assert "unsafe-inline" not in SECURITY_HEADERS["Content-Security-Policy"]


def test_a_crash_answers_500_without_particulars() -> None:
    with _logging():
        answer = ask(_app(), "GET", "/crash/x")
    assert answer.status_code == 500
    assert answer.json()["code"] == "defect"
    assert "inner" not in answer.text


def test_the_log_holds_the_route_but_not_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with _logging():
        ask(_app(), "GET", "/fine?text=Lakshmi")
        ask(_app(), "GET", "/crash/Manjunatha?text=Lakshmi")
    lines = capsys.readouterr().err
    assert "/crash/{name}" in lines
    assert "Lakshmi" not in lines
    assert "Manjunatha" not in lines
