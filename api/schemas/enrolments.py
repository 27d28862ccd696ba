"""JSON of enrolments: the record that comes with the files, and how far its processing is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.encounters import ENCOUNTER_EXAMPLE, EncounterBody
from api.schemas.face_population import FACE_POPULATION, FacePopulationAnswer
from api.schemas.persons import PERSON_EXAMPLE, PersonBody, PersonLine
from api.schemas.samples import Capture, SampleAnswer
from api.schemas.shape import Answer, Request
from api.schemas.slaps import SlapAnswer
from api.schemas.text import Paragraph, Short
from records.enrolments import ConfirmationDecision, EnrolmentStatus

RECORD_EXAMPLE: dict[str, Any] = {
    "reference": "290101-2026-0017",
    "person": PERSON_EXAMPLE,
    "encounter": ENCOUNTER_EXAMPLE,
    "captures": {"finger_1": {"impression": "rolled", "dpi": 500}},
}


class CapturedFiles(Request):
    """How the files of a form were taken, where they do not say it themselves."""

    captures: dict[str, Capture] = Field(
        default_factory=dict, max_length=20, description="By part name, such as finger_1."
    )
    face_index: int | None = Field(
        default=None, ge=0, le=1000, description="Which face of the photo, see POST /v1/faces."
    )
    unknown_position_intended: bool = Field(
        default=False, description="Allows finger_0: a print of a finger that nobody can name."
    )


class EnrolmentRecord(CapturedFiles):
    """The part ``record`` of an enrolment."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [RECORD_EXAMPLE]})

    reference: Short = Field(
        min_length=1, description="Given by the client, once per enrolment: sending it again is safe."
    )
    person: PersonBody
    encounter: EncounterBody


class ConfirmationBody(Request):
    """What an officer decided about the possible duplicates."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "decision": "same_person",
                    "person_id": "01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b",
                    "reason": "Same scar, same tattoo",
                }
            ]
        },
    )

    decision: ConfirmationDecision
    person_id: UUID | None = Field(
        default=None, description="Needed for same_person: which of the duplicates."
    )
    reason: Paragraph = Field(min_length=1)


class DuplicateAnswer(Answer):
    """Someone already known who may be the person being enrolled."""

    person: PersonLine
    score: float | None
    false_match_rate: float | None
    expected_strangers: float | None
    face_population: FacePopulationAnswer | None = FACE_POPULATION
    modalities: list[str]
    evidence: list[dict[str, Any]]
    misplaced: list[dict[str, Any]] = Field(
        description="Fingers that match another position than the one stated: most likely swapped."
    )


class EnrolmentAnswer(Answer):
    """An accepted enrolment."""

    id: UUID
    reference: str
    status: EnrolmentStatus
    steps_done: int
    steps_total: int
    problems: list[dict[str, Any]]
    duplicates: list[DuplicateAnswer]
    samples: list[SampleAnswer]
    slaps: list[SlapAnswer] = Field(description="Slaps that were taken apart, with the boxes of the fingers.")
    person: PersonLine | None
    person_id: UUID | None
    person_number: str | None
    encounter_id: UUID | None
    accepted_at: datetime
    completed_at: datetime | None
