"""Requests about batches: many probes of a laboratory searched as one job."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere
from api.schemas.batches import BatchAnswer
from api.schemas.shape import PageAnswer
from records.batches import batch_for, cancel_batch, list_batches

router = APIRouter(tags=["batches"], prefix="/batches")


@router.get("")
def read_batches(
    parts: PartsHere, officer: OfficerHere, limit: LimitHere = 20, cursor: CursorHere = None
) -> PageAnswer[BatchAnswer]:
    """List batches, newest first."""
    with parts.database.transaction() as session:
        page = list_batches(session, officer, limit, cursor)
    return PageAnswer(items=[BatchAnswer.of(batch) for batch in page.items], next_cursor=page.next_cursor)


@router.get("/{batch_id}")
def read_batch(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> BatchAnswer:
    """Read how far a batch is."""
    with parts.database.transaction() as session:
        return BatchAnswer.of(batch_for(session, officer, batch_id))


@router.delete("/{batch_id}", status_code=204)
def cancel(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> None:
    """Stop a batch; what was answered so far stays."""
    with parts.database.transaction() as session:
        cancel_batch(session, officer, batch_id)
