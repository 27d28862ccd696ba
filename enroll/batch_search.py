"""Searches the probes of a batch, one slice of time per job, in the name of the officer who gave it in."""

import time
from collections.abc import Sequence
from uuid import UUID

from biometrics.template import Template
from core.errors import Defect, InputRejected, NotFound
from core.logging import get_logger
from enroll.batch_probes import ProbeKeeper, extract_files, kind_of
from enroll.errors import GalleryIncomplete
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import BATCH_PRIORITY, defer_batch
from enroll.search_notices import SKETCH, Notice, probe_notices
from enroll.whole_gallery import require_whole
from matcher.candidates import SearchResult
from matcher.filters import TagFilter
from matcher.mirroring import identify_either_way
from matcher.thresholds import meeting
from matcher.uncalibrated import without_rates
from records import batches
from records.access import Officer, search_filter
from records.batches import Batch, BatchItem
from records.database import Database
from records.samples import SampleNotFound, sample_bytes
from records.searches import save_search

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
    except GalleryIncomplete as problem:
        with parts.database.transaction() as session:
            batches.note_waiting(session, batch.id, problem.message)
        raise
    except Defect as problem:
        _LOG.exception("probe failed", batch=str(batch.id), item=str(item.id), code=problem.code)
        _note_problem(parts.database, item, _FAULT)


def _search(parts: WorkerParts, batch: Batch, officer: Officer, item: BatchItem) -> None:
    started = time.perf_counter()
    if not item.files:
        raise SampleNotFound("The images of this probe were erased before it was searched.")
    with parts.database.transaction() as session:
        data = [(file, sample_bytes(session, parts.store, file.sample.id)) for file in item.files]
        parts.follower.catch_up(session)
    files = extract_files(parts.engines, data)
    allowed = search_filter(officer, batch.purpose, batch.filters)
    templates = [template for file in files for template in file.templates]
    result = _identify(parts, batch, templates, allowed)
    if any(file.sketch for file in files):
        result = without_rates(result)
    keeper = ProbeKeeper(parts.store, files)
    elapsed_ms = 1000 * (time.perf_counter() - started)
    with parts.database.transaction() as session:
        if not batches.claim_item(session, item.id):
            return
        kept = keeper.add(session)
        search = save_search(
            session,
            officer,
            kind_of(files),
            batch.purpose,
            batch.case_number,
            batch.filters,
            kept.samples,
            result,
            elapsed_ms=elapsed_ms,
            batch_id=batch.id,
            notices=[notice.as_json() for notice in _notices(templates, result)],
            minutiae=kept.minutiae,
        )
        batches.finish_item(session, item.id, search_id=search.id)


def _identify(
    parts: WorkerParts, batch: Batch, templates: Sequence[Template], allowed: TagFilter
) -> SearchResult:
    """Search as an officer's own search does; the whole gallery, unless the batch is content with less."""
    result = identify_either_way(parts.gallery, templates, allowed, batch.max_candidates)
    if not batch.incomplete_accepted:
        require_whole(result)
    return meeting(result, batch.target_fpir, templates, parts.gallery.calibrations)


def _notices(templates: Sequence[Template], result: SearchResult) -> list[Notice]:
    sketch = [SKETCH] if result.uncalibrated else []
    return sketch + probe_notices(templates, result.repeated, result.mirrored)


def _note_problem(database: Database, item: BatchItem, message: str) -> None:
    with database.transaction() as session:
        batches.finish_item(session, item.id, problem=message)
