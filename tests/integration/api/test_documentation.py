"""The API describes itself: valid OpenAPI with examples, a page that works offline, checks, counters."""

import re
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from pydantic import ValidationError

from tests.integration.api.conftest import Api


@pytest.fixture(scope="module")
def description(api: Api) -> dict[str, Any]:
    """The OpenAPI document."""
    body: dict[str, Any] = api.anonymous().get("/openapi.json").json()
    return body


def test_the_description_is_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    try:
        OpenAPI.model_validate(description)
    except ValidationError as problem:
        raise AssertionError(str(problem)[:2000]) from problem


def test_every_reference_in_it_leads_somewhere(description: dict[str, Any]) -> None:
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(description)))
    assert references <= description["components"]["schemas"].keys()


def test_every_request_is_described_and_unique(description: dict[str, Any]) -> None:
    operations = [
        operation
        for methods in description["paths"].values()
        for method, operation in methods.items()
        if method in ("get", "post", "patch", "delete")
    ]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) > 25
    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []


def test_bodies_have_examples(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for name in (
        "EnrolmentRecord",
        "SearchQuery",
        "VerificationQuery",
        "BatchBody",
        "VideoBody",
        "Credentials",
    ):
        assert schemas[name]["examples"], name


def test_every_error_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if path.startswith("/v1") and status >= "4":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_the_page_needs_nothing_from_elsewhere(api: Api) -> None:
    page = api.anonymous().get("/docs")
    assert page.status_code == 200
    assert "/v1/searches" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert re.findall(r'(?:src|href)="(?!/|#)', page.text) == []
    assert api.anonymous().get("/docs/style.css").headers["content-type"].startswith("text/css")


def test_every_answer_carries_the_security_headers(api: Api) -> None:
    for path in ("/docs", "/openapi.json", "/health/live", "/v1/me", "/nowhere"):
        headers = api.anonymous().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Correlation-ID"]


def test_ready_names_every_part(api: Api) -> None:
    ready = api.anonymous().get("/health/ready").json()
    assert ready["status"] == "ready"
    assert {name: part["ok"] for name, part in ready["parts"].items()} == {
        "database": True,
        "images": True,
        "models": True,
        "calibration": True,
        "gallery": True,
    }
    assert api.anonymous().get("/health/live").json() == {"status": "live"}


def test_metrics_count_by_route_and_hold_no_ids(api: Api) -> None:
    client = api.client("station29")
    client.get("/v1/persons/01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b", params={"text": "Lakshmi"})
    text = api.anonymous().get("/metrics").text
    assert 'nishan_requests_total{method="GET",route="/v1/persons/{person_id}",status="404"}' in text
    assert "nishan_gallery_ready 1.0" in text
    assert "01990c5e" not in text
    assert "Lakshmi" not in text


def test_a_correlation_id_goes_through(api: Api) -> None:
    answer = api.anonymous().get("/v1/me", headers={"X-Correlation-ID": "desk-4.17"})
    assert answer.headers["X-Correlation-ID"] == "desk-4.17"
    assert answer.json()["correlation_id"] == "desk-4.17"


def test_options_of_other_origins_are_not_invited(api: Api) -> None:
    answer = api.anonymous().request("OPTIONS", "/v1/persons", headers={"Origin": "https://example.org"})
    assert not any(name.lower().startswith("access-control") for name in answer.headers)
    assert isinstance(answer, httpx.Response)
