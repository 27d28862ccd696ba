"""Builds a generation of templates, one slice of time per job, and deletes one that is given up."""

import time
from uuid import UUID

from core.logging import get_logger
from enroll.generation_templates import rebuild_sample, require_made_here
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import defer_generation_slice
from records.database import Database
from records.generation_reading import generation_by_id
from records.generation_scope import next_lacking
from records.generation_values import Generation, GenerationState
from records.generation_work import complete_generation, delete_some, fail_generation

_LOG = get_logger(__name__)

_BUILT = (GenerationState.BUILDING, GenerationState.COMPLETE)
"""A complete one is built on when samples came that it lacks."""


def run_generation(parts: WorkerParts, generation_id: UUID, lane: int, after: str | None) -> None:
    """Work on a generation for some seconds; when more is left, queue the next slice.

    Each sample's template is a transaction of its own: a worker that is killed loses the sample in
    work, and its slice is done again without what was kept.

    Args:
        lane: Which part of the samples this job looks at.
        after: Where the slice before ended, a sample's id or a template's; None to look at all.
    """
    with parts.database.transaction() as session:
        generation = generation_by_id(session, generation_id)
    if generation.state in _BUILT and lane < generation.lanes:
        _build(parts, generation, lane, UUID(after) if after else None)
    elif generation.state is GenerationState.RETIRING and lane == 0:
        _delete(parts, generation, int(after) if after and after.isdigit() else 0)


def give_up_generation(database: Database, generation_id: UUID, message: str) -> None:
    """Stop a generation whose job will not be tried again; what was made stays, and it can be resumed."""
    with database.transaction() as session:
        fail_generation(session, generation_id, message)


def _build(parts: WorkerParts, generation: Generation, lane: int, after: UUID | None) -> None:
    model = require_made_here(parts.engines, generation)
    ends = time.monotonic() + ENROLL.rebuild.slice_s
    while time.monotonic() < ends:
        with parts.database.transaction() as session:
            state = generation_by_id(session, generation.id).state
            found = next_lacking(session, generation, after, lane, ENROLL.rebuild.at_once)
        if state not in _BUILT:
            return
        if not found:
            if after is None:
                _finish(parts, generation)
                return
            after = None  # at the end: look once more at all, for those that came meanwhile
        for sample_id in found:
            rebuild_sample(parts, generation, model, sample_id)
            after = sample_id
            if time.monotonic() >= ends:
                break
    with parts.database.transaction() as session:
        defer_generation_slice(session, generation, lane, str(after) if after else None)


def _finish(parts: WorkerParts, generation: Generation) -> None:
    with parts.database.transaction() as session:
        now = complete_generation(session, generation.id)
    _LOG.info("lane done", generation=str(generation.id), state=now.state.value, done=now.done)


def _delete(parts: WorkerParts, generation: Generation, after: int) -> None:
    ends = time.monotonic() + ENROLL.rebuild.slice_s
    while time.monotonic() < ends:
        with parts.database.transaction() as session:
            last = delete_some(session, generation.id, after)
        if last is None:
            return
        after = last
    with parts.database.transaction() as session:
        defer_generation_slice(session, generation, 0, str(after))
