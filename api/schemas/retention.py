"""JSON of retention: how a case ended, what a court keeps, what is due for destruction."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.shape import Answer, Request
from api.schemas.text import Line, Paragraph, Short
from records.encounters import Disposal
from records.holds import Hold
from records.retention import DestructionDue


class DisposalBody(Request):
    """How the case of one encounter ended for this person."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"disposal": "acquitted", "on": "2026-09-01", "final": True}]},
    )

    disposal: Disposal | None = Field(description="null takes an earlier entry back.")
    on: date | None = None
    final: bool = Field(default=False, description="No appeal is open any more.")
    case_status: Short = ""


class HoldBody(Request):
    """A court's direction to keep a record."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"court": "Sessions Court", "order_number": "17/2026", "reason": "Appeal pending"}]
        },
    )

    court: Line = Field(min_length=1)
    order_number: Short = Field(min_length=1)
    reason: Paragraph = Field(min_length=1)


class HoldLifting(Request):
    """Why a direction has ended."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Appeal dismissed, order 18/2026"}]}
    )

    reason: Paragraph = Field(min_length=1)


class HoldAnswer(Answer):
    """A direction in force."""

    id: UUID
    court: str
    order_number: str
    reason: str
    placed_at: datetime

    @classmethod
    def of(cls, hold: Hold) -> "HoldAnswer":
        """Describe a hold."""
        return cls(
            id=hold.id,
            court=hold.court,
            order_number=hold.order_number,
            reason=hold.reason,
            placed_at=hold.placed_at,
        )


class DueAnswer(Answer):
    """A record that is due for destruction."""

    person_id: UUID
    number: str
    reason: str = Field(description="disposal: every case ended in release; years: kept long enough.")
    since: date
    href: str

    @classmethod
    def of(cls, due: DestructionDue) -> "DueAnswer":
        """Describe a record that is due."""
        return cls(
            person_id=due.person_id,
            number=due.number,
            reason=due.reason,
            since=due.since,
            href=f"/v1/persons/{due.person_id}",
        )
