"""Requests of the auditor: who did what, and is the record of it whole."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere
from api.schemas.audit import AuditLine, ChainAnswer
from api.schemas.shape import PageAnswer
from records.access import Permission, require
from records.audit import AuditFilters, page, verify_chain

router = APIRouter(tags=["audit"], prefix="/audit")


@router.get("")
def read_audit(
    parts: PartsHere,
    officer: OfficerHere,
    account_id: UUID | None = None,
    action: Annotated[str | None, Query(max_length=100, examples=["search"])] = None,
    object_type: Annotated[str | None, Query(max_length=100)] = None,
    object_id: Annotated[str | None, Query(max_length=100)] = None,
    case_number: Annotated[str | None, Query(max_length=100)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: LimitHere = 50,
    cursor: CursorHere = None,
) -> PageAnswer[AuditLine]:
    """Read the audit, newest first."""
    filters = AuditFilters(
        account_id=account_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        case_number=case_number,
        since=since,
        until=until,
    )
    with parts.database.transaction() as session:
        found = page(session, officer, filters, cursor, limit)
    return PageAnswer(items=[AuditLine.of(entry) for entry in found.items], next_cursor=found.next_cursor)


@router.get("/verification")
def verify_audit(parts: PartsHere, officer: OfficerHere) -> ChainAnswer:
    """Recompute the hash chain over all rows; a changed or missing row shows. One at a time: else 503."""
    require(officer, Permission.READ_AUDIT)
    with parts.chain_checks.one(), parts.database.transaction() as session:
        return ChainAnswer.of(verify_chain(session))
