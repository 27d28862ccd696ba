"""Requests about retention: how a case ended, what a court keeps, what is due for destruction."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere
from api.schemas.encounters import EncounterAnswer
from api.schemas.retention import DisposalBody, DueAnswer, HoldAnswer, HoldBody, HoldLifting
from api.schemas.shape import PageAnswer
from core.clock import now
from records.encounters import set_disposal
from records.holds import holds_of, lift_hold, place_hold
from records.retention import due_for_destruction

router = APIRouter(tags=["retention"])


@router.get("/destruction-due")
def list_due(
    parts: PartsHere, officer: OfficerHere, limit: LimitHere = 50, cursor: CursorHere = None
) -> PageAnswer[DueAnswer]:
    """List the records that the law has destroyed, the longest due first; none of them goes by itself."""
    with parts.database.transaction() as session:
        due = due_for_destruction(session, officer, today(), cursor=cursor, limit=limit)
    return PageAnswer(items=[DueAnswer.of(item) for item in due.items], next_cursor=due.next_cursor)


@router.put("/encounters/{encounter_id}/disposal")
def record_disposal(
    encounter_id: UUID, body: DisposalBody, parts: PartsHere, officer: OfficerHere
) -> EncounterAnswer:
    """Record how a case ended; a final acquittal of every case makes the record due for destruction."""
    with parts.database.transaction() as session:
        encounter = set_disposal(
            session, officer, encounter_id, body.disposal, body.on, body.final, body.case_status
        )
    return EncounterAnswer.of(encounter)


@router.get("/persons/{person_id}/holds")
def list_holds(person_id: UUID, parts: PartsHere, officer: OfficerHere) -> list[HoldAnswer]:
    """List the courts' directions in force; while there is one the record cannot be erased."""
    with parts.database.transaction() as session:
        return [HoldAnswer.of(hold) for hold in holds_of(session, officer, person_id)]


@router.post("/persons/{person_id}/holds", status_code=201)
def add_hold(person_id: UUID, body: HoldBody, parts: PartsHere, officer: OfficerHere) -> HoldAnswer:
    """Note a court's direction to keep the record."""
    with parts.database.transaction() as session:
        placed = place_hold(session, officer, person_id, body.court, body.order_number, body.reason)
        holds = holds_of(session, officer, person_id)
    return HoldAnswer.of(next(hold for hold in holds if hold.id == placed))


@router.post("/holds/{hold_id}/lifting", status_code=204)
def end_hold(hold_id: UUID, body: HoldLifting, parts: PartsHere, officer: OfficerHere) -> None:
    """Note that a court's direction has ended."""
    with parts.database.transaction() as session:
        lift_hold(session, officer, hold_id, body.reason)


def today() -> date:
    """Return today's date where the service runs."""
    return now().astimezone().date()
