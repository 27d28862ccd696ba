"""While a backup runs no object is deleted: what its snapshot of the database names is still there to copy.

Whoever deletes holds a lock together with all others who delete, until the commit by which nothing names
the object any more; a backup holds it alone. So a deletion is either committed before the backup looks at
the database, or left to the sweep.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from records.database import Database, DatabaseUnavailable
from records.parameters import BACKUP, DATABASE, LOCKS


class BackupRuns(Conflict):
    """Only one backup is taken at a time."""

    code = "backup_runs"


def may_remove(session: Session) -> bool:
    """Return whether objects may be deleted until this transaction ends, and right after its commit."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock_shared(LOCKS.object_removal))))


@contextmanager
def removal_paused(
    database: Database, longest_wait_s: float = BACKUP.longest_wait_s
) -> Iterator[Callable[[], None]]:
    """Keep every process from deleting objects; call what is yielded to be sure that it held until now.

    Args:
        longest_wait_s: For deletions under way to end.

    Raises:
        BackupRuns: another one does this already.
        DatabaseUnavailable: the connection was lost, and the pause with it.
    """
    try:
        with psycopg.connect(
            database.url,
            autocommit=True,
            connect_timeout=DATABASE.connect_timeout_s,
            application_name="nishan-backup",
            keepalives_idle=DATABASE.keepalive_idle_s,
        ) as connection:
            _hold(connection, longest_wait_s)
            yield lambda: _require_alive(connection)
    except psycopg.OperationalError as problem:
        raise DatabaseUnavailable("The connection to the database was lost; try again.") from problem


def _hold(connection: "psycopg.Connection[tuple[object, ...]]", longest_wait_s: float) -> None:
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{longest_wait_s * 1000:.0f}ms",))
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCKS.object_removal,))
    except psycopg.errors.LockNotAvailable as problem:
        raise BackupRuns("Another backup of this installation runs; wait for its end.") from problem


def _require_alive(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    connection.execute("SELECT 1")
