"""JSON of batches: many searches of a laboratory, run as one job."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.searches import TARGET_FPIR, FiltersBody, Inquiry
from api.schemas.shape import Answer
from api.schemas.text import Short
from biometrics.template import Modality
from records.access import Purpose
from records.batches import Batch
from records.stored_values import to_json


class BatchBody(Inquiry):
    """The part ``batch`` of a batch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Marks of case 0017/2026",
                    "purpose": "investigation",
                    "case_number": "0017/2026",
                    "max_candidates": 10,
                    "target_fpir": 30,
                }
            ]
        },
    )

    name: Short = Field(default="", description="For people to recognise it in the list.")
    filters: FiltersBody = Field(default_factory=FiltersBody)
    modality: Modality = Field(
        default=Modality.FACE, description="Of files whose name and list line say nothing else."
    )
    max_candidates: int = Field(default=20, ge=1, le=500)
    target_fpir: int | None = TARGET_FPIR
    incomplete_accepted: bool = Field(
        default=False,
        description="Answer while parts of a divided gallery are away; each row says how many were searched. "
        "Otherwise the batch waits for them.",
    )


class BatchAnswer(Answer):
    """A batch and how far it is."""

    id: UUID
    name: str
    status: str
    purpose: Purpose
    case_number: str
    filters: dict[str, Any]
    max_candidates: int
    target_fpir: int | None
    incomplete_accepted: bool
    items_total: int
    items_done: int
    items_failed: int
    problem: str | None = Field(description="Why it failed or, while it runs, what it waits for.")
    created_at: datetime
    finished_at: datetime | None
    href: str
    results_csv: str
    results_json: str

    @classmethod
    def of(cls, batch: Batch) -> "BatchAnswer":
        """Describe a batch."""
        href = f"/v1/batches/{batch.id}"
        return cls(
            id=batch.id,
            name=batch.name,
            status=batch.status,
            purpose=batch.purpose,
            case_number=batch.case_number,
            filters=to_json(batch.filters),
            max_candidates=batch.max_candidates,
            target_fpir=batch.target_fpir,
            incomplete_accepted=batch.incomplete_accepted,
            items_total=batch.total,
            items_done=batch.done,
            items_failed=batch.failed,
            problem=batch.problem,
            created_at=batch.created_at,
            finished_at=batch.finished_at,
            href=href,
            results_csv=f"{href}/results.csv",
            results_json=f"{href}/results.json",
        )
