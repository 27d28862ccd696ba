"""Keeps queue and stores tidy: jobs of dead workers, forgotten enrolments, orphans, expired tokens."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import procrastinate
from procrastinate import jobs

from core.clock import now
from core.errors import NotFound
from core.logging import get_logger
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.queue import defer_enrolment, enrolment_lock
from records import enrolments
from records.accounts import remove_expired
from records.retention import sweep_orphans
from records.videos import expire_video, overdue_videos

_LOG = get_logger(__name__)
_ALIVE = (jobs.Status.TODO.value, jobs.Status.DOING.value)
_REQUEUE_AT_ONCE = 100


async def watch_for_stalled(app: procrastinate.App) -> None:
    """Look for jobs of dead workers again and again, until cancelled.

    Not a job of its own: it must run when every thread is busy, and often.
    """
    while True:
        with suppress(procrastinate.exceptions.ConnectorException):
            await retry_stalled(app)
        await asyncio.sleep(ENROLL.worker.heartbeat_s)


async def retry_stalled(app: procrastinate.App) -> int:
    """Queue the jobs again that a dead worker left behind, and return how many."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=ENROLL.worker.stalled_after_s)
    retried = 0
    for job in stalled:
        # Several workers look; for all but the first the job is no longer there to be retried.
        with suppress(procrastinate.exceptions.ConnectorException):
            await app.job_manager.retry_job(job)
            retried += 1
            _LOG.warning("job of a dead worker starts again", job=job.id, task=job.task_name)
    return retried


async def remove_old_jobs(app: procrastinate.App) -> None:
    """Forget finished jobs after a few days; what they did is in the records and the audit."""
    await app.job_manager.delete_old_jobs(
        nb_hours=ENROLL.worker.old_jobs_h, include_failed=True, include_cancelled=True
    )


async def requeue_unfinished(app: procrastinate.App, parts: WorkerParts) -> int:
    """Give a new job to enrolments that have none any more, and return how many.

    The last job of an enrolment can fail without leaving a trace in the records when the database
    goes away at that very moment.
    """
    older_than = now() - timedelta(seconds=ENROLL.worker.unfinished_after_s)
    with parts.database.transaction() as session:
        waiting = enrolments.unfinished(session, older_than, _REQUEUE_AT_ONCE)
    requeued = 0
    for enrolment_id in waiting:
        known = await app.job_manager.list_jobs_async(lock=enrolment_lock(enrolment_id))
        if any(job.status in _ALIVE for job in known):
            continue
        with parts.database.transaction() as session:
            defer_enrolment(session, enrolment_id)
        requeued += 1
    return requeued


def clean_up(parts: WorkerParts) -> None:
    """Remove what nobody owns: images without a row, tokens that have expired."""
    report = sweep_orphans(parts.database, parts.store, timedelta(hours=ENROLL.worker.orphan_grace_h))
    expire_videos(parts)
    with parts.database.transaction() as session:
        tokens = remove_expired(session)
    _LOG.info("cleaned up", orphans=report.orphans_removed, missing=len(report.missing), tokens=tokens)


def expire_videos(parts: WorkerParts) -> int:
    """Delete the videos whose time is over, and return how many."""
    if not parts.keep_videos_days:
        return 0
    before, expired = now() - timedelta(days=parts.keep_videos_days), 0
    while overdue := _overdue(parts, before):
        for video_id in overdue:
            with suppress(NotFound), parts.database.transaction() as session:
                expire_video(session, parts.store, video_id)
        expired += len(overdue)
    return expired


def _overdue(parts: WorkerParts, before: datetime) -> tuple[UUID, ...]:
    with parts.database.transaction() as session:
        return overdue_videos(session, before)
