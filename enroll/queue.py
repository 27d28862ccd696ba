"""Names of the jobs, and how one is put into the queue by the transaction that causes it."""

from enum import StrEnum
from uuid import UUID

import procrastinate
from procrastinate.types import JSONValue

from records.database import Database, Session
from records.generation_values import Generation

ENROLMENT_PRIORITY = 10
VIDEO_PRIORITY = 0
BATCH_PRIORITY = -10
GENERATION_PRIORITY = -20
"""People wait for an enrolment, some for a video; nobody waits for a batch, least of all for a rebuild."""


class Job(StrEnum):
    """The jobs a worker knows; the names are stored in the queue and never change."""

    PROCESS_ENROLMENT = "process_enrolment"
    RUN_BATCH = "run_batch"
    PROCESS_VIDEO = "process_video"
    BUILD_GENERATION = "build_generation"
    FIT_CALIBRATION = "fit_calibration"


# Never opened: it only writes the queue's statement to a connection that is already there.
_writer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def defer_enrolment(session: Session, enrolment_id: UUID) -> None:
    """Queue the processing of an enrolment; it exists when, and only when, this transaction commits."""
    _defer(
        session,
        Job.PROCESS_ENROLMENT,
        {"enrolment_id": str(enrolment_id)},
        ENROLMENT_PRIORITY,
        enrolment_lock(enrolment_id),
    )


def enrolment_lock(enrolment_id: UUID) -> str:
    """Return the name under which jobs of one enrolment take turns."""
    return f"enrolment {enrolment_id}"


def defer_batch(session: Session, batch_id: UUID) -> None:
    """Queue the next slice of a batch's searches."""
    _defer(session, Job.RUN_BATCH, {"batch_id": str(batch_id)}, BATCH_PRIORITY, f"batch {batch_id}")


def defer_video(session: Session, video_id: UUID) -> None:
    """Queue the search for faces in a video. One at a time in the whole service: each takes minutes."""
    _defer(session, Job.PROCESS_VIDEO, {"video_id": str(video_id)}, VIDEO_PRIORITY, "videos")


def defer_generation(session: Session, generation: Generation) -> None:
    """Queue the work on a generation from its beginning, one job for each of its lanes."""
    for lane in range(generation.lanes):
        defer_generation_slice(session, generation, lane, None)


def defer_generation_slice(session: Session, generation: Generation, lane: int, after: str | None) -> None:
    """Queue the next slice of one lane of a generation."""
    _defer(
        session,
        Job.BUILD_GENERATION,
        {"generation_id": str(generation.id), "lane": lane, "after": after},
        GENERATION_PRIORITY,
        f"generation {generation.id} lane {lane}",
    )


def defer_calibration(session: Session, calibration_id: UUID) -> None:
    """Queue a fit of false-match rates on the own gallery: seconds of work that somebody waits for."""
    arguments: dict[str, JSONValue] = {"calibration_id": str(calibration_id)}
    _defer(session, Job.FIT_CALIBRATION, arguments, VIDEO_PRIORITY, "calibrations")


def _defer(session: Session, job: Job, arguments: dict[str, JSONValue], priority: int, lock: str) -> None:
    task = _writer.configure_task(
        str(job), priority=priority, lock=lock, connection=Database.raw_connection(session)
    )
    task.defer(**arguments)
