"""How workers go through a batch: next probes, results, the end."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.clock import now
from records import audit
from records.access import Officer, Role
from records.batch_values import (
    ENDED,
    Batch,
    BatchItem,
    BatchStatus,
    ItemStatus,
    batch_row,
    files_of,
    locked_batch,
    read_batch,
    read_item,
)
from records.tables import AccountRow, BatchItemRow, BatchRow
from records.text import check_text

_URGENT = text(
    "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND priority > :priority"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
)


def officer_of_batch_row(session: Session, row: BatchRow) -> Officer:
    account = session.get_one(AccountRow, row.officer_id)
    return Officer(
        account.id,
        account.username,
        account.full_name,
        Role(account.role),
        account.state_code,
        account.station_code,
    )


def officer_of_batch(session: Session, batch_id: UUID) -> Officer:
    """Return the officer for whom a worker runs the batch, with the rights of now, not of then."""
    return officer_of_batch_row(session, batch_row(session, batch_id))


def start_batch(session: Session, batch_id: UUID) -> Batch:
    """Mark a batch as running and waiting for nothing; one that has ended stays as it is."""
    row = locked_batch(session, batch_id)
    if row.status in (BatchStatus.QUEUED, BatchStatus.RUNNING):
        row.status, row.problem = str(BatchStatus.RUNNING), None
    session.flush()
    return read_batch(session, row)


def note_waiting(session: Session, batch_id: UUID, message: str) -> None:
    """Say what a running batch waits for."""
    row = locked_batch(session, batch_id)
    if row.status not in ENDED:
        row.problem = check_text(message, "problem")
    session.flush()


def pending_items(session: Session, batch_id: UUID, limit: int = 50) -> tuple[BatchItem, ...]:
    """Return the next probes to search, in order; none once the batch was cancelled."""
    if batch_row(session, batch_id).status in ENDED:
        return ()
    rows = session.scalars(
        select(BatchItemRow)
        .where(BatchItemRow.batch_id == batch_id, BatchItemRow.status == ItemStatus.QUEUED)
        .order_by(BatchItemRow.place)
        .limit(limit)
    ).all()
    files = files_of(session, [row.id for row in rows])
    return tuple(read_item(row, files.get(row.id, ())) for row in rows)


def urgent_work_waits(session: Session, priority: int) -> bool:
    """Return whether the queue holds a job that could begin now and is more urgent than ``priority``."""
    return bool(session.scalar(_URGENT, {"priority": priority}))


def unfinished_batches(session: Session) -> tuple[UUID, ...]:
    """Return the batches that have not ended."""
    return tuple(session.scalars(select(BatchRow.id).where(BatchRow.status.not_in(map(str, ENDED)))))


def claim_item(session: Session, item_id: UUID) -> bool:
    """Lock a probe until this transaction ends; False when it has been answered already."""
    row = session.get(BatchItemRow, item_id, with_for_update=True, populate_existing=True)
    return row is not None and row.status == ItemStatus.QUEUED


def finish_item(
    session: Session, item_id: UUID, *, search_id: UUID | None = None, problem: str | None = None
) -> None:
    """Note the search that answered a probe, or why there is none; a finished one stays as it is."""
    row = session.get_one(BatchItemRow, item_id, with_for_update=True)
    if row.status != ItemStatus.QUEUED:
        return
    row.status = str(ItemStatus.FAILED if problem else ItemStatus.DONE)
    row.search_id, row.problem = search_id, check_text(problem, "problem") if problem else None
    session.flush()


def finish_batch(session: Session, batch_id: UUID, problem: str | None = None) -> Batch:
    """End a batch: complete, or failed when a problem concerns all of it."""
    row = locked_batch(session, batch_id)
    if row.status not in ENDED:
        row.status = str(BatchStatus.FAILED if problem else BatchStatus.COMPLETE)
        row.problem, row.finished_at = problem, now()
        session.flush()
        audit.append(
            session,
            None,
            "batch.finish",
            "batch",
            batch_id,
            row.purpose,
            row.case_number,
            {"status": row.status},
        )
    return read_batch(session, row)
