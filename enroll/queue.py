"""Names of the jobs, and how one is put into the queue by the transaction that causes it."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

import procrastinate
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session

from records.database import Database

ENROLMENT_PRIORITY = 10
BATCH_PRIORITY = -10
"""People wait for an enrolment; nobody waits for one probe of a batch."""


class Job(StrEnum):
    """The jobs a worker knows; the names are stored in the queue and never change."""

    PROCESS_ENROLMENT = "process_enrolment"
    SEARCH_PROBE = "search_probe"


# Never opened: it only writes the queue's statement to a connection that is already there.
_writer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def defer_enrolment(session: Session, enrolment_id: UUID) -> None:
    """Queue the processing of an enrolment; it exists when, and only when, this transaction commits."""
    _defer(
        session,
        Job.PROCESS_ENROLMENT,
        [{"enrolment_id": str(enrolment_id)}],
        priority=ENROLMENT_PRIORITY,
        lock=enrolment_lock(enrolment_id),
    )


def enrolment_lock(enrolment_id: UUID) -> str:
    """Return the name under which jobs of one enrolment take turns."""
    return f"enrolment {enrolment_id}"


def defer_probes(session: Session, item_ids: Sequence[UUID]) -> None:
    """Queue the search of each probe of a batch."""
    if item_ids:
        _defer(session, Job.SEARCH_PROBE, [{"item_id": str(item_id)} for item_id in item_ids], BATCH_PRIORITY)


def _defer(
    session: Session,
    job: Job,
    arguments: Sequence[dict[str, JSONValue]],
    priority: int,
    lock: str | None = None,
) -> None:
    task = _writer.configure_task(
        str(job), priority=priority, lock=lock, connection=Database.raw_connection(session)
    )
    task.batch_defer(*arguments)
