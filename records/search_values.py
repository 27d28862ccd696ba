"""What a search, its candidates and decisions are, and how they are read from their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import InputRejected, NotFound
from matcher.candidates import ReferenceScore, SearchResult, Threshold
from records.access import Purpose, SearchFilters
from records.stored_values import from_json, to_json
from records.tables import (
    AccountRow,
    DecisionRow,
    SearchCandidateRow,
    SearchProbeRow,
    SearchRow,
)

FACE_RECALL = "face_recall"
"""Where an outcome tells the recall of its face search."""

FACE_POPULATION = "face_population"
"""Where an outcome tells whose false-match rates those of faces are."""

THRESHOLD = "threshold"
"""Where an outcome tells what the candidates had to meet."""

LEFT_OUT = "references_incomparable"
"""Where an outcome tells how many references no probe could reach: an earlier model made their templates."""

UNCALIBRATED = "uncalibrated"
"""Where an outcome tells that nothing is known of what its scores are worth."""


class PurposeMissing(InputRejected):
    """A search without a purpose, or with one that is not known."""

    code = "purpose_missing"


class CaseNumberMissing(InputRejected):
    """A search without a case number."""

    code = "case_number_missing"


class CandidateUnknown(InputRejected):
    """A decision about a person who is no candidate of the search."""

    code = "candidate_unknown"


class SearchNotFound(NotFound):
    """No such search for this officer."""

    code = "search_not_found"


class SearchKind(StrEnum):
    """What was searched with, or that two samples were compared."""

    FACE = "face"
    FINGER = "finger"
    MULTIMODAL = "multimodal"
    VERIFICATION = "verification"


class Verdict(StrEnum):
    """What an officer decided."""

    MATCH = "match"
    NO_MATCH = "no_match"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class SearchCandidate:
    """One candidate as answered; ``person_id`` is None since the person was erased."""

    rank: int
    person_id: UUID | None
    score: float
    false_match_rate: float
    expected_strangers: float
    evidence: tuple[ReferenceScore, ...]
    interval: tuple[float, float] | None = None
    extrapolated: bool = False


@dataclass(frozen=True)
class Decision:
    """One decision; later ones are added, none is changed. Without a person it is about all candidates."""

    id: UUID
    search_id: UUID
    person_id: UUID | None
    verdict: Verdict
    reason: str
    officer_id: UUID
    officer_username: str
    decided_at: datetime


@dataclass(frozen=True)
class SearchRecord:
    """One search with its answer.

    Attributes:
        shards_searched: Parts of the gallery that answered, of ``shards_total``.
        outcome: The result of a verification, notices, and under ``FACE_RECALL`` what a face search is
            measured to find of what comparing every face finds.
        minutiae: By sample: those that an examiner marked, and those found in the image.
    """

    id: UUID
    kind: SearchKind
    purpose: Purpose
    case_number: str
    filters: SearchFilters
    probe_sample_ids: tuple[UUID, ...]
    officer_id: UUID
    officer_username: str
    state_code: str | None
    created_at: datetime
    subjects_searched: int
    references_searched: int
    gallery_position: int
    shards_searched: int
    shards_total: int
    elapsed_ms: float | None
    batch_id: UUID | None
    candidates: tuple[SearchCandidate, ...]
    decisions: tuple[Decision, ...]
    outcome: Mapping[str, Any] | None
    minutiae: Mapping[UUID, Mapping[str, Any]]

    @property
    def face_recall(self) -> float | None:
        """As in `matcher.candidates.SearchResult`; None also of searches made before it was told."""
        told = (self.outcome or {}).get(FACE_RECALL)
        return None if told is None else float(told)

    @property
    def references_incomparable(self) -> int:
        """As in `matcher.candidates.SearchResult`."""
        return int((self.outcome or {}).get(LEFT_OUT, 0))

    @property
    def face_population(self) -> str | None:
        """Whose rates those of faces are; None without a face, and of searches made before it was told."""
        told = (self.outcome or {}).get(FACE_POPULATION)
        return None if told is None else str(told)

    @property
    def uncalibrated(self) -> bool:
        """Whether the probe was a sketch: the order of the candidates is all that was found."""
        return bool((self.outcome or {}).get(UNCALIBRATED))

    @property
    def threshold(self) -> Threshold | None:
        """What the candidates had to meet; None when no target FPIR was stated."""
        told = (self.outcome or {}).get(THRESHOLD)
        return None if told is None else from_json(Threshold, told)


def outcome_of(result: SearchResult, notices: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what is kept of an answer beside its candidates."""
    outcome: dict[str, Any] = {"notices": list(notices)} if notices else {}
    if result.face_recall is not None:
        outcome[FACE_RECALL] = result.face_recall
    if result.references_incomparable:
        outcome[LEFT_OUT] = result.references_incomparable
    if result.face_population is not None:
        outcome[FACE_POPULATION] = result.face_population
    if result.threshold is not None:
        outcome[THRESHOLD] = to_json(result.threshold)
    if result.uncalibrated:
        outcome[UNCALIBRATED] = True
    return dict(to_json(outcome)) or None


def read_decision(row: DecisionRow, username: str) -> Decision:
    return Decision(
        id=row.id,
        search_id=row.search_id,
        person_id=row.person_id,
        verdict=Verdict(row.verdict),
        reason=row.reason,
        officer_id=row.officer_id,
        officer_username=username,
        decided_at=row.decided_at,
    )


def read_search(session: Session, row: SearchRow) -> SearchRecord:
    probes = session.scalars(
        select(SearchProbeRow).where(SearchProbeRow.search_id == row.id).order_by(SearchProbeRow.place)
    ).all()
    candidates = session.scalars(
        select(SearchCandidateRow)
        .where(SearchCandidateRow.search_id == row.id)
        .order_by(SearchCandidateRow.rank)
    )
    decisions = session.execute(
        select(DecisionRow, AccountRow.username)
        .join(AccountRow, AccountRow.id == DecisionRow.officer_id)
        .where(DecisionRow.search_id == row.id)
        .order_by(DecisionRow.id)
    )
    username = session.get_one(AccountRow, row.officer_id).username
    read = tuple(read_decision(decision, name) for decision, name in decisions)
    samples = tuple(probe.sample_id for probe in probes)
    minutiae = {probe.sample_id: probe.minutiae for probe in probes if probe.minutiae}
    return search_record(row, username, samples, tuple(candidates), read, minutiae)


def search_record(
    row: SearchRow,
    username: str,
    probes: tuple[UUID, ...],
    candidates: Sequence[SearchCandidateRow],
    decisions: tuple[Decision, ...] = (),
    minutiae: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> SearchRecord:
    """Return a search as a value, from its rows in order."""
    return SearchRecord(
        id=row.id,
        kind=SearchKind(row.kind),
        purpose=Purpose(row.purpose),
        case_number=row.case_number,
        filters=from_json(SearchFilters, row.filters),
        probe_sample_ids=probes,
        officer_id=row.officer_id,
        officer_username=username,
        state_code=row.state_code,
        created_at=row.created_at,
        subjects_searched=row.subjects_searched,
        references_searched=row.references_searched,
        gallery_position=row.gallery_position,
        shards_searched=row.shards_searched,
        shards_total=row.shards_total,
        elapsed_ms=row.elapsed_ms,
        batch_id=row.batch_id,
        candidates=tuple(read_candidate(candidate) for candidate in candidates),
        decisions=decisions,
        outcome=row.outcome,
        minutiae=minutiae or {},
    )


def read_candidate(row: SearchCandidateRow) -> SearchCandidate:
    return SearchCandidate(
        rank=row.rank,
        person_id=row.person_id,
        score=row.score,
        false_match_rate=row.false_match_rate,
        expected_strangers=row.expected_strangers,
        interval=_interval(row),
        extrapolated=row.rate_extrapolated,
        evidence=tuple(from_json(ReferenceScore, score) for score in row.evidence),
    )


def _interval(row: SearchCandidateRow) -> tuple[float, float] | None:
    if row.rate_lowest is None or row.rate_highest is None:
        return None
    return row.rate_lowest, row.rate_highest
