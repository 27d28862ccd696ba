"""The append-only audit: who did what to which record, each row sealing the one before with SHA-256."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Defect
from records.access import Officer, Permission, Purpose, require
from records.commit_order import CommitLog
from records.pages import Page, cut_page, page_size, read_cursor
from records.parameters import LOCKS
from records.tables import AuditRow
from records.text import check_text, check_texts

_START = bytes(32)
_CHUNK = 5000
SYSTEM = "system"


class AuditDetailUnusable(Defect):
    """An audit detail that JSON cannot carry."""

    code = "audit_detail_unusable"


@dataclass(frozen=True)
class AuditEntry:
    """One row of the audit, as written."""

    number: int
    at: datetime
    account_id: UUID | None
    username: str
    role: str
    state_code: str | None
    action: str
    object_type: str
    object_id: str
    purpose: str | None
    case_number: str
    details: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class AuditFilters:
    """What a page of the audit may be narrowed by; ``until`` is excluded."""

    account_id: UUID | None = None
    action: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    case_number: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditAnchor:
    """The head of the chain at one moment. Kept elsewhere (on paper, with a court) it proves that
    nothing up to it was changed or cut off since."""

    number: int
    hash: str


@dataclass(frozen=True)
class ChainCheck:
    """What verification found. ``first_bad`` is the first number whose seal does not hold."""

    rows: int
    intact: bool
    first_bad: int | None
    anchor: AuditAnchor


@dataclass(frozen=True)
class _Pending:
    values: dict[str, Any] = field(repr=False)


def append(
    session: Session,
    officer: Officer | None,
    action: str,
    object_type: str,
    object_id: object,
    purpose: Purpose | str | None = None,
    case_number: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note what is being done; the row is written with the commit of this transaction or not at all.

    Details hold ids, numbers and counts, never names or biometric data: the audit outlives erasure.
    """
    try:
        plain = json.loads(json.dumps(dict(details or {}), default=str, allow_nan=False))
    except (TypeError, ValueError) as problem:
        raise AuditDetailUnusable("Audit details must be plain JSON values.") from problem
    check_texts(plain, "audit details")
    values = {
        "account_id": officer.account_id if officer else None,
        "username": officer.username if officer else SYSTEM,
        "role": str(officer.role) if officer else SYSTEM,
        "state_code": officer.state_code if officer else None,
        "action": action,
        "object_type": object_type,
        "object_id": str(object_id),
        "purpose": str(purpose) if purpose is not None else None,
        "case_number": check_text(case_number, "case number"),
        "details": plain,
    }
    _LOG.collect(session, _Pending(values))


def seal(previous: bytes, values: Mapping[str, Any]) -> bytes:
    """Return the hash of a row: SHA-256 over the row before's hash and this row's canonical JSON."""
    at: datetime = values["at"]
    plain = {
        **{name: values[name] for name in _SEALED},
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "account_id": str(values["account_id"]) if values["account_id"] else None,
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + text.encode()).digest()


_SEALED = (
    "number",
    "username",
    "role",
    "state_code",
    "action",
    "object_type",
    "object_id",
    "purpose",
    "case_number",
    "details",
)


def _write(session: Session, entries: Sequence[_Pending]) -> None:
    session.execute(select(func.pg_advisory_xact_lock(LOCKS.audit)))
    last = session.execute(
        select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.number, last.hash) if last else (0, _START)
    sealed_rows: list[dict[str, Any]] = []
    for entry in entries:
        number += 1
        values = {**entry.values, "number": number, "at": now()}
        sealed = seal(previous, values)
        sealed_rows.append({**values, "previous_hash": previous, "hash": sealed})
        previous = sealed
    session.execute(insert(AuditRow), sealed_rows)


_LOG: CommitLog[_Pending] = CommitLog("pending_audit", 2, _write)


def _conditions(officer: Officer, filters: AuditFilters) -> list[Any]:
    exact = ("account_id", "action", "object_type", "object_id", "case_number")
    conditions: list[Any] = [
        getattr(AuditRow, name) == getattr(filters, name)
        for name in exact
        if getattr(filters, name) is not None
    ]
    if officer.state_code is not None:
        conditions.append(AuditRow.state_code == officer.state_code)
    if filters.since:
        conditions.append(AuditRow.at >= filters.since)
    if filters.until:
        conditions.append(AuditRow.at < filters.until)
    return conditions


def page(
    session: Session,
    officer: Officer,
    filters: AuditFilters | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AuditEntry]:
    """Return audit rows, newest first; an auditor bound to a state sees what that state's officers did."""
    require(officer, Permission.READ_AUDIT)
    check_texts(filters or AuditFilters(), "filters")
    size = page_size(limit)
    query = select(AuditRow).where(*_conditions(officer, filters or AuditFilters()))
    if cursor:
        query = query.where(AuditRow.number < read_cursor(cursor, int)[0])
    rows = session.scalars(query.order_by(AuditRow.number.desc()).limit(size + 1)).all()
    return cut_page(rows, size, _entry, lambda row: [row.number])


def last_time(session: Session, action: str) -> datetime | None:
    """Return when something was last done by anybody, None when it never was."""
    return session.scalar(
        select(AuditRow.at).where(AuditRow.action == action).order_by(AuditRow.number.desc()).limit(1)
    )


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        account_id=row.account_id,
        username=row.username,
        role=row.role,
        state_code=row.state_code,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        purpose=row.purpose,
        case_number=row.case_number,
        details=row.details,
        hash=row.hash.hex(),
    )


def verify_chain(session: Session, anchor: AuditAnchor | None = None) -> ChainCheck:
    """Recompute every seal from the first row on.

    Args:
        anchor: A head noted earlier; its row must still be there with the same hash. Without one, rows
            cut off the end cannot be noticed.
    """
    previous, number, first_bad = _START, 0, None
    anchor_held = anchor is None or anchor.number == 0
    rows = session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=_CHUNK))
    for row in rows:
        values = {name: getattr(row, name) for name in (*_SEALED, "at", "account_id")}
        held = (
            row.number == number + 1 and row.previous_hash == previous and row.hash == seal(previous, values)
        )
        if not held and first_bad is None:
            first_bad = number + 1
        number, previous = row.number, row.hash
        if anchor and row.number == anchor.number:
            anchor_held = row.hash.hex() == anchor.hash
        session.expunge(row)
    if not anchor_held and anchor and first_bad is None:
        first_bad = min(anchor.number, number + 1)
    return ChainCheck(number, first_bad is None, first_bad, AuditAnchor(number, previous.hex()))
