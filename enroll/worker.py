"""The worker process: takes jobs from the queue and keeps a gallery in step; `python -m enroll.worker`."""

import asyncio
import os
import sys
from logging import getLogger

import procrastinate

from core import logging
from core.errors import NishanError
from core.settings import Settings, settings
from enroll.housekeeping import watch_for_stalled
from enroll.parameters import ENROLL
from enroll.parts import WorkerParts
from enroll.tasks import make_app

_LOG = logging.get_logger(__name__)


def threads(chosen: Settings) -> int:
    """Return how many jobs one worker process runs at once: its share of the cores."""
    share = (os.cpu_count() or 1) // chosen.worker_processes
    return max(1, min(share, ENROLL.worker.most_threads))


async def run(parts: WorkerParts, concurrency: int) -> None:
    """Take jobs until asked to stop by SIGTERM or SIGINT; then finish the running ones."""
    concurrency += ENROLL.video.at_once  # so that people do not wait for an enrolment behind a video
    connector = procrastinate.PsycopgConnector(
        conninfo=parts.database.url, min_size=1, max_size=concurrency + 4
    )
    app = make_app(parts, connector)
    async with app.open_async():
        _LOG.info("worker ready", threads=concurrency, references=parts.gallery.references)
        watch = asyncio.create_task(watch_for_stalled(app))
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=ENROLL.worker.poll_s,
                update_heartbeat_interval=ENROLL.worker.heartbeat_s,
                stalled_worker_timeout=ENROLL.worker.stalled_after_s,
            )
        finally:
            watch.cancel()


def main() -> int:
    """Open the parts, work until told to stop, and return the exit code."""
    chosen = settings()
    logging.configure(chosen.log_level)
    getLogger("procrastinate").setLevel("WARNING")  # it tells of every job three times
    try:
        parts = WorkerParts.open(chosen)
    except NishanError as problem:
        _LOG.error("worker cannot start", code=problem.code, reason=problem.message)
        return 1
    try:
        asyncio.run(run(parts, threads(chosen)))
    finally:
        parts.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
