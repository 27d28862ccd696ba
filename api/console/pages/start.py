"""The start page: what this officer can do, and what waits for him or her."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.answers import search_line
from api.console.page_route import PageRoute
from api.console.visit import Visit, VisitHere
from api.schemas.batches import BatchAnswer
from api.schemas.searches import SearchLine
from records.access import Permission
from records.batches import list_batches
from records.enrolments import Enrolment, EnrolmentStatus, list_enrolments
from records.searches import list_searches

router = APIRouter(route_class=PageRoute)

_SHOWN = 5
_NEEDS_SOMEONE = (
    EnrolmentStatus.AWAITING_CONFIRMATION,
    EnrolmentStatus.NEEDS_RECAPTURE,
    EnrolmentStatus.FAILED,
)
_RUNNING = ("queued", "running")


@dataclass(frozen=True)
class _Tile:
    """One thing to do."""

    permission: Permission
    href: str
    label: str
    text: str


_TILES = (
    _Tile(Permission.ENROL, "/enrol", "Enrol a person", "Photo, fingerprints and the arrest record"),
    _Tile(Permission.SEARCH, "/identify", "Identify", "Who is this? By photo, prints or a mark from a scene"),
    _Tile(Permission.VERIFY, "/verify", "Verify one person", "Is this the person with that number?"),
    _Tile(Permission.READ_PERSONS, "/persons", "Find a record", "By name in any script, number or FIR"),
    _Tile(Permission.BATCH, "/batches", "Search a batch", "Many probes at once, for laboratories"),
    _Tile(Permission.ERASE, "/destruction-due", "Due for destruction", "Records that the law has destroyed"),
    _Tile(Permission.READ_AUDIT, "/audit", "Audit", "Who did what, when and why"),
    _Tile(Permission.READ_AUDIT, "/searches", "Searches", "All searches and the decisions on them"),
    _Tile(Permission.MANAGE_ACCOUNTS, "/accounts", "Accounts", "Officers, their roles and passwords"),
    _Tile(Permission.MANAGE_TEMPLATES, "/templates", "Templates", "What searches reach, another model"),
    _Tile(Permission.MANAGE_TEMPLATES, "/calibrations", "Stated rates", "Whose match rates answers state"),
)


@router.get("/")
def show(visit: VisitHere) -> Response:
    """Show the start page of the officer's role."""
    return visit.page(
        "start.html",
        "start",
        "Start",
        tiles=[tile for tile in _TILES if visit.may(tile.permission)],
        enrolments=_enrolments(visit) if visit.may(Permission.ENROL) else None,
        batches=_batches(visit) if visit.may(Permission.BATCH) else None,
        searches=_searches(visit) if visit.may(Permission.SEARCH) else None,
    )


def _enrolments(visit: Visit) -> list[Enrolment]:
    with visit.parts.database.transaction() as session:
        return [
            enrolment
            for status in _NEEDS_SOMEONE
            for enrolment in list_enrolments(session, visit.officer, status, _SHOWN).items
        ][: 2 * _SHOWN]


def _batches(visit: Visit) -> list[BatchAnswer]:
    with visit.parts.database.transaction() as session:
        batches = list_batches(session, visit.officer, 20, None).items
    return [BatchAnswer.of(batch) for batch in batches if str(batch.status) in _RUNNING][:_SHOWN]


def _searches(visit: Visit) -> list[SearchLine]:
    with visit.parts.database.transaction() as session:
        return [search_line(record) for record in list_searches(session, visit.officer, _SHOWN, None).items]
