"""Batches of probes: opened, filled, closed, cancelled, and read by their officers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.clock import now
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, Purpose, Role, SearchFilters, require, search_filter
from records.batch_values import (
    ENDED,
    Batch,
    BatchClosed,
    BatchFile,
    BatchInvalid,
    BatchItem,
    BatchItemFile,
    BatchNotFound,
    BatchProbe,
    BatchStatus,
    ItemStatus,
    batch_row,
    files_of,
    locked_batch,
    read_batch,
    read_item,
)
from records.batch_work import (
    claim_item,
    finish_batch,
    finish_item,
    note_waiting,
    officer_of_batch,
    officer_of_batch_row,
    pending_items,
    start_batch,
    unfinished_batches,
    urgent_work_waits,
)
from records.pages import Page, cut_page, newest_first, page_size, read_cursor
from records.samples import SampleRole, sample_row
from records.searches import check_purpose
from records.stored_values import to_json
from records.tables import BatchItemRow, BatchProbeRow, BatchRow, SearchRow
from records.text import check_text, require_text

__all__ = [
    "Batch",
    "BatchClosed",
    "BatchFile",
    "BatchInvalid",
    "BatchItem",
    "BatchItemFile",
    "BatchNotFound",
    "BatchProbe",
    "BatchStatus",
    "ItemStatus",
    "add_failed",
    "add_probes",
    "batch_by_id",
    "batch_for",
    "cancel_batch",
    "claim_item",
    "close_batch",
    "create_batch",
    "finish_batch",
    "finish_item",
    "items_of",
    "list_batches",
    "note_waiting",
    "officer_of_batch",
    "pending_items",
    "start_batch",
    "unfinished_batches",
    "urgent_work_waits",
]


LARGEST_ANSWER = 500
"""Candidates per probe; beyond, nobody reads them."""


def create_batch(
    session: Session,
    officer: Officer,
    name: str,
    purpose: Purpose,
    case_number: str,
    filters: SearchFilters | None = None,
    max_candidates: int = 20,
    target_fpir: int | None = None,
    *,
    incomplete_accepted: bool = False,
) -> Batch:
    """Open a batch; probes follow, then close_batch hands it to the workers."""
    require(officer, Permission.BATCH)
    check_purpose(purpose, case_number)
    if not 1 <= max_candidates <= LARGEST_ANSWER:
        raise BatchInvalid(f"Ask for 1 to {LARGEST_ANSWER} candidates.", field="max_candidates")
    wanted = filters or SearchFilters()
    search_filter(officer, purpose, wanted)
    row = BatchRow(
        id=new_id(),
        name=require_text(name, "name of the batch", 200),
        purpose=str(purpose),
        case_number=case_number.strip(),
        filters=to_json(wanted),
        max_candidates=max_candidates,
        target_fpir=target_fpir,
        incomplete_accepted=incomplete_accepted,
        status=str(BatchStatus.OPEN),
        problem=None,
        officer_id=officer.account_id,
        state_code=officer.state_code,
        created_at=now(),
        finished_at=None,
    )
    session.add(row)
    session.flush()
    audit.append(session, officer, "batch.create", "batch", row.id, purpose, row.case_number)
    return read_batch(session, row)


def add_probes(session: Session, batch_id: UUID, probes: Sequence[BatchProbe]) -> int:
    """Add probes to an open batch and return how many it holds now."""
    row, place = _open(session, batch_id)
    officer = officer_of_batch_row(session, row)
    for probe in probes:
        session.add_all(sample_row(file.staged, SampleRole.PROBE, officer) for file in probe.files)
    items = [_item(batch_id, place_now, probe.name) for place_now, probe in enumerate(probes, place)]
    session.add_all(items)
    session.flush()
    for item, probe in zip(items, probes, strict=True):
        session.add_all(_probe(item.id, number, file) for number, file in enumerate(probe.files))
    session.flush()
    return place + len(probes)


def add_failed(session: Session, batch_id: UUID, name: str, problem: str) -> None:
    """Add a probe that could not be read at all, so that the result names it."""
    _, place = _open(session, batch_id)
    session.add(_item(batch_id, place, name, problem=check_text(problem, "problem")))
    session.flush()


def _open(session: Session, batch_id: UUID) -> tuple[BatchRow, int]:
    row = locked_batch(session, batch_id)
    if row.status != BatchStatus.OPEN:
        raise BatchClosed("This batch takes no more probes; make a new one.")
    last = session.scalar(select(func.max(BatchItemRow.place)).where(BatchItemRow.batch_id == batch_id))
    return row, 0 if last is None else last + 1


def _probe(item_id: UUID, place: int, file: BatchFile) -> BatchProbeRow:
    return BatchProbeRow(
        item_id=item_id,
        place=place,
        sample_id=file.staged.id,
        sketch=file.sketch,
        minutiae=dict(file.minutiae) if file.minutiae else None,
    )


def _item(batch_id: UUID, place: int, name: str, problem: str | None = None) -> BatchItemRow:
    return BatchItemRow(
        id=new_id(),
        batch_id=batch_id,
        place=place,
        name=require_text(name, "name of the probe", 500),
        status=str(ItemStatus.FAILED if problem else ItemStatus.QUEUED),
        problem=problem,
        search_id=None,
    )


def close_batch(session: Session, batch_id: UUID) -> Batch:
    """End the sending of probes; the caller queues the job in the same transaction."""
    row, _ = _open(session, batch_id)
    row.status = str(BatchStatus.QUEUED)
    session.flush()
    return read_batch(session, row)


def cancel_batch(session: Session, officer: Officer, batch_id: UUID) -> Batch:
    """Stop a batch; what was answered stays."""
    require(officer, Permission.BATCH)
    batch_for(session, officer, batch_id)
    row = locked_batch(session, batch_id)
    if row.status in ENDED:
        raise BatchClosed(f"This batch is {row.status} already.")
    row.status, row.finished_at = str(BatchStatus.CANCELLED), now()
    session.flush()
    audit.append(session, officer, "batch.cancel", "batch", batch_id, row.purpose, row.case_number)
    return read_batch(session, row)


def _visible(officer: Officer) -> ColumnElement[bool]:
    own = BatchRow.officer_id == officer.account_id
    if officer.role not in (Role.EXAMINER, Role.SUPERVISOR, Role.AUDITOR):
        return own
    return (
        BatchRow.id.is_not(None)
        if officer.state_code is None
        else or_(own, BatchRow.state_code == officer.state_code)
    )


def batch_for(session: Session, officer: Officer, batch_id: UUID) -> Batch:
    """Return a batch the officer may read.

    Raises:
        BatchNotFound: there is none for this officer.
    """
    row = session.scalar(select(BatchRow).where(BatchRow.id == batch_id, _visible(officer)))
    if row is None:
        raise BatchNotFound("There is no such batch in your records.")
    return read_batch(session, row)


def batch_by_id(session: Session, batch_id: UUID) -> Batch:
    """Return a batch for a worker."""
    return read_batch(session, batch_row(session, batch_id))


def list_batches(
    session: Session, officer: Officer, limit: int = 20, cursor: str | None = None
) -> Page[Batch]:
    """Return batches the officer may read, newest first."""
    query = select(BatchRow).where(_visible(officer))
    return newest_first(session, query, BatchRow.id, limit, cursor, lambda row: read_batch(session, row))


def items_of(
    session: Session, officer: Officer, batch_id: UUID, limit: int = 50, cursor: str | None = None
) -> Page[BatchItem]:
    """Return the probes of a batch in order."""
    batch_for(session, officer, batch_id)
    size = page_size(limit)
    query = (
        select(BatchItemRow, SearchRow)
        .outerjoin(SearchRow, SearchRow.id == BatchItemRow.search_id)
        .where(BatchItemRow.batch_id == batch_id)
    )
    if cursor:
        query = query.where(BatchItemRow.place > read_cursor(cursor, int)[0])
    rows = session.execute(query.order_by(BatchItemRow.place).limit(size + 1)).all()
    files = files_of(session, [row.id for row, _ in rows])
    return cut_page(
        rows,
        size,
        lambda row: read_item(row[0], files.get(row[0].id, ()), row[1]),
        lambda row: [row[0].place],
    )
