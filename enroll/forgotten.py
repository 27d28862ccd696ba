"""Gives new jobs to videos, batches, generations and fits that have none any more: nothing waits for ever."""

from collections.abc import Callable, Sequence
from uuid import UUID

import procrastinate
from procrastinate import jobs

from core.logging import get_logger
from enroll.parts import WorkerParts
from enroll.queue import Job, defer_batch, defer_calibration, defer_generation, defer_video
from records.batches import unfinished_batches
from records.database import Session
from records.generation_reading import generation_by_id, unfinished_generations
from records.own_calibrations import unfinished_calibrations
from records.videos import unfinished_videos

_LOG = get_logger(__name__)
_ALIVE = (jobs.Status.TODO.value, jobs.Status.DOING.value)


async def requeue_forgotten(app: procrastinate.App, parts: WorkerParts) -> int:
    """Queue what has no job, and return how much.

    The last job of a video or of a slice of a batch can fail without leaving a trace in the records
    when the database goes away at that very moment.
    """
    videos = await _requeue(app, parts, Job.PROCESS_VIDEO, "video_id", unfinished_videos, defer_video)
    batches = await _requeue(app, parts, Job.RUN_BATCH, "batch_id", unfinished_batches, defer_batch)
    generations = await _requeue(
        app, parts, Job.BUILD_GENERATION, "generation_id", _unfinished_generations, _defer_generation
    )
    calibrations = await _requeue(
        app, parts, Job.FIT_CALIBRATION, "calibration_id", unfinished_calibrations, defer_calibration
    )
    return videos + batches + generations + calibrations


def _unfinished_generations(session: Session) -> Sequence[UUID]:
    return [generation.id for generation in unfinished_generations(session)]


def _defer_generation(session: Session, generation_id: UUID) -> None:
    defer_generation(session, generation_by_id(session, generation_id))


async def _requeue(
    app: procrastinate.App,
    parts: WorkerParts,
    task: Job,
    key: str,
    unfinished: Callable[[Session], Sequence[UUID]],
    defer: Callable[[Session, UUID], None],
) -> int:
    # First what is open, then the jobs: one that ends in between leaves nothing open, or a next job.
    with parts.database.transaction() as session:
        opened = unfinished(session)
    alive = set()
    for status in _ALIVE:
        for job in await app.job_manager.list_jobs_async(task=str(task), status=status):
            alive.add(str(job.task_kwargs[key]))
    forgotten = [each for each in opened if str(each) not in alive]
    for each in forgotten:
        with parts.database.transaction() as session:
            if each in unfinished(session):
                defer(session, each)
        _LOG.warning("work without a job is queued again", task=str(task), id=str(each))
    return len(forgotten)
