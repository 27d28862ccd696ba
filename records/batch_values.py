"""What a batch of probes is, and how it is read from its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict, InputRejected, NotFound
from records.access import Purpose, SearchFilters
from records.sample_values import Sample, StagedSample, read_sample
from records.search_values import LEFT_OUT, UNCALIBRATED
from records.stored_values import from_json
from records.tables import BatchItemRow, BatchProbeRow, BatchRow, SampleRow, SearchRow


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
class BatchFile:
    """One file of a probe.

    Attributes:
        sketch: A drawing of a face.
        minutiae: What an examiner marked in it, in the form of a search's minutiae; None where nothing.
    """

    staged: StagedSample
    sketch: bool = False
    minutiae: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class BatchProbe:
    """One probe of a batch under the name the sender gave it: one file, or several of one person."""

    name: str
    files: tuple[BatchFile, ...]


@dataclass(frozen=True)
class Batch:
    """One batch; ``total``, ``done`` and ``failed`` count its probes.

    Attributes:
        target_fpir: As in `matcher.thresholds`; None to propose candidates whatever their rate.
        incomplete_accepted: Whether probes are answered while a part of the gallery is away.
        problem: Why it failed or, while it runs, what it waits for.
    """

    id: UUID
    name: str
    purpose: Purpose
    case_number: str
    filters: SearchFilters
    max_candidates: int
    target_fpir: int | None
    incomplete_accepted: bool
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
class BatchItemFile:
    """One file of a probe as it is kept; the rest as in `BatchFile`."""

    sample: Sample
    sketch: bool
    minutiae: Mapping[str, Any] | None


@dataclass(frozen=True)
class BatchItem:
    """One probe of a batch; ``index`` counts from 0 in the order sent.

    Attributes:
        files: In the order sent; those erased since are gone, as all are of one that could not be read.
        references_incomparable, uncalibrated: As in `records.searches.SearchRecord`.
        incomplete: Parts of the gallery were away when it was searched.
    """

    id: UUID
    batch_id: UUID
    index: int
    name: str
    files: tuple[BatchItemFile, ...]
    status: ItemStatus
    problem: str | None
    search_id: UUID | None
    references_incomparable: int = 0
    uncalibrated: bool = False
    incomplete: bool = False


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
        target_fpir=row.target_fpir,
        incomplete_accepted=row.incomplete_accepted,
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


def files_of(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, tuple[BatchItemFile, ...]]:
    """Return the files of probes, in order."""
    rows = session.execute(
        select(BatchProbeRow, SampleRow)
        .join(SampleRow, SampleRow.id == BatchProbeRow.sample_id)
        .where(BatchProbeRow.item_id.in_(list(item_ids)))
        .order_by(BatchProbeRow.item_id, BatchProbeRow.place)
    )
    found: dict[UUID, tuple[BatchItemFile, ...]] = {}
    for probe, sample in rows:
        file = BatchItemFile(read_sample(sample), probe.sketch, probe.minutiae)
        found[probe.item_id] = (*found.get(probe.item_id, ()), file)
    return found


def read_item(
    row: BatchItemRow, files: tuple[BatchItemFile, ...], search: SearchRow | None = None
) -> BatchItem:
    outcome = (search.outcome if search else None) or {}
    return BatchItem(
        id=row.id,
        batch_id=row.batch_id,
        index=row.place,
        name=row.name,
        files=files,
        status=ItemStatus(row.status),
        problem=row.problem,
        search_id=row.search_id,
        references_incomparable=int(outcome.get(LEFT_OUT, 0)),
        uncalibrated=bool(outcome.get(UNCALIBRATED)),
        incomplete=search is not None and search.shards_searched < search.shards_total,
    )
