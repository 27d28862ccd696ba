"""How every error becomes an HTTP answer: one table from families to status, one form (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import (
    Conflict,
    Defect,
    Forbidden,
    InputRejected,
    NishanError,
    NotFound,
    Unavailable,
)
from core.logging import correlation_id, get_logger

STATUS_OF_FAMILY: Mapping[type[NishanError], int] = {
    InputRejected: 422,
    NotFound: 404,
    Conflict: 409,
    Forbidden: 403,
    Unavailable: 503,
    Defect: 500,
}

# The few codes for which HTTP has a sharper word than their family's.
STATUS_OF_CODE: Mapping[str, int] = {
    "token_missing": 401,
    "token_invalid": 401,
    "token_expired": 401,
    "sign_in_failed": 401,
    "account_locked": 429,
    "upload_too_large": 413,
    "precondition_failed": 412,
    "precondition_required": 428,
}

RETRY_AFTER_S = 5
"""What a client is told to wait when an error states no time of its own."""

_CODE_OF_HTTP: Mapping[int, str] = {
    400: "body_unreadable",
    404: "route_not_found",
    405: "method_not_allowed",
    413: "upload_too_large",
}
_DETAIL_OF_HTTP: Mapping[int, str] = {
    400: "The body cannot be read. Send it in the form that /docs describes.",
    404: "There is nothing at this address. See /docs for the addresses there are.",
    405: "This address does not take this method. See /docs for those it takes.",
}
_JSON_PATHS = ("/v1/", "/health/", "/metrics", "/openapi.json")

log = get_logger(__name__)


class ValidationFailed(InputRejected):
    """The JSON part of a form, a query value or a body does not have the documented form."""

    code = "validation_failed"


class PreconditionFailed(Conflict):
    """The resource changed since the sender read it."""

    code = "precondition_failed"


class PreconditionRequired(Conflict):
    """The request changes a resource without saying which state of it the sender has seen."""

    code = "precondition_required"


@dataclass(frozen=True)
class Problem:
    """An error as the client sees it."""

    status: int
    code: str
    title: str
    detail: str
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the members of the application/problem+json document."""
        return {
            **jsonable_encoder(dict(self.facts)),
            "type": f"urn:nishan:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "correlation_id": correlation_id.get(),
        }


def status_of(kind: type[NishanError]) -> int:
    """Return the HTTP status of an error class: by its code, else by its nearest family."""
    if kind.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[kind.code]
    return next(
        (STATUS_OF_FAMILY[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS_OF_FAMILY), 500
    )


def problem_of(error: NishanError) -> Problem:
    """Translate one of our errors; what a Defect says is for the log, not for the client."""
    status = status_of(type(error))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("defect", code=error.code, exc_info=error)
        return defect_problem(error.code)
    return Problem(
        status, error.code, _title(status), error.message, error.facts, _headers(status, error.facts)
    )


def defect_problem(code: str = Defect.code) -> Problem:
    """Return the answer to a fault of ours: no inner particulars, but the id under which it was logged."""
    detail = f"A fault in the service. Nothing was half stored. Quote {correlation_id.get()} to the operator."
    return Problem(500, code, _title(500), detail)


def validation_problem(errors: list[Any], detail: str = "Correct the fields listed in problems.") -> Problem:
    """Return the answer to a request that does not fit its schema, from pydantic's list of errors.

    What was sent is not repeated: it may be a name, and answers are sometimes logged on their way.
    """
    problems = [{"field": _field_path(error["loc"]), "message": error["msg"]} for error in errors]
    return Problem(422, "validation_failed", _title(422), detail, {"problems": problems})


def respond(request: Request, problem: Problem) -> Response:
    """Answer with the problem: as JSON to programs, as a page to the console's visitors."""
    page = getattr(request.app.state, "problem_page", None)
    if page is not None and not request.url.path.startswith(_JSON_PATHS):
        answer: Response = page(request, problem)
        return answer
    return problem_response(problem)


def problem_response(problem: Problem) -> JSONResponse:
    """Return the application/problem+json answer."""
    return JSONResponse(
        problem.body(), problem.status, dict(problem.headers), media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Make the application answer every error in the one form."""
    app.add_exception_handler(NishanError, _on_nishan_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


def _on_nishan_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, NishanError)
    return respond(request, problem_of(error))


def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return respond(request, validation_problem(list(error.errors())))


def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = _DETAIL_OF_HTTP.get(error.status_code, str(error.detail))
    code = _CODE_OF_HTTP.get(error.status_code, f"http_{error.status_code}")
    problem = Problem(error.status_code, code, _title(error.status_code), detail, headers=error.headers or {})
    return respond(request, problem)


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _headers(status: int, facts: Mapping[str, object]) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="nishan"'}
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        return {"Retry-After": str(facts.get("retry_after_s", RETRY_AFTER_S))}
    return {}


def _field_path(location: tuple[str | int, ...]) -> str:
    """Write a pydantic location as ``person.names[0].text``, without FastAPI's leading ``body``."""
    parts = location[1:] if location[:1] == ("body",) else location
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
