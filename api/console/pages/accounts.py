"""The administrator's page: officers' accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.console.forms import Values, described, form_page, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.routes.accounts import add_account, close_account, read_accounts, replace_password
from api.schemas.accounts import AccountBody, NewPassword
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_PLACES = {
    "username": ("username", "Account name"),
    "full_name": ("full_name", "Full name"),
    "role": ("role", "Role"),
    "state_code": ("state_code", "State code"),
    "station_code": ("station_code", "Station code"),
    "password": ("password", "Password"),
}
_NOTICES = {
    "created": "The account is created. Give the first password to the officer in person.",
    "password": "The new password is set; the officer has to sign in again with it.",
    "closed": "The account is closed. What it did stays in the audit.",
}


@router.get("/accounts")
def show(visit: VisitHere, said: Annotated[str, Query(max_length=20)] = "") -> Response:
    """List the accounts."""
    require(visit.officer, Permission.MANAGE_ACCOUNTS)
    return _page(visit, notice=_NOTICES.get(said))


@router.post("/accounts")
def create(visit: FormVisitHere) -> Response:
    """Create an account."""
    fields = visit.fields
    optional = {name: fields.get(name) or None for name in ("state_code", "station_code")}
    body = {
        **{name: fields.get(name, "") for name in ("username", "full_name", "role", "password")},
        **optional,
    }
    try:
        add_account(validated(AccountBody, body, _PLACES), visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, described(error, _PLACES), values=Values({**fields, "password": ""}))
    return visit.go("/accounts?said=created")


@router.post("/accounts/{account_id}/password")
def set_password(visit: FormVisitHere, account_id: UUID) -> Response:
    """Set a new password for an officer who forgot the old one."""
    try:
        body = validated(NewPassword, {"password": visit.fields.get("password", "")}, _PLACES)
        replace_password(account_id, body, visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, described(error))
    return visit.go("/accounts?said=password")


@router.post("/accounts/{account_id}/close")
def close(visit: FormVisitHere, account_id: UUID) -> Response:
    """Close an account."""
    try:
        close_account(account_id, visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, described(error))
    return visit.go("/accounts?said=closed")


def _page(
    visit: Visit,
    problem: ShownProblem | None = None,
    notice: str | None = None,
    values: Values | None = None,
) -> Response:
    return form_page(
        visit,
        "accounts.html",
        "accounts",
        "Accounts",
        values or Values(),
        problem,
        items=read_accounts(visit.parts, visit.officer),
        notice=notice,
    )
