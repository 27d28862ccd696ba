"""The administrator's page of stated rates: whose they are, a fit on the own gallery, and back again."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.console.forms import Values, described, form_page
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.rate_chart import rate_chart
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.routes import calibrations as routes
from api.schemas.calibrations import BackBody, CalibrationsAnswer, FitBody, TableAnswer
from core.errors import NishanError
from records.access import Permission, require

router = APIRouter(route_class=PageRoute)

_NOTICES = {
    "fitting": "All faces of this gallery are compared with all others. What is stated stays as it is until "
    "you use the new fit.",
    "used": "Used. Every answer states these rates from now on.",
    "back": "The shipped rates are stated again.",
}

Said = Annotated[str, Query(max_length=20)]


@router.get("/calibrations")
def show(visit: VisitHere, said: Said = "") -> Response:
    """Show whose rates are stated, the fits there are, and the form for another one."""
    require(visit.officer, Permission.MANAGE_TEMPLATES)
    return _page(visit, said=said)


@router.post("/calibrations")
def fit(visit: FormVisitHere) -> Response:
    """Begin to fit rates on the own gallery."""
    return _done(visit, "fitting", lambda: routes.fit(FitBody(), visit.parts, visit.officer, Response()))


@router.post("/calibrations/back")
def go_back(visit: FormVisitHere) -> Response:
    """State the shipped rates again."""
    return _done(visit, "back", lambda: routes.go_back(BackBody(), visit.parts, visit.officer))


@router.post("/calibrations/{number}/use")
def use(visit: FormVisitHere, number: int) -> Response:
    """State the rates of a fit."""
    return _done(visit, "used", lambda: routes.use(number, visit.parts, visit.officer))


def _done(visit: FormVisit, said: str, act: Callable[[], object]) -> Response:
    try:
        act()
    except NishanError as error:
        require(visit.officer, Permission.MANAGE_TEMPLATES)
        return _page(visit, described(error))
    return visit.go(f"/calibrations?said={said}")


def _page(visit: Visit, problem: ShownProblem | None = None, said: str = "") -> Response:
    state = routes.read_calibrations(visit.parts, visit.officer)
    fitted = [each.table for each in state.own if each.table and each.producer == state.producer]
    tables = [*state.shipped, *fitted]
    running = next((each for each in state.own if each.status == "fitting"), None)
    return form_page(
        visit,
        "calibrations.html",
        "calibrations",
        "Stated rates",
        Values(),
        problem,
        state=state,
        running=running,
        active=next((each for each in state.own if each.active and each.producer == state.producer), None),
        chart=rate_chart(_drawn(state)),
        tables=tables,
        rates=max((each.rates for each in tables), key=len, default=[]),
        notice=_NOTICES.get(said) if said != "fitting" or running else None,
    )


def _drawn(state: CalibrationsAnswer) -> list[TableAnswer]:
    """Return the shipped tables, the newest own one, and the one in use."""
    own = [each for each in state.own if each.table and each.producer == state.producer]
    chosen = [each for place, each in enumerate(own) if place == 0 or each.active]
    return [*state.shipped, *(each.table for each in chosen if each.table)]
