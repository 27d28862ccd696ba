"""The database and the object store: do they answer, is the schema the newest, does an object come back?"""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.clock import now
from core.settings import Settings
from enroll.tasks import queue_health
from nishan.examination.check import Check, Unwell, looked_at
from records import audit
from records.access import Role
from records.accounts import account_count
from records.backup.taking import TAKEN
from records.database import Database, alembic_config
from records.enrolments import unfinished
from records.image_store import ImageStore

_STUCK_AFTER = timedelta(minutes=10)
_START = (
    "Start the service with `nishan up`, or correct NISHAN_DATABASE_URL; its log is data/logs/postgres.log."
)


def examine_stores(settings: Settings) -> Iterator[Check]:
    """Yield the checks of the stores that the settings name."""
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        reached = looked_at("database", _START, lambda: _database(database))
        yield reached
        if reached.ok:
            yield looked_at("migrations", "Run: nishan migrate", lambda: _migrations(database))
            yield looked_at(
                "accounts",
                f"Run: nishan account add NAME --role {Role.ADMINISTRATOR}",
                lambda: _accounts(database),
            )
            yield looked_at(
                "queue",
                "Start workers (`nishan up`, or `python -m enroll.worker`) and read data/logs/worker-*.log.",
                lambda: _queue(database),
            )
            yield looked_at("backup", "Run: nishan backup TARGET", lambda: _backup(database))
    finally:
        database.dispose()
    yield looked_at(
        "object store",
        "Start the service with `nishan up`, or correct NISHAN_S3_*; its log is data/logs/object_store.log.",
        lambda: _object_store(settings),
    )


def _database(database: Database) -> str:
    database.check()
    return "answers"


def _migrations(database: Database) -> str:
    newest = set(ScriptDirectory.from_config(alembic_config()).get_heads())
    with database.snapshot() as session:
        here = set(MigrationContext.configure(session.connection()).get_current_heads())
    if here != newest:
        raise Unwell(f"The schema is {', '.join(sorted(here)) or 'empty'}, not {', '.join(sorted(newest))}.")
    return f"newest schema ({', '.join(sorted(here))})"


def _accounts(database: Database) -> str:
    with database.snapshot() as session:
        count = account_count(session)
    if count == 0:
        raise Unwell("There is no account: nobody can sign in.")
    return f"{count} accounts"


def _queue(database: Database) -> str:
    with database.snapshot() as session:
        stuck = unfinished(session, now() - _STUCK_AFTER, 100)
    if stuck:
        raise Unwell(f"{len(stuck)} enrolments have waited for more than 10 minutes.")
    jobs = queue_health(database)
    return f"{jobs.waiting} jobs wait, {jobs.running} run, {jobs.failed} failed for good; none is overdue"


def _backup(database: Database) -> str:
    """Say when the last one was taken; where the operator archives by other means, none is no fault."""
    with database.snapshot() as session:
        taken = audit.last_time(session, TAKEN)
    if taken is None:
        return "none was taken with `nishan backup`"
    return f"the last one was taken {(now() - taken).days} days ago"


def _object_store(settings: Settings) -> str:
    """Write, read and remove one small object."""
    store = ImageStore.from_settings(settings)
    key, sent = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(64)
    store.put(key, sent)
    try:
        if store.get(key) != sent:
            raise Unwell("An object came back different from what was written.")
    finally:
        store.delete(key)
    return "an object came back as written"
