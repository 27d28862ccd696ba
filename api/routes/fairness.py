"""The request for the report on groups."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import OfficerHere, PartsHere
from api.fairness import STATED_RATE, report
from api.schemas.fairness import FairnessAnswer
from matcher.thresholds import HIGHEST_TARGET, LOWEST_TARGET

router = APIRouter(tags=["fairness"], prefix="/fairness")


@router.get("")
def read_fairness(
    parts: PartsHere,
    officer: OfficerHere,
    stated_rate: Annotated[
        float | None,
        Query(ge=1e-6, le=0.1, description=f"Threshold by the rate it states; {STATED_RATE:g} if not said."),
    ] = None,
    target_fpir: Annotated[
        int | None,
        Query(ge=LOWEST_TARGET, le=HIGHEST_TARGET, description="Instead: by the FPIR, as in a search."),
    ] = None,
    training: Annotated[bool, Query(description="Of training records, instead of real ones.")] = False,
) -> FairnessAnswer:
    """Compare faces of the gallery's own people and count matches of strangers by sex, age and state.

    Of a large gallery 6,000 people are drawn. Groups of fewer than 20 people are left out.
    """
    return report(parts, officer, stated_rate, target_fpir, training)
