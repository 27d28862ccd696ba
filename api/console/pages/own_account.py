"""The page of the officer's own account."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.console.forms import described
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.routes.sessions import change_password
from api.schemas.sessions import PasswordChange
from api.security import clear_session_cookie
from core.errors import NishanError

router = APIRouter(route_class=PageRoute)


@router.get("/account")
def show(visit: VisitHere) -> Response:
    """Show who is signed in."""
    return _page(visit)


@router.post("/account/password")
def change(visit: FormVisitHere) -> Response:
    """Change the password; the session ends with it."""
    body = PasswordChange(
        current_password=visit.fields.get("current_password", "")[:1000],
        new_password=visit.fields.get("new_password", "")[:1000],
    )
    try:
        change_password(body, visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, described(error))
    response = RedirectResponse("/sign-in?said=password", 303)
    clear_session_cookie(response)
    return response


def _page(visit: Visit, problem: ShownProblem | None = None) -> Response:
    return visit.page(
        "account.html",
        "account",
        "Your account",
        problem.status if problem else 200,
        problem=problem,
        notice=None,
    )
