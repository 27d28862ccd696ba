"""The page that shows how often strangers match, group by group."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.console.forms import Values, described
from api.console.page_route import PageRoute
from api.console.visit import VisitHere
from api.fairness import STATED_RATE, report
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_RATES = {"0.01": "1 in 100", "0.001": "1 in 1,000", "0.0001": "1 in 10,000", "0.00001": "1 in 1,00,000"}


@router.get("/fairness")
def show(
    visit: VisitHere,
    measure: Annotated[bool, Query()] = False,
    threshold: Annotated[str, Query(max_length=10)] = "",
    training: Annotated[bool, Query()] = False,
) -> Response:
    """Show the form, and on demand the report: ``threshold`` is a rate, or a target FPIR such as ``t30``."""
    require(visit.officer, Permission.READ_FAIRNESS)
    problem, found = None, None
    chosen = threshold if threshold in _RATES or threshold[:1] == "t" else f"{STATED_RATE:g}"
    if measure:
        target = int(chosen[1:]) if chosen in ("t20", "t30", "t40", "t50") else None
        rate = float(chosen) if chosen in _RATES else None
        try:
            found = report(visit.parts, visit.officer, rate, target, training)
        except NishanError as error:
            problem = described(error)
    return visit.page(
        "fairness.html",
        "fairness",
        "Fairness",
        problem.status if problem else 200,
        report=found,
        rates_offered=_RATES,
        values=Values(threshold=chosen, training=training),
        problem=problem,
    )
