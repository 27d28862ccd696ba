"""The table of the append-only, hash-chained audit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import JsonObject, Row


class AuditRow(Row):
    """One thing somebody did. Triggers refuse UPDATE, DELETE and TRUNCATE; each row seals the one before."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    username: Mapped[str]
    role: Mapped[str]
    state_code: Mapped[str | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(index=True)
    object_type: Mapped[str]
    object_id: Mapped[str]
    purpose: Mapped[str | None]
    case_number: Mapped[str]
    details: Mapped[JsonObject]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_audit_object", "object_type", "object_id"),
        Index("ix_audit_case_number", "case_number"),
    )
