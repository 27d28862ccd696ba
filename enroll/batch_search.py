"""Searches the probes of a batch, one slice of time per job, in the name of the officer who gave it in."""

import time
from uuid import UUID

from biometrics.template import Modality
from core.errors import Defect, InputRejected, NotFound
from core.logging import get_logger
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import BATCH_PRIORITY, defer_batch
from enroll.whole_gallery import require_whole
from records import batches
from records.access import Officer, search_filter
from records.batches import Batch, BatchItem
from records.database import Database
from records.samples import sample_bytes, samples_by_id
from records.searches import SearchKind, save_search

_LOG = get_logger(__name__)

_FAULT = "A fault in the service stopped this probe; it is in the log. Send it again when it is mended."


def run_batch(parts: WorkerParts, batch_id: UUID) -> None:
    """Search probes for some seconds; when some are left, queue the next slice.

    As soon as something more urgent waits, above all an enrolment, the slice ends and lets it go first;
    one probe is searched in any case, so that a batch always comes to its end. Each probe's search, its
    audit row and the mark that it is done are one transaction, so that none is searched twice.
    """
    with parts.database.transaction() as session:
        batch = batches.start_batch(session, batch_id)
        officer = batches.officer_of_batch(session, batch_id)
    ends = time.monotonic() + ENROLL.batch.slice_s
    while time.monotonic() < ends:
        with parts.database.transaction() as session:
            pending = batches.pending_items(session, batch_id, 1)
            if not pending:
                batches.finish_batch(session, batch_id)
                return
        _search_item(parts, batch, officer, pending[0])
        with parts.database.transaction() as session:
            if batches.urgent_work_waits(session, BATCH_PRIORITY):
                break
    with parts.database.transaction() as session:
        defer_batch(session, batch_id)


def give_up_batch(database: Database, batch_id: UUID, message: str) -> None:
    """End a batch whose job will not be tried again; what was answered stays."""
    with database.transaction() as session:
        batches.finish_batch(session, batch_id, message)


def _search_item(parts: WorkerParts, batch: Batch, officer: Officer, item: BatchItem) -> None:
    try:
        _search(parts, batch, officer, item)
    except (InputRejected, NotFound) as problem:
        _note_problem(parts.database, item, problem.message)
    except Defect as problem:
        _LOG.exception("probe failed", batch=str(batch.id), item=str(item.id), code=problem.code)
        _note_problem(parts.database, item, _FAULT)


def _search(parts: WorkerParts, batch: Batch, officer: Officer, item: BatchItem) -> None:
    started = time.perf_counter()
    sample_ids = [item.sample_id] if item.sample_id else []
    with parts.database.transaction() as session:
        (sample,) = samples_by_id(session, sample_ids)
        data = sample_bytes(session, parts.store, sample.id)
        parts.follower.catch_up(session)
    template = parts.engines.extract_sample(sample, data)
    allowed = search_filter(officer, batch.purpose, batch.filters)
    result = parts.gallery.identify([template], allowed, batch.max_candidates)
    require_whole(result)
    kind = SearchKind.FACE if sample.modality is Modality.FACE else SearchKind.FINGER
    elapsed_ms = 1000 * (time.perf_counter() - started)
    with parts.database.transaction() as session:
        if not batches.claim_item(session, item.id):
            return
        search = save_search(
            session,
            officer,
            kind,
            batch.purpose,
            batch.case_number,
            batch.filters,
            [sample.id],
            result,
            elapsed_ms=elapsed_ms,
            batch_id=batch.id,
        )
        batches.finish_item(session, item.id, search_id=search.id)


def _note_problem(database: Database, item: BatchItem, message: str) -> None:
    with database.transaction() as session:
        batches.finish_item(session, item.id, problem=message)
