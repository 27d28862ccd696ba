"""Batches of probes: what was sent, how far each is, and which search answered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, Purpose, Role, SearchFilters, require, search_filter
from records.pages import Page, cut_page, id_place, page_size, read_cursor
from records.samples import SampleRole, StagedSample, sample_row
from records.searches import check_purpose
from records.stored_values import from_json, to_json
from records.tables import AccountRow, BatchItemRow, BatchRow
from records.text import check_text, require_text


class BatchNotFound(NotFound):
    """No such batch for this officer."""

    code = "batch_not_found"


class BatchClosed(Conflict):
    """The batch takes no more probes, or has ended."""

    code = "batch_closed"


class BatchStatus(StrEnum):
    """How far a batch is. OPEN still takes probes."""

    OPEN = "open"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ItemStatus(StrEnum):
    """How far one probe is."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class BatchProbe:
    """One probe of a batch under the name the sender gave it."""

    name: str
    staged: StagedSample


@dataclass(frozen=True)
class Batch:
    """One batch; ``total``, ``done`` and ``failed`` count its probes."""

    id: UUID
    name: str
    purpose: Purpose
    case_number: str
    filters: SearchFilters
    max_candidates: int
    status: BatchStatus
    total: int
    done: int
    failed: int
    officer_id: UUID
    state_code: str | None
    created_at: datetime
    finished_at: datetime | None
    problem: str | None


@dataclass(frozen=True)
class BatchItem:
    """One probe of a batch; ``index`` counts from 0 in the order sent."""

    id: UUID
    batch_id: UUID
    index: int
    name: str
    sample_id: UUID | None
    status: ItemStatus
    problem: str | None
    search_id: UUID | None


_ENDED = (BatchStatus.COMPLETE, BatchStatus.FAILED, BatchStatus.CANCELLED)


def create_batch(
    session: Session,
    officer: Officer,
    name: str,
    purpose: Purpose,
    case_number: str,
    filters: SearchFilters | None = None,
    max_candidates: int = 20,
) -> Batch:
    """Open a batch; probes follow, then close_batch hands it to the workers."""
    require(officer, Permission.BATCH)
    check_purpose(purpose, case_number)
    wanted = filters or SearchFilters()
    search_filter(officer, purpose, wanted)
    row = BatchRow(
        id=new_id(),
        name=require_text(name, "name of the batch", 200),
        purpose=str(purpose),
        case_number=case_number.strip(),
        filters=to_json(wanted),
        max_candidates=max_candidates,
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
    return _batch(session, row)


def add_probes(session: Session, batch_id: UUID, probes: Sequence[BatchProbe]) -> int:
    """Add probes to an open batch and return how many it holds now."""
    row, place = _open(session, batch_id)
    officer = _officer_of(session, row)
    for probe in probes:
        session.add(sample_row(probe.staged, SampleRole.PROBE, officer))
    session.flush()
    for place_now, probe in enumerate(probes, place):
        session.add(_item(batch_id, place_now, probe.name, sample_id=probe.staged.id))
    session.flush()
    return place + len(probes)


def add_failed(session: Session, batch_id: UUID, name: str, problem: str) -> None:
    """Add a probe that could not be read at all, so that the result names it."""
    _, place = _open(session, batch_id)
    session.add(_item(batch_id, place, name, problem=check_text(problem, "problem")))
    session.flush()


def _open(session: Session, batch_id: UUID) -> tuple[BatchRow, int]:
    row = _locked(session, batch_id)
    if row.status != BatchStatus.OPEN:
        raise BatchClosed("This batch takes no more probes; make a new one.")
    last = session.scalar(select(func.max(BatchItemRow.place)).where(BatchItemRow.batch_id == batch_id))
    return row, 0 if last is None else last + 1


def _item(
    batch_id: UUID, place: int, name: str, sample_id: UUID | None = None, problem: str | None = None
) -> BatchItemRow:
    return BatchItemRow(
        id=new_id(),
        batch_id=batch_id,
        place=place,
        name=require_text(name, "name of the probe", 500),
        sample_id=sample_id,
        status=str(ItemStatus.FAILED if problem else ItemStatus.QUEUED),
        problem=problem,
        search_id=None,
    )


def _officer_of(session: Session, row: BatchRow) -> Officer:
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
    return _officer_of(session, _row(session, batch_id))


def close_batch(session: Session, batch_id: UUID) -> Batch:
    """End the sending of probes; the caller queues the job in the same transaction."""
    row, _ = _open(session, batch_id)
    row.status = str(BatchStatus.QUEUED)
    session.flush()
    return _batch(session, row)


def start_batch(session: Session, batch_id: UUID) -> Batch:
    """Mark a batch as running; one that has ended stays ended."""
    row = _locked(session, batch_id)
    if row.status == BatchStatus.QUEUED:
        row.status = str(BatchStatus.RUNNING)
    session.flush()
    return _batch(session, row)


def pending_items(session: Session, batch_id: UUID, limit: int = 50) -> tuple[BatchItem, ...]:
    """Return the next probes to search, in order; none once the batch was cancelled."""
    if _row(session, batch_id).status in _ENDED:
        return ()
    rows = session.scalars(
        select(BatchItemRow)
        .where(BatchItemRow.batch_id == batch_id, BatchItemRow.status == ItemStatus.QUEUED)
        .order_by(BatchItemRow.place)
        .limit(limit)
    )
    return tuple(_read_item(row) for row in rows)


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
    row = _locked(session, batch_id)
    if row.status not in _ENDED:
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
    return _batch(session, row)


def cancel_batch(session: Session, officer: Officer, batch_id: UUID) -> Batch:
    """Stop a batch; what was answered stays."""
    require(officer, Permission.BATCH)
    batch_for(session, officer, batch_id)
    row = _locked(session, batch_id)
    if row.status in _ENDED:
        raise BatchClosed(f"This batch is {row.status} already.")
    row.status, row.finished_at = str(BatchStatus.CANCELLED), now()
    session.flush()
    audit.append(session, officer, "batch.cancel", "batch", batch_id, row.purpose, row.case_number)
    return _batch(session, row)


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
    return _batch(session, row)


def batch_by_id(session: Session, batch_id: UUID) -> Batch:
    """Return a batch for a worker."""
    return _batch(session, _row(session, batch_id))


def list_batches(
    session: Session, officer: Officer, limit: int = 20, cursor: str | None = None
) -> Page[Batch]:
    """Return batches the officer may read, newest first."""
    size = page_size(limit)
    query = select(BatchRow).where(_visible(officer))
    if after := id_place(cursor):
        query = query.where(BatchRow.id < after)
    rows = session.scalars(query.order_by(BatchRow.id.desc()).limit(size + 1)).all()
    return cut_page(rows, size, lambda row: _batch(session, row), lambda row: [str(row.id)])


def items_of(
    session: Session, officer: Officer, batch_id: UUID, limit: int = 50, cursor: str | None = None
) -> Page[BatchItem]:
    """Return the probes of a batch in order."""
    batch_for(session, officer, batch_id)
    size = page_size(limit)
    query = select(BatchItemRow).where(BatchItemRow.batch_id == batch_id)
    if cursor:
        query = query.where(BatchItemRow.place > read_cursor(cursor, int)[0])
    rows = session.scalars(query.order_by(BatchItemRow.place).limit(size + 1)).all()
    return cut_page(rows, size, _read_item, lambda row: [row.place])


def _row(session: Session, batch_id: UUID) -> BatchRow:
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise BatchNotFound("There is no such batch.")
    return row


def _locked(session: Session, batch_id: UUID) -> BatchRow:
    row = session.get(BatchRow, batch_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise BatchNotFound("There is no such batch.")
    return row


def _batch(session: Session, row: BatchRow) -> Batch:
    counted = session.execute(
        select(BatchItemRow.status, func.count())
        .where(BatchItemRow.batch_id == row.id)
        .group_by(BatchItemRow.status)
    )
    counts = {row[0]: row[1] for row in counted}
    return Batch(
        id=row.id,
        name=row.name,
        purpose=Purpose(row.purpose),
        case_number=row.case_number,
        filters=from_json(SearchFilters, row.filters),
        max_candidates=row.max_candidates,
        status=BatchStatus(row.status),
        total=sum(counts.values()),
        done=counts.get(ItemStatus.DONE, 0),
        failed=counts.get(ItemStatus.FAILED, 0),
        officer_id=row.officer_id,
        state_code=row.state_code,
        created_at=row.created_at,
        finished_at=row.finished_at,
        problem=row.problem,
    )


def _read_item(row: BatchItemRow) -> BatchItem:
    return BatchItem(
        id=row.id,
        batch_id=row.batch_id,
        index=row.place,
        name=row.name,
        sample_id=row.sample_id,
        status=ItemStatus(row.status),
        problem=row.problem,
        search_id=row.search_id,
    )
