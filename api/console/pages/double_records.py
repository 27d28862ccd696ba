"""The page of people who look like one person under two records, as the newest fit of rates found them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.console.page_route import PageRoute
from api.console.visit import Visit, VisitHere
from api.routes.calibrations import read_pairs
from api.routes.persons import list_persons
from api.schemas.persons import PersonLine
from records.access import Permission, require
from records.own_calibrations import newest_with_pairs

router = APIRouter(route_class=PageRoute)

_SHOWN = 20


@dataclass(frozen=True)
class _Pair:
    people: tuple[PersonLine, ...]
    score: float


@router.get("/double-records")
def show(visit: VisitHere, after: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
    """Show pairs side by side, the most alike first; the listing is written to the audit."""
    require(visit.officer, Permission.READ_PERSONS)
    with visit.parts.database.transaction() as session:
        number = newest_with_pairs(session)
    found = read_pairs(number, visit.parts, visit.officer).pairs if number is not None else []
    pairs = [
        _Pair((*_lines(visit, each.first), *_lines(visit, each.second)), each.score)
        for each in found[after : after + _SHOWN]
    ]
    beyond = after + _SHOWN
    return visit.page(
        "double_records.html",
        "persons",
        "Double records",
        pairs=pairs,
        total=len(found),
        next_href=f"/double-records?after={beyond}" if beyond < len(found) else None,
        first_href="/double-records" if after else None,
    )


def _lines(visit: Visit, number: str) -> list[PersonLine]:
    return list(list_persons(visit.parts, visit.officer, number, 1).items)
