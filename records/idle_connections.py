"""Asks a pooled connection whether it still lives before it is lent, unless it was used a moment ago."""

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from records.parameters import DATABASE

_USED_AT = "used_at"


def ask_idle_connections(engine: Engine) -> None:
    """Let an engine replace its idle connections when the first that is asked turns out to be dead.

    A question takes 0.7 ms, of each transaction of every request. When a server ends within
    `DATABASE.asked_after_s` after a connection was used, and is back as soon, whoever gets that connection
    hears `DatabaseUnavailable`, as those did who asked while it was away.
    """

    @event.listens_for(engine, "checkin")
    def _stamp(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, entry: ConnectionPoolEntry, _lent: Any) -> None:
        used_at = entry.info.get(_USED_AT)  # one that was just opened has none
        if used_at is None or time.monotonic() - used_at < DATABASE.asked_after_s:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as problem:
            raise InvalidatePoolError() from problem
