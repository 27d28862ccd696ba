"""What a template generation is, how far it is, and what can stand in the way of an act on one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from biometrics.template import Modality
from core.errors import Conflict, NotFound
from records.tables import GenerationRow


class GenerationNotFound(NotFound):
    """There is no such generation."""

    code = "generation_not_found"


class GenerationBusy(Conflict):
    """The generation is not in the state that this needs; the message says what to do."""

    code = "generation_busy"


class NothingToRebuild(Conflict):
    """Every sample has a template of this generation already, or is known to give none."""

    code = "nothing_to_rebuild"


class GenerationUnfinished(Conflict):
    """Not every sample has been extracted again yet."""

    code = "generation_unfinished"


class GenerationUncalibrated(Conflict):
    """No false-match rates are known for the generation's producer."""

    code = "generation_uncalibrated"


class GenerationNotMadeHere(Conflict):
    """The models and parameters at hand make templates of another producer."""

    code = "generation_not_made_here"


class GenerationActive(Conflict):
    """Probes are extracted with this generation's model."""

    code = "generation_active"


class NothingToRollBackTo(Conflict):
    """No earlier generation is kept."""

    code = "nothing_to_roll_back_to"


class GenerationState(StrEnum):
    """How far the templates of a generation are."""

    BUILDING = "building"
    PAUSED = "paused"
    COMPLETE = "complete"
    FAILED = "failed"
    RETIRING = "retiring"
    RETIRED = "retired"


KEPT = (GenerationState.BUILDING, GenerationState.PAUSED, GenerationState.COMPLETE, GenerationState.FAILED)
"""What is enrolled meanwhile gets a template of each of these."""


@dataclass(frozen=True)
class Made:
    """What the models at hand make: a manifest's model name, and the producer of its templates."""

    modality: Modality
    model: str
    producer: str


@dataclass(frozen=True)
class Generation:
    """All templates of one modality made by one producer.

    Attributes:
        model: Name in the manifest; None when only the templates are known, and not what made them.
        active: Probes are extracted with this generation's model.
        total, done, failed: Samples of the last rebuild; failed ones are listed one by one.
        per_second: Samples a second so far, None before the first.
        remaining_s: Seconds of work left at that rate, None when it cannot be told.
        problem: Why the job has ended before its time.
        activated_at: When it became active, the last time.
    """

    id: UUID
    modality: Modality
    producer: str
    model: str | None
    state: GenerationState
    active: bool
    lanes: int
    total: int
    done: int
    failed: int
    per_second: float | None
    remaining_s: float | None
    problem: str | None
    created_at: datetime
    updated_at: datetime
    activated_at: datetime | None

    @property
    def left(self) -> int:
        """Samples of the last rebuild that were not looked at yet."""
        return max(0, self.total - self.done - self.failed)


@dataclass(frozen=True)
class GenerationFailure:
    """A sample without a template of a generation, and why.

    Attributes:
        searchable: Another generation has a template of it: switching loses this sample.
    """

    sample_id: UUID
    person_id: UUID | None
    code: str
    message: str
    at: datetime
    searchable: bool


@dataclass(frozen=True)
class ModalityTemplates:
    """What of a modality can be found by the probes of now.

    Attributes:
        samples: With a template of any generation, and belonging to somebody.
        searchable: Of those, the ones with a template of the producer that probes get.
    """

    modality: Modality
    model: str
    producer: str
    samples: int
    searchable: int

    @property
    def share(self) -> float:
        """Share of the samples that searches reach; 1 when there are none."""
        return self.searchable / self.samples if self.samples else 1.0


def read_generation(row: GenerationRow) -> Generation:
    looked_at = row.done + row.failed
    per_second = looked_at * row.lanes / row.worked_s if looked_at and row.worked_s > 0 else None
    building = row.state == GenerationState.BUILDING
    left = max(0, row.total - looked_at)
    return Generation(
        id=row.id,
        modality=Modality(row.modality),
        producer=row.producer,
        model=row.model,
        state=GenerationState(row.state),
        active=row.active,
        lanes=row.lanes,
        total=row.total,
        done=row.done,
        failed=row.failed,
        per_second=per_second,
        remaining_s=left / per_second if building and per_second else None,
        problem=row.problem,
        created_at=row.created_at,
        updated_at=row.updated_at,
        activated_at=row.activated_at,
    )
