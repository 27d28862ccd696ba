"""JSON of the audit: who did what, when and why, and whether the chain of rows is whole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.shape import Answer
from records.audit import AuditEntry, ChainCheck


class AuditLine(Answer):
    """One row of the audit."""

    number: int
    at: datetime
    account_id: UUID | None
    username: str | None
    role: str | None
    state_code: str | None
    action: str
    object_type: str
    object_id: str
    purpose: str | None
    case_number: str
    details: dict[str, Any]
    hash: str = Field(description="SHA-256 over this row and the hash of the one before, hexadecimal.")

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditLine":
        """Describe a row."""
        values = {name: getattr(entry, name) for name in cls.model_fields}
        values["object_id"] = str(entry.object_id)
        values["details"] = dict(entry.details)
        return cls(**values)


class ChainAnswer(Answer):
    """Whether every row still carries the hash that it was written with."""

    intact: bool
    rows: int
    first_bad: int | None

    @classmethod
    def of(cls, check: ChainCheck) -> "ChainAnswer":
        """Describe the outcome of a check."""
        return cls(intact=check.intact, rows=check.rows, first_bad=check.first_bad)
