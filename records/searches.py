"""Searches as answered: purpose, probes, candidates, and what officers decided about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import InputRejected, NotFound
from core.ids import new_id
from matcher.candidates import ReferenceScore, SearchResult
from records import audit
from records.access import Officer, Permission, Purpose, SearchFilters, require
from records.pages import Page, cut_page, id_place, page_size
from records.stored_values import from_json, to_json
from records.tables import (
    AccountRow,
    DecisionRow,
    PersonRow,
    SearchCandidateRow,
    SearchProbeRow,
    SearchRow,
)
from records.text import check_text, check_texts, require_text
from records.visibility import search_visible


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
    """One search with its answer; ``outcome`` holds the result of a verification."""

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
    elapsed_ms: float | None
    batch_id: UUID | None
    candidates: tuple[SearchCandidate, ...]
    decisions: tuple[Decision, ...]
    outcome: Mapping[str, Any] | None


def check_purpose(purpose: str | None, case_number: str | None) -> Purpose:
    """Return the stated purpose; refuse a search that lacks purpose or case number."""
    try:
        stated = Purpose(purpose or "")
    except ValueError as problem:
        known = ", ".join(Purpose)
        raise PurposeMissing(
            f"State the purpose of the search, one of: {known}.", field="purpose"
        ) from problem
    if not check_text(case_number or "", "case number", 200).strip():
        raise CaseNumberMissing("State the case number the search belongs to.", field="case_number")
    return stated


def save_search(
    session: Session,
    officer: Officer,
    kind: SearchKind,
    purpose: Purpose,
    case_number: str,
    filters: SearchFilters,
    probe_samples: Sequence[UUID],
    result: SearchResult,
    *,
    elapsed_ms: float | None = None,
    batch_id: UUID | None = None,
) -> SearchRecord:
    """Store a search and its answer, with its audit row; to be committed before the answer leaves."""
    require(officer, Permission.SEARCH)
    check_purpose(purpose, case_number)
    row = _search_row(officer, kind, purpose, case_number)
    row.filters, row.elapsed_ms, row.batch_id = to_json(filters), elapsed_ms, batch_id
    row.subjects_searched = result.subjects_searched
    row.references_searched = result.references_searched
    row.gallery_position = result.gallery_position
    session.add(row)
    session.flush()
    _add_probes(session, row.id, probe_samples)
    _add_candidates(session, row.id, result)
    _note(session, officer, row, {"probes": len(probe_samples), "candidates": len(result.candidates)})
    return _record(session, row)


def save_verification(
    session: Session,
    officer: Officer,
    purpose: Purpose,
    case_number: str,
    sample_ids: Sequence[UUID],
    outcome: Mapping[str, Any],
) -> SearchRecord:
    """Store a 1:1 comparison and its result, with its audit row."""
    require(officer, Permission.VERIFY)
    check_purpose(purpose, case_number)
    check_texts(outcome, "outcome")
    row = _search_row(officer, SearchKind.VERIFICATION, purpose, case_number)
    row.outcome = to_json(dict(outcome))
    session.add(row)
    session.flush()
    _add_probes(session, row.id, sample_ids)
    _note(session, officer, row, {"probes": len(sample_ids)})
    return _record(session, row)


def _search_row(officer: Officer, kind: SearchKind, purpose: Purpose, case_number: str) -> SearchRow:
    return SearchRow(
        id=new_id(),
        kind=str(kind),
        purpose=str(purpose),
        case_number=case_number.strip(),
        filters={},
        officer_id=officer.account_id,
        state_code=officer.state_code,
        batch_id=None,
        subjects_searched=0,
        references_searched=0,
        gallery_position=0,
        elapsed_ms=None,
        outcome=None,
        created_at=now(),
    )


def _note(session: Session, officer: Officer, row: SearchRow, details: dict[str, Any]) -> None:
    action = "search.verify" if row.kind == SearchKind.VERIFICATION else "search.identify"
    details |= {"kind": row.kind, "filters": row.filters, "gallery_position": row.gallery_position}
    audit.append(session, officer, action, "search", row.id, row.purpose, row.case_number, details)


def _add_probes(session: Session, search_id: UUID, sample_ids: Sequence[UUID]) -> None:
    session.add_all(
        SearchProbeRow(search_id=search_id, place=place, sample_id=sample_id)
        for place, sample_id in enumerate(sample_ids)
    )
    session.flush()


def _add_candidates(session: Session, search_id: UUID, result: SearchResult) -> None:
    subjects = [candidate.subject for candidate in result.candidates]
    live = set(
        session.scalars(
            select(PersonRow.id)
            .where(PersonRow.id.in_(subjects), PersonRow.erased_at.is_(None))
            .with_for_update(read=True, key_share=True)
        )
    )
    for candidate in result.candidates:
        if candidate.subject not in live:
            continue
        session.add(
            SearchCandidateRow(
                search_id=search_id,
                rank=candidate.rank,
                person_id=candidate.subject,
                score=candidate.score,
                false_match_rate=candidate.false_match_rate,
                expected_strangers=candidate.expected_strangers,
                evidence=[to_json(score) for score in candidate.evidence],
            )
        )
    session.flush()


def search_for(session: Session, officer: Officer, search_id: UUID) -> SearchRecord:
    """Return a search the officer may read: an own one, or one of the state for whoever reads all.

    Raises:
        SearchNotFound: there is none for this officer.
    """
    return _record(session, _visible(session, officer, search_id))


def _visible(session: Session, officer: Officer, search_id: UUID) -> SearchRow:
    row = session.scalar(select(SearchRow).where(SearchRow.id == search_id, search_visible(officer)))
    if row is None:
        raise SearchNotFound("There is no such search in your records.")
    return row


def list_searches(
    session: Session,
    officer: Officer,
    limit: int = 20,
    cursor: str | None = None,
    case_number: str | None = None,
) -> Page[SearchRecord]:
    """Return searches the officer may read, newest first."""
    size = page_size(limit)
    query = select(SearchRow).where(search_visible(officer))
    if case_number:
        query = query.where(SearchRow.case_number == check_text(case_number, "case number", 200).strip())
    if after := id_place(cursor):
        query = query.where(SearchRow.id < after)
    rows = session.scalars(query.order_by(SearchRow.id.desc()).limit(size + 1)).all()
    return cut_page(rows, size, lambda row: _record(session, row), lambda row: [str(row.id)])


def record_decision(
    session: Session,
    officer: Officer,
    search_id: UUID,
    person_id: UUID | None,
    verdict: Verdict,
    reason: str,
) -> Decision:
    """Add an officer's decision about a candidate, or about all of them when no person is named.

    Raises:
        CandidateUnknown: the person is no candidate of this search, or a match names nobody.
    """
    require(officer, Permission.DECIDE)
    row = _visible(session, officer, search_id)
    why = require_text(reason, "reason", 2000)
    if person_id is None and verdict is Verdict.MATCH:
        raise CandidateUnknown("Name the candidate who matches.")
    if person_id is not None:
        _require_candidate(session, search_id, person_id)
    decision = DecisionRow(
        id=new_id(),
        search_id=search_id,
        person_id=person_id,
        verdict=str(verdict),
        reason=why,
        officer_id=officer.account_id,
        decided_at=now(),
    )
    session.add(decision)
    session.flush()
    details = {"verdict": str(verdict), "person_id": str(person_id) if person_id else None}
    audit.append(
        session, officer, "search.decide", "search", search_id, row.purpose, row.case_number, details
    )
    return _decision(decision, officer.username)


def _require_candidate(session: Session, search_id: UUID, person_id: UUID) -> None:
    proposed = session.scalar(
        select(SearchCandidateRow.rank).where(
            SearchCandidateRow.search_id == search_id, SearchCandidateRow.person_id == person_id
        )
    )
    if proposed is None:
        raise CandidateUnknown("Decide about a candidate of this search.")


def _decision(row: DecisionRow, username: str) -> Decision:
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


def _record(session: Session, row: SearchRow) -> SearchRecord:
    probes = session.scalars(
        select(SearchProbeRow.sample_id)
        .where(SearchProbeRow.search_id == row.id)
        .order_by(SearchProbeRow.place)
    )
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
    return SearchRecord(
        id=row.id,
        kind=SearchKind(row.kind),
        purpose=Purpose(row.purpose),
        case_number=row.case_number,
        filters=from_json(SearchFilters, row.filters),
        probe_sample_ids=tuple(probes),
        officer_id=row.officer_id,
        officer_username=session.get_one(AccountRow, row.officer_id).username,
        state_code=row.state_code,
        created_at=row.created_at,
        subjects_searched=row.subjects_searched,
        references_searched=row.references_searched,
        gallery_position=row.gallery_position,
        elapsed_ms=row.elapsed_ms,
        batch_id=row.batch_id,
        candidates=tuple(_candidate(candidate) for candidate in candidates),
        decisions=tuple(_decision(decision, username) for decision, username in decisions),
        outcome=row.outcome,
    )


def _candidate(row: SearchCandidateRow) -> SearchCandidate:
    return SearchCandidate(
        rank=row.rank,
        person_id=row.person_id,
        score=row.score,
        false_match_rate=row.false_match_rate,
        expected_strangers=row.expected_strangers,
        evidence=tuple(from_json(ReferenceScore, score) for score in row.evidence),
    )
