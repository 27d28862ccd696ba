"""JSON of template generations: what can be searched, what is being built, what could not be extracted."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.shape import Answer, Request
from api.schemas.text import Short
from biometrics.template import Modality
from records.generation_values import Generation, GenerationFailure, ModalityTemplates


class RebuildBody(Request):
    """What shall be extracted again, and with which model."""

    modality: Modality
    model: Short | None = Field(
        default=None,
        description="Name in a manifest of models; the one in use when left out, whose parameters changed.",
    )
    lanes: int = Field(
        default=1, ge=1, le=64, description="How many of the workers' threads may work on it at once."
    )


class RollbackBody(Request):
    """Of which modality the generation that was active before shall be active again."""

    modality: Modality


class ReachAnswer(Answer):
    """What of a modality the probes of now can find.

    ``samples`` have a template of any generation; ``searchable`` ones have one that probes are compared with.
    """

    modality: Modality
    model: str
    producer: str
    samples: int
    searchable: int
    share: float
    models: list[str] = Field(description="Models of this modality in the manifests of this machine.")

    @classmethod
    def of(cls, found: ModalityTemplates, models: list[str]) -> "ReachAnswer":
        """Describe one modality."""
        return cls(
            modality=found.modality,
            model=found.model,
            producer=found.producer,
            samples=found.samples,
            searchable=found.searchable,
            share=found.share,
            models=models,
        )


class GenerationAnswer(Answer):
    """All templates of one modality made by one producer."""

    id: UUID
    modality: Modality
    model: str | None
    producer: str
    status: str = Field(description="building, paused, complete, failed, retiring or retired.")
    active: bool = Field(description="Whether probes are extracted with this model.")
    items_total: int = Field(description="Samples that the last rebuild had to look at.")
    items_done: int
    items_failed: int
    samples_per_second: float | None
    remaining_s: float | None
    problem: str | None
    created_at: datetime
    activated_at: datetime | None
    href: str

    @classmethod
    def of(cls, generation: Generation) -> "GenerationAnswer":
        """Describe a generation."""
        return cls(
            id=generation.id,
            modality=generation.modality,
            model=generation.model,
            producer=generation.producer,
            status=generation.state,
            active=generation.active,
            items_total=generation.total,
            items_done=generation.done,
            items_failed=generation.failed,
            samples_per_second=generation.per_second,
            remaining_s=generation.remaining_s,
            problem=generation.problem,
            created_at=generation.created_at,
            activated_at=generation.activated_at,
            href=f"/v1/template-generations/{generation.id}",
        )


class TemplatesAnswer(Answer):
    """The state of all templates."""

    modalities: list[ReachAnswer]
    generations: list[GenerationAnswer]


class FailureAnswer(Answer):
    """A sample of which no template could be made."""

    sample_id: UUID
    person_id: UUID | None
    code: str
    message: str
    at: datetime
    searchable: bool = Field(
        description="Whether another generation has a template of it: a switch loses it."
    )

    @classmethod
    def of(cls, failure: GenerationFailure) -> "FailureAnswer":
        """Describe a failure."""
        return cls(
            sample_id=failure.sample_id,
            person_id=failure.person_id,
            code=failure.code,
            message=failure.message,
            at=failure.at,
            searchable=failure.searchable,
        )
