"""The connection to PostgreSQL: transactions, and the migration of the schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from core.errors import Unavailable
from records.commit_order import RecordSession
from records.idle_connections import ask_idle_connections
from records.parameters import DATABASE, LOCKS

__all__ = ["Database", "DatabaseUnavailable", "Session", "alembic_config", "migrate"]


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer, is restarting, or every connection is taken."""

    code = "database_unavailable"


def _engine(url: str, **options: Any) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        address,
        hide_parameters=True,  # an error's text ends in logs, where no name may stand
        connect_args={
            "connect_timeout": DATABASE.connect_timeout_s,
            "application_name": "nishan",
            "options": "-c timezone=UTC",
            "keepalives_idle": DATABASE.keepalive_idle_s,
        },
        **options,
    )


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn a lost, refused or exhausted connection into DatabaseUnavailable; leave all other errors alone."""
    try:
        yield
    except PoolTimeout as problem:
        raise DatabaseUnavailable("All database connections are busy; try again in a moment.") from problem
    except (OperationalError, InterfaceError, psycopg.OperationalError) as problem:
        raise DatabaseUnavailable(_reason(problem)) from problem
    except DBAPIError as problem:
        if problem.connection_invalidated:
            raise DatabaseUnavailable("The database connection was lost; try again.") from problem
        raise


def _reason(problem: Exception) -> str:
    """Say by the class of the SQLSTATE (PostgreSQL manual, appendix A) what stands in the way."""
    state = getattr(getattr(problem, "orig", problem), "sqlstate", None) or ""
    if state.startswith("53"):
        return "The database server has no disk space, memory or connections left; free some."
    if state.startswith("40"):
        return "Another change got in the way of this one; try again."
    return "The database does not answer; try again in a moment."


class Database:
    """A pool of connections to one database.

    Args:
        url: ``postgresql://user:password@host:port/name``.
        pool_size: Connections kept; as many again may open under load.
    """

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self._engine = _engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=DATABASE.pool_timeout_s,
        )
        ask_idle_connections(self._engine)
        self._sessions = sessionmaker(self._engine, class_=RecordSession, expire_on_commit=False)
        self._statement_by_statement = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction: commit at the end, roll back on any error.

        Raises:
            DatabaseUnavailable: the database is down, or gave this transaction up (deadlock).
        """
        with _said_plainly(), self._sessions() as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for a single statement that reads: no transaction is begun and ended around it."""
        with _said_plainly(), self._sessions(bind=self._statement_by_statement) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a read-only transaction that sees one moment of the database throughout."""
        with _said_plainly(), self._sessions() as session:
            session.connection(
                execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            )
            yield session

    @staticmethod
    def raw_connection(session: Session) -> psycopg.Connection[Any]:
        """Return the driver's connection of this transaction, for a job queued inside it."""
        connection = session.connection().connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        return connection

    def check(self) -> None:
        """Ask the database for a sign of life."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", "records:migrations")
    config.attributes["connection"] = connection
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema up to a version; when several processes call, one works, the rest wait."""
    engine = _engine(url, poolclass=NullPool)
    with _said_plainly(), engine.connect() as connection:
        lock = {"key": LOCKS.migration}
        connection.execute(text("SELECT pg_advisory_lock(:key)"), lock)
        connection.commit()
        try:
            command.upgrade(alembic_config(connection), revision)
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), lock)
            connection.commit()
