"""The jobs as the queue sees them: what runs, how it is retried, and what happens when it is given up."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import procrastinate
from procrastinate import JobContext

from core.errors import NishanError, NotFound
from core.logging import correlation_id, get_logger
from enroll import housekeeping
from enroll.background import BackgroundThreads
from enroll.batch_search import give_up_batch, run_batch
from enroll.forgotten import requeue_forgotten
from enroll.own_calibration import give_up_calibration, run_calibration
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.processing import give_up, process
from enroll.queue import Job
from enroll.rebuild import give_up_generation, run_generation
from enroll.retries import RetryByFamily, wait_before_retry
from enroll.video_processing import give_up_video, process_video
from records.database import Database

_LOG = get_logger(__name__)

Work = Callable[[], object]
Abandon = Callable[[str, str], None]

_FAULT = (
    "A fault in the service stopped this. It is in the log under {correlation}; when it is mended,"
    " send it again."
)


def make_app(parts: WorkerParts, connector: procrastinate.BaseConnector) -> procrastinate.App:
    """Return the queue's application with every job bound to the parts of this process."""
    app = procrastinate.App(connector=connector)
    _add_work(app, parts)
    _add_housekeeping(app, parts)
    return app


def _add_work(app: procrastinate.App, parts: WorkerParts) -> None:
    retry = RetryByFamily()
    background = BackgroundThreads(ENROLL.worker.most_threads + ENROLL.video.at_once)

    @app.task(name=Job.PROCESS_ENROLMENT, retry=retry, pass_context=True)
    def process_enrolment(context: JobContext, enrolment_id: str) -> None:
        _run(
            context,
            lambda: process(parts, UUID(enrolment_id)),
            lambda code, message: give_up(parts.database, UUID(enrolment_id), code, message),
        )

    async def apart(context: JobContext, work: Work, abandon: Abandon) -> None:
        """Run what nobody waits for in threads that leave others their turn."""
        await background.run(lambda: _run(context, work, abandon))

    @app.task(name=Job.RUN_BATCH, retry=retry, pass_context=True)
    async def search_batch(context: JobContext, batch_id: str) -> None:
        await apart(
            context,
            lambda: run_batch(parts, UUID(batch_id)),
            lambda _code, message: give_up_batch(parts.database, UUID(batch_id), message),
        )

    @app.task(name=Job.PROCESS_VIDEO, retry=retry, pass_context=True)
    async def look_through_video(context: JobContext, video_id: str) -> None:
        await apart(
            context,
            lambda: process_video(parts, UUID(video_id)),
            lambda code, message: give_up_video(parts.database, UUID(video_id), code, message),
        )

    @app.task(name=Job.BUILD_GENERATION, retry=retry, pass_context=True)
    async def build_generation(context: JobContext, generation_id: str, lane: int, after: str | None) -> None:
        await apart(
            context,
            lambda: run_generation(parts, UUID(generation_id), lane, after),
            lambda _code, message: give_up_generation(parts.database, UUID(generation_id), message),
        )

    @app.task(name=Job.FIT_CALIBRATION, retry=retry, pass_context=True)
    async def fit_calibration(context: JobContext, calibration_id: str) -> None:
        await apart(
            context,
            lambda: run_calibration(parts, UUID(calibration_id)),
            lambda _code, message: give_up_calibration(parts.database, UUID(calibration_id), message),
        )


def _add_housekeeping(app: procrastinate.App, parts: WorkerParts) -> None:
    @app.periodic(cron="*/5 * * * *")
    @app.task(name="requeue_unfinished", queueing_lock="requeue_unfinished")
    async def requeue_unfinished(timestamp: int) -> None:  # noqa: ARG001
        await housekeeping.requeue_unfinished(app, parts)
        await requeue_forgotten(app, parts)

    @app.periodic(cron="17 * * * *")
    @app.task(name="remove_old_jobs", queueing_lock="remove_old_jobs")
    async def remove_old_jobs(timestamp: int) -> None:  # noqa: ARG001
        await housekeeping.remove_old_jobs(app)

    @app.periodic(cron="37 * * * *")
    @app.task(name="clean_up", queueing_lock="clean_up")
    def clean_up(timestamp: int) -> None:  # noqa: ARG001
        housekeeping.clean_up(parts)


def _run(context: JobContext, work: Work, abandon: Abandon) -> None:
    """Do a job; when its error allows no further attempt, write that into the records first."""
    token = correlation_id.set(f"job-{context.job.id}")
    try:
        work()
    except Exception as problem:
        wait_s = wait_before_retry(problem, context.job.attempts)
        code = problem.code if isinstance(problem, NishanError) else type(problem).__name__
        _LOG.warning("job failed", task=context.job.task_name, code=code, again_in_s=wait_s)
        if wait_s is None:
            with suppress(NotFound):
                abandon(*_in_words(problem))
        raise
    finally:
        correlation_id.reset(token)


def _in_words(problem: Exception) -> tuple[str, str]:
    if isinstance(problem, NishanError):
        return problem.code, problem.message
    _LOG.error("job failed", exc_info=problem)
    return "defect", _FAULT.format(correlation=correlation_id.get())


@dataclass(frozen=True)
class QueueHealth:
    """How many jobs wait, run and have failed for good."""

    waiting: int
    running: int
    failed: int


def queue_health(database: Database) -> QueueHealth:
    """Return the state of the queue."""
    connector = procrastinate.SyncPsycopgConnector(conninfo=database.url, min_size=1, max_size=1)
    with procrastinate.App(connector=connector).open() as app:
        queues = list(app.job_manager.list_queues())
    return QueueHealth(
        waiting=sum(int(queue["todo"]) for queue in queues),
        running=sum(int(queue["doing"]) for queue in queues),
        failed=sum(int(queue["failed"]) for queue in queues),
    )
