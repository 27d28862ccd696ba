"""The page of the audit: its rows, and whether the chain is whole."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.console.forms import Values, described
from api.console.moments import ZONE
from api.console.page_route import PageRoute
from api.console.visit import VisitHere
from api.routes.audit import read_audit, verify_audit
from core.errors import InputRejected
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_SHOWN = 50
Text = Annotated[str, Query(max_length=100)]


class DateUnreadable(InputRejected):
    """A date in the address is none."""

    code = "date_unreadable"


@router.get("/audit")
def show(
    visit: VisitHere,
    action: Text = "",
    case_number: Text = "",
    since: Text = "",
    until: Text = "",
    check: Annotated[bool, Query()] = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Show the rows that fit, newest first; on demand, check the whole chain."""
    require(visit.officer, Permission.READ_AUDIT)
    problem, items, following = None, [], None
    dates = {"since": since, "until": until}
    try:
        found = read_audit(
            visit.parts,
            visit.officer,
            action=action.strip() or None,
            case_number=case_number.strip() or None,
            since=_start_of(since),
            until=_end_of(until),
            limit=_SHOWN,
            cursor=cursor,
        )
        items, following = found.items, found.next_cursor
    except InputRejected as error:
        problem = described(error)
    return visit.page(
        "audit.html",
        "audit",
        "Audit",
        problem.status if problem else 200,
        items=items,
        check=verify_audit(visit.parts, visit.officer) if check else None,
        values=Values(action=action, case_number=case_number, **({} if problem else dates)),
        problem=problem,
        **visit.page_links(following),
    )


def _start_of(day: str) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), ZONE)
    except ValueError:
        raise DateUnreadable("Give the date as year-month-day, such as 2026-11-21.") from None


def _end_of(day: str) -> datetime | None:
    start = _start_of(day)
    return start + timedelta(days=1) if start else None
