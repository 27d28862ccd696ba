"""JSON of searches and verifications: the question, the ranked candidates, the decisions of people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.encounters import EncounterLine
from api.schemas.face_population import FACE_POPULATION, FacePopulationAnswer
from api.schemas.marks import SearchedMinutiae
from api.schemas.notices import NoticeAnswer
from api.schemas.persons import PersonLine
from api.schemas.samples import Capture, QualityAnswer
from api.schemas.shape import Answer, Request
from api.schemas.slaps import SlapAnswer
from api.schemas.text import Paragraph, Short, StateCode
from biometrics.template import FingerPosition, Impression, Modality
from matcher.thresholds import HIGHEST_TARGET, LOWEST_TARGET
from records.access import Purpose, SearchFilters
from records.persons import Sex
from records.searches import SearchKind, Verdict

FACE_INDEX = Field(default=None, ge=0, le=1000, description="Which face of the photo, see POST /v1/faces.")

TARGET_FPIR = Field(
    default=None,
    ge=LOWEST_TARGET,
    le=HIGHEST_TARGET,
    description="-10 log10 of the share of strangers' searches that may bring a candidate: 30 is one in "
    "a thousand. Only candidates that meet it in this gallery are returned.",
)
RATE_INTERVAL = Field(
    description="Lowest and highest rate that the calibration leaves open (95 %); null where not measured."
)
EXTRAPOLATED = Field(description="The rate is lower than any that was measured.")


class FiltersBody(Request):
    """Whom to search; everything left out is open. An unknown sex or finger is never filtered away."""

    states: list[StateCode] = Field(default_factory=list, max_length=100)
    sex: Sex | None = None
    age_lowest: int | None = Field(default=None, ge=0, le=150)
    age_highest: int | None = Field(default=None, ge=0, le=150)
    encounter_from: date | None = None
    encounter_to: date | None = None
    positions: list[FingerPosition] = Field(default_factory=list, max_length=11)

    def to_filters(self) -> SearchFilters:
        """Return the record's value."""
        return SearchFilters(
            states=frozenset(self.states),
            sex=self.sex,
            age_lowest=self.age_lowest,
            age_highest=self.age_highest,
            encounter_from=self.encounter_from,
            encounter_to=self.encounter_to,
            positions=frozenset(self.positions),
        )


class Inquiry(Request):
    """Why the officer asks; both are mandatory and written to the audit."""

    purpose: Purpose | None = None
    case_number: Short = ""


class SearchQuery(Inquiry):
    """The part ``query`` of a search."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "investigation",
                    "case_number": "0017/2026",
                    "filters": {"sex": "male", "age_lowest": 20, "age_highest": 45},
                    "max_candidates": 20,
                }
            ]
        },
    )

    filters: FiltersBody = Field(default_factory=FiltersBody)
    max_candidates: int = Field(default=20, ge=1, le=500)
    target_fpir: int | None = TARGET_FPIR
    face_index: int | None = FACE_INDEX
    captures: dict[str, Capture] = Field(default_factory=dict, max_length=20)


class VerificationQuery(Inquiry):
    """The part ``query`` of a verification."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "purpose": "identification_of_arrested",
                    "case_number": "0017/2026",
                    "person_number": "2900000017",
                }
            ]
        },
    )

    person_id: UUID | None = None
    person_number: Short = Field(default="", description="Instead of person_id.")
    face_index: int | None = FACE_INDEX
    other_face_index: int | None = FACE_INDEX
    captures: dict[str, Capture] = Field(default_factory=dict, max_length=40)


class ProbeAnswer(Answer):
    """One of the files that were searched."""

    index: int
    sample_id: UUID
    modality: Modality
    position: FingerPosition
    impression: Impression | None
    slap_id: UUID | None = Field(default=None, description="The slap that the finger was cut out of.")
    image: str
    quality: QualityAnswer | None = Field(
        default=None, description="Given in the answer that made the search."
    )
    minutiae: SearchedMinutiae | None = Field(
        default=None, description="Where an examiner gave or corrected the minutiae."
    )


class EvidenceAnswer(Answer):
    """One comparison behind a candidate: which probe against which of the person's samples."""

    probe_index: int
    modality: Modality
    position: FingerPosition
    score: float = Field(description="Comparison score: of faces a cosine.")
    false_match_rate: float | None = Field(description="null where scores are not calibrated: of a sketch.")
    sample_id: UUID | None
    image: str | None


class ThumbnailAnswer(Answer):
    """A small image of the candidate to look at."""

    sample_id: UUID
    href: str


class CandidateAnswer(Answer):
    """One person proposed by the search. People decide; the service never does."""

    rank: int
    score: float | None = Field(
        description="-10 log10 of the false-match rate: 30 is one in a thousand. null as the rates are."
    )
    false_match_rate: float | None = Field(description="null where scores are not calibrated: of a sketch.")
    false_match_rate_interval: tuple[float, float] | None = RATE_INTERVAL
    extrapolated: bool = EXTRAPOLATED
    expected_strangers: float | None = Field(
        description="How many unrelated people of the searched gallery are expected at or above this score."
    )
    person: PersonLine
    evidence: list[EvidenceAnswer]
    encounters: list[EncounterLine]
    thumbnails: list[ThumbnailAnswer]
    notices: list[NoticeAnswer] = Field(
        description="Prints that match another finger of this person than stated, or the other hand."
    )


class SearcherAnswer(Answer):
    """Who asked or decided."""

    account_id: UUID
    username: str


class DecisionBody(Request):
    """What the officer sees in a candidate."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "person_id": "01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b",
                    "verdict": "match",
                    "reason": "Same scar above the left eye",
                }
            ]
        },
    )

    person_id: UUID | None = Field(
        default=None, description="The candidate; null for a verdict on the whole list."
    )
    verdict: Verdict
    reason: Paragraph = Field(min_length=1)


class DecisionAnswer(Answer):
    """A decision, kept for ever beside the search."""

    id: UUID
    person_id: UUID | None
    verdict: Verdict
    reason: str
    officer: SearcherAnswer
    decided_at: datetime


class SearchLine(Answer):
    """A search in one line of a list."""

    id: UUID
    kind: SearchKind
    created_at: datetime
    officer: SearcherAnswer
    purpose: Purpose
    case_number: str
    candidates_found: int
    decisions_made: int
    uncalibrated: bool = Field(
        description="By a sketch: for investigation only, no candidate has a rate or a score."
    )
    href: str


class ThresholdAnswer(Answer):
    """What the candidates had to meet, of a search that stated a target FPIR."""

    target_fpir: int
    fpir: float = Field(description="Share of strangers' searches of this gallery that bring a candidate.")
    false_match_rate: float = Field(description="The highest rate with which a candidate is returned.")
    reachable: bool = Field(description="Whether a comparison with this probe can be stated as that rare.")
    statement: str


class FaceSearchAnswer(Answer):
    """How thoroughly the faces were searched."""

    exact: bool = Field(description="Every face that the filters leave was compared.")
    recall: float = Field(
        description="Share of searches that find the same best face as comparing every one; 1 if exact, "
        "else measured by the gallery on itself."
    )
    statement: str


class SearchAnswer(SearchLine):
    """A search with its ranked candidates."""

    filters: dict[str, Any]
    subjects_searched: int
    references_searched: int
    gallery_position: int
    shards_searched: int = Field(
        description="Parts of the gallery that answered. Fewer than shards_total: the answer is incomplete."
    )
    shards_total: int
    face_search: FaceSearchAnswer | None = Field(
        description="Exact or approximate, with its recall; null without a face, and of searches made "
        "before this was told."
    )
    face_population: FacePopulationAnswer | None = FACE_POPULATION
    threshold: ThresholdAnswer | None
    elapsed_ms: float | None
    probes: list[ProbeAnswer]
    slaps: list[SlapAnswer]
    candidates: list[CandidateAnswer]
    decisions: list[DecisionAnswer]
    notices: list[NoticeAnswer] = Field(
        description="What is odd about the prints sent: one finger twice, mirrored images."
    )
    outcome: dict[str, Any] | None = Field(description="Of a verification: score and false-match rate.")


class VerificationAnswer(Answer):
    """How alike the probe and the person (or the other files) are."""

    id: UUID
    created_at: datetime
    purpose: Purpose
    case_number: str
    score: float
    false_match_rate: float
    false_match_rate_interval: tuple[float, float] | None = RATE_INTERVAL
    extrapolated: bool = EXTRAPOLATED
    face_population: FacePopulationAnswer | None = FACE_POPULATION
    statement: str
    notices: list[NoticeAnswer]
    person: PersonLine | None
    probes: list[ProbeAnswer]
    slaps: list[SlapAnswer]
    evidence: list[EvidenceAnswer]
