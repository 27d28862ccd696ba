"""The audit only grows, and a changed, removed or cut row is noticed."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.errors import Forbidden
from records import audit
from records.access import Purpose, Role
from records.audit import AuditAnchor, AuditDetailUnusable, AuditFilters
from records.database import Database
from tests.integration.records.people import officer


def _fill(database: Database, rows: int = 5) -> AuditAnchor:
    with database.transaction() as s:
        by = officer(s)
        for number in range(rows):
            audit.append(
                s, by, "test.act", "thing", number, Purpose.COURT_ORDER, "CR 1",
                {"n": number, "share": 1e-7, "whole": 1.0, "text": "रमेश \u200d <b>", "list": [None, True]},
            )  # fmt: skip
    with database.transaction() as s:
        check = audit.verify_chain(s)
        assert check.intact
        return check.anchor


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = -1",
        "TRUNCATE audit",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit",
    ],
)
def test_rows_cannot_be_changed_or_removed(database: Database, statement: str) -> None:
    _fill(database)

    def run() -> None:
        with database.transaction() as s:
            for part in statement.split("; "):
                s.execute(text(part))

    with pytest.raises(ProgrammingError, match="only ever added"):
        run()
    with database.transaction() as s:
        assert audit.verify_chain(s).intact


def _tampered(database: Database, url: str, change: str, anchor: AuditAnchor | None = None) -> int | None:
    """Change rows as a superuser with the trigger disabled, and undo; return what verification found."""
    connection = psycopg.connect(url)
    connection.execute("CREATE TABLE kept AS TABLE audit")
    connection.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
    connection.execute(change)
    connection.commit()
    with database.transaction() as s:
        check = audit.verify_chain(s, anchor)
    connection.execute("DELETE FROM audit")
    connection.execute("INSERT INTO audit SELECT * FROM kept")
    connection.execute("DROP TABLE kept")
    connection.execute("ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only")
    connection.commit()
    connection.close()
    assert check.intact == (check.first_bad is None)
    return check.first_bad


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET case_number = 'CR 2' WHERE number = {n}",
        "UPDATE audit SET details = details || '{{\"n\": 99}}' WHERE number = {n}",
        "UPDATE audit SET at = at + interval '1 microsecond' WHERE number = {n}",
        "UPDATE audit SET account_id = gen_random_uuid() WHERE number = {n}",
        "UPDATE audit SET purpose = NULL WHERE number = {n}",
        "DELETE FROM audit WHERE number = {n}",
    ],
)
def test_tampered_row_is_found(database: Database, database_url: str, change: str) -> None:
    number = _fill(database).number - 2
    assert _tampered(database, database_url, change.format(n=number)) == number


def test_rows_cut_off_the_end_are_found_with_an_anchor(database: Database, database_url: str) -> None:
    anchor = _fill(database)
    cut = f"DELETE FROM audit WHERE number > {anchor.number - 2}"
    assert _tampered(database, database_url, cut) is None
    assert _tampered(database, database_url, cut, anchor) == anchor.number - 1


def test_rewritten_chain_is_found_with_an_anchor(database: Database, database_url: str) -> None:
    anchor = _fill(database)
    with database.transaction() as s:
        assert audit.verify_chain(s, AuditAnchor(anchor.number, "00" * 32)).first_bad == anchor.number


def test_pages_reach_every_row_once_newest_first(database: Database) -> None:
    _fill(database, 12)
    with database.transaction() as s:
        reader = officer(s, Role.AUDITOR, state=None, station=None)
    numbers: list[int] = []
    cursor = None
    with database.transaction() as s:
        while True:
            page = audit.page(s, reader, AuditFilters(object_type="thing"), cursor, 5)
            numbers += [entry.number for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        expected = s.scalars(
            text("SELECT number FROM audit WHERE object_type = 'thing' ORDER BY number DESC")
        ).all()
    assert numbers == list(expected)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_auditors_read_it(database: Database, role: Role) -> None:
    with database.transaction() as s:
        by = officer(s, role)
        with pytest.raises(Forbidden):
            audit.page(s, by)


def test_auditor_of_a_state_sees_its_officers_only(database: Database) -> None:
    with database.transaction() as s:
        other = officer(s, state="27")
        audit.append(s, other, "test.elsewhere", "thing", 1)
        reader = officer(s, Role.AUDITOR)
    with database.transaction() as s:
        assert audit.page(s, reader, AuditFilters(action="test.elsewhere")).items == ()
        assert {entry.state_code for entry in audit.page(s, reader).items} <= {"29"}


@pytest.mark.parametrize("unusable", [lambda: {"x": float("nan")}, lambda: {"x": float("inf")}])
def test_detail_that_would_not_survive_storage_is_refused(
    database: Database, unusable: Callable[[], dict[str, object]]
) -> None:
    with pytest.raises(AuditDetailUnusable), database.transaction() as s:
        audit.append(s, None, "test.act", "thing", 1, details=unusable())


def test_rolled_back_work_leaves_no_row(database: Database) -> None:
    with database.transaction() as s:
        before = audit.verify_chain(s).rows
    with database.transaction() as s:
        audit.append(s, None, "test.act", "thing", 1)
        s.rollback()
    with database.transaction() as s:
        assert audit.verify_chain(s).rows == before
