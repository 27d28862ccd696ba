"""Rows of all tables out of one snapshot of the database, and into an empty one, by COPY."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql

NOT_KEPT = ("alembic_version", "tokens", "sign_in_failures")
"""The schema is made anew by the migrations; after a restore everybody signs in again."""

_OF_THE_QUEUE = "procrastinate_"

_TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY sequencename
"""


@dataclass(frozen=True)
class Table:
    """A table and the columns whose values are kept."""

    name: str
    columns: tuple[str, ...]


def tables_in_order(connection: Connection[Any]) -> list[Table]:
    """Return the tables that a backup keeps, each after those that it refers to."""
    left = {
        name: Table(name, tuple(columns))
        for name, columns in connection.execute(_TABLES)
        if name not in NOT_KEPT
    }
    references = connection.execute(_REFERENCES).fetchall()
    ordered: list[Table] = []
    while left:
        waiting = {source for source, target in references if source in left and target in left}
        ready = [table for name, table in left.items() if name not in waiting]
        assert ready, "tables refer to each other in a circle"
        ordered += ready
        for table in ready:
            del left[table.name]
    return ordered


def estimated_rows(connection: Connection[Any], tables: Sequence[Table]) -> int:
    """Return about how many rows there are together, from the planner's statistics; for a progress bar."""
    found = connection.execute(
        "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)",
        ([table.name for table in tables],),
    ).fetchone()
    return int(found[0] or 0) if found else 0


def read_rows(connection: Connection[Any], table: Table) -> Iterator[bytes]:
    """Return the rows of a table, one line each, in PostgreSQL's text form."""
    with connection.cursor() as cursor, cursor.copy(_copy(table, "TO STDOUT")) as rows:
        for block in rows:
            yield bytes(block)


def write_rows(connection: Connection[Any], table: Table, blocks: Iterable[bytes]) -> int:
    """Add rows as `read_rows` gave them, and return how many; triggers of the queue stay silent."""
    silent = table.name.startswith(_OF_THE_QUEUE)
    if silent:
        connection.execute(_triggers(table, "DISABLE"))
    with connection.cursor() as cursor:
        with cursor.copy(_copy(table, "FROM STDIN")) as rows:
            for block in blocks:
                rows.write(block)
        count = cursor.rowcount
    if silent:
        connection.execute(_triggers(table, "ENABLE"))
    return count


def read_sequences(connection: Connection[Any]) -> dict[str, int]:
    """Return the last value of every sequence that gave out one."""
    return {str(name): int(value) for name, value in connection.execute(_SEQUENCES)}


def set_sequences(connection: Connection[Any], values: dict[str, int]) -> None:
    """Let every sequence go on after its value."""
    for name, value in values.items():
        connection.execute("SELECT setval(quote_ident(%s)::regclass, %s)", (name, value))


def empty_schema(connection: Connection[Any]) -> None:
    """Drop everything in the schema ``public``."""
    connection.execute("DROP SCHEMA public CASCADE")
    connection.execute("CREATE SCHEMA public")


def _copy(table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table.name), columns, sql.SQL(direction))


def _triggers(table: Table, verb: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table.name), sql.SQL(verb))
