"""The pages to sign in and out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.console import rendering
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem, shown
from api.console.visit import FormVisitHere, frame
from api.dependencies import OpenFormHere, PartsHere
from api.security import (
    clear_session_cookie,
    presented_token,
    require_same_origin,
    set_session_cookie,
)
from api.signing_in import signed_in
from core.errors import Forbidden, InputRejected
from records.accounts import sign_out

router = APIRouter(route_class=PageRoute)

_NOTICES = {
    "out": "You are signed out.",
    "password": "Your password is changed. Sign in with the new one.",
}


@router.get("/sign-in")
def show(
    request: Request,
    next: Annotated[str, Query(max_length=500)] = "",
    said: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the form."""
    return _form(request, next, _NOTICES.get(said))


@router.post("/sign-in")
def enter(request: Request, parts: PartsHere, form: OpenFormHere) -> Response:
    """Check name and password and start a session."""
    require_same_origin(request)
    settings = parts.settings
    username = form.fields.get("username", "").strip()
    wanted = form.fields.get("next", "")
    try:
        issued = signed_in(parts, username, form.fields.get("password", ""))
    except (Forbidden, InputRejected) as refusal:
        return _form(request, wanted, problem=shown(refusal), username=username)
    response = RedirectResponse(own_path(wanted), 303)
    set_session_cookie(response, issued, settings)
    return response


@router.post("/sign-out")
def leave(visit: FormVisitHere) -> Response:
    """End the session."""
    with visit.parts.database.transaction() as session:
        sign_out(session, presented_token(visit.request).token)
    response = RedirectResponse("/sign-in?said=out", 303)
    clear_session_cookie(response)
    return response


def own_path(wanted: str) -> str:
    """Return the wanted address when it is a page of ours, else the start page."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_own and "\\" not in wanted else "/"


def _form(
    request: Request,
    wanted: str,
    notice: str | None = None,
    problem: ShownProblem | None = None,
    username: str = "",
) -> Response:
    return rendering.page(
        "sign_in.html",
        problem.status if problem else 200,
        **frame(request, None),
        page="",
        title="Sign in",
        next=wanted,
        notice=notice,
        problem=problem,
        username=username,
    )
