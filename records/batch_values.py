"""What a batch of probes is, and how it is read from its rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, InputRejected, NotFound
from records.access import Purpose, SearchFilters
from records.samples import StagedSample
from records.stored_values import from_json
from records.tables import BatchItemRow, BatchRow


class BatchNotFound(NotFound):
    """No such batch for this officer."""

    code = "batch_not_found"


class BatchInvalid(InputRejected):
    """What is asked of a batch cannot be done."""

    code = "batch_invalid"


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
    """One probe of a batch; ``index`` counts from 0 in the order sent.

    Attributes:
        references_incomparable: As in `records.searches.SearchRecord`; 0 before the search.
    """

    id: UUID
    batch_id: UUID
    index: int
    name: str
    sample_id: UUID | None
    status: ItemStatus
    problem: str | None
    search_id: UUID | None
    references_incomparable: int


ENDED = (BatchStatus.COMPLETE, BatchStatus.FAILED, BatchStatus.CANCELLED)


def batch_row(session: Session, batch_id: UUID) -> BatchRow:
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise BatchNotFound("There is no such batch.")
    return row


def locked_batch(session: Session, batch_id: UUID) -> BatchRow:
    row = session.get(BatchRow, batch_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise BatchNotFound("There is no such batch.")
    return row


def read_batch(session: Session, row: BatchRow) -> Batch:
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


def read_item(row: BatchItemRow, references_incomparable: int = 0) -> BatchItem:
    return BatchItem(
        id=row.id,
        batch_id=row.batch_id,
        index=row.place,
        name=row.name,
        sample_id=row.sample_id,
        status=ItemStatus(row.status),
        problem=row.problem,
        search_id=row.search_id,
        references_incomparable=references_incomparable,
    )
