"""Errors as people read them: a page of their own, or a notice above the form that has to be corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.console import rendering, words
from api.console.visit import UPLOAD_HEADER, frame
from api.errors import Problem, problem_of
from api.security import officer_behind
from core.errors import NishanError
from core.logging import correlation_id
from records.access import Officer

_TITLES: Mapping[int, str] = {
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    405: "Not found",
    409: "Changed in the meantime",
    413: "Too large",
    422: "This cannot be used yet",
    429: "Too many attempts",
    503: "Not available just now",
}


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of a form."""

    field: str
    label: str
    message: str


@dataclass(frozen=True)
class ShownProblem:
    """An error as a page shows it."""

    status: int
    title: str
    detail: str
    code: str
    fields: tuple[FieldProblem, ...] = ()
    correlation_id: str = ""

    @property
    def by_field(self) -> dict[str, str]:
        """The messages by the name of their field."""
        return {item.field: item.message for item in self.fields if item.field}


def shown(error: NishanError) -> ShownProblem:
    """Describe one of our errors; a refused file is named by what it shows."""
    problem = problem_of(error)
    described = _described(problem)
    part = str(problem.facts.get("file") or "")
    if not part:
        return described
    again = f"{words.part_label(part)}: please take it again"
    # of several the message itself says which
    title = "One of the files cannot be used" if "file_count" in problem.facts else again
    return replace(described, title=title, fields=())


def problem_page(request: Request, problem: Problem) -> Response:
    """Answer an error outside the JSON routes; whoever is not signed in is sent to sign in."""
    if problem.status == 401 and UPLOAD_HEADER not in request.headers:
        return RedirectResponse(_sign_in_address(request), 303)
    officer = _officer(request)
    values = frame(request, officer)
    page = rendering.page(
        "problem.html", problem.status, **values, page="", title=_title(problem), problem=_described(problem)
    )
    page.headers.update(problem.headers)
    return page


def _described(problem: Problem) -> ShownProblem:
    return ShownProblem(
        problem.status, _title(problem), problem.detail, problem.code, correlation_id=correlation_id.get()
    )


def _title(problem: Problem) -> str:
    return _TITLES.get(problem.status, "A fault in the service")


def _sign_in_address(request: Request) -> str:
    wanted = request.url.path if request.method == "GET" else ""
    if wanted in ("", "/"):
        return "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    return "/sign-in?" + urlencode({"next": wanted + query})


def _officer(request: Request) -> Officer | None:
    try:
        return officer_behind(request, request.app.state.parts)
    except NishanError:
        return None
