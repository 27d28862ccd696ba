"""Searches as answered: stored with purpose and probes, read, decided about."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.ids import new_id
from matcher.candidates import SearchResult
from records import audit
from records.access import Officer, Permission, Purpose, SearchFilters, require
from records.pages import Page, newest_first
from records.search_rows import add_candidates, add_probes, search_row
from records.search_values import (
    FACE_POPULATION,
    UNCALIBRATED,
    CandidateUnknown,
    CaseNumberMissing,
    Decision,
    PurposeMissing,
    SearchCandidate,
    SearchKind,
    SearchNotFound,
    SearchRecord,
    Verdict,
    outcome_of,
    read_decision,
    read_search,
    search_record,
)
from records.stored_values import to_json
from records.tables import (
    DecisionRow,
    SearchCandidateRow,
    SearchRow,
)
from records.text import check_text, check_texts, require_text
from records.visibility import search_visible

__all__ = [
    "CandidateUnknown",
    "CaseNumberMissing",
    "Decision",
    "PurposeMissing",
    "SearchCandidate",
    "SearchKind",
    "SearchNotFound",
    "SearchRecord",
    "Verdict",
    "check_purpose",
    "list_searches",
    "record_decision",
    "save_search",
    "save_verification",
    "search_for",
]


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
    notices: Sequence[Mapping[str, Any]] = (),
    minutiae: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> SearchRecord:
    """Store a search and its answer, with its audit row; to be committed before the answer leaves.

    Args:
        notices: What was said about the prints themselves, kept to be said again.
        minutiae: By sample, where there are any: what an examiner marked, and what had been found.
    """
    require(officer, Permission.SEARCH)
    check_purpose(purpose, case_number)
    row = search_row(officer, kind, purpose, case_number)
    row.filters, row.elapsed_ms, row.batch_id = to_json(filters), elapsed_ms, batch_id
    row.subjects_searched = result.subjects_searched
    row.references_searched = result.references_searched
    row.gallery_position = result.gallery_position
    row.shards_searched, row.shards_total = result.shards_searched, result.shards_total
    row.outcome = outcome_of(result, notices)
    session.add(row)
    session.flush()
    add_probes(session, row.id, probe_samples, minutiae)
    candidates = add_candidates(session, row.id, result)
    details: dict[str, Any] = {"probes": len(probe_samples), "candidates": len(result.candidates)}
    if result.threshold:
        details["target_fpir"] = result.threshold.target_fpir
    if minutiae:
        details["examined_minutiae"] = [len(each["examined"]["minutiae"]) for each in minutiae.values()]
    _note(session, officer, row, details)
    return search_record(row, officer.username, tuple(probe_samples), candidates, minutiae=minutiae)


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
    row = search_row(officer, SearchKind.VERIFICATION, purpose, case_number)
    row.outcome = to_json(dict(outcome))
    session.add(row)
    session.flush()
    add_probes(session, row.id, sample_ids)
    _note(session, officer, row, {"probes": len(sample_ids)})
    return search_record(row, officer.username, tuple(sample_ids), ())


def _note(session: Session, officer: Officer, row: SearchRow, details: dict[str, Any]) -> None:
    action = "search.verify" if row.kind == SearchKind.VERIFICATION else "search.identify"
    details |= {"kind": row.kind, "filters": row.filters, "gallery_position": row.gallery_position}
    if row.shards_searched < row.shards_total:
        details["shards"] = f"{row.shards_searched} of {row.shards_total}"
    if row.outcome and row.outcome.get(UNCALIBRATED):
        details["sketch"] = True
    if row.outcome and FACE_POPULATION in row.outcome:
        details[FACE_POPULATION] = row.outcome[FACE_POPULATION]
    audit.append(session, officer, action, "search", row.id, row.purpose, row.case_number, details)


def search_for(session: Session, officer: Officer, search_id: UUID) -> SearchRecord:
    """Return a search the officer may read: an own one, or one of the state for whoever reads all.

    Raises:
        SearchNotFound: there is none for this officer.
    """
    return read_search(session, _visible(session, officer, search_id))


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
    query = select(SearchRow).where(search_visible(officer))
    if case_number:
        query = query.where(SearchRow.case_number == check_text(case_number, "case number", 200).strip())
    return newest_first(session, query, SearchRow.id, limit, cursor, lambda row: read_search(session, row))


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
    return read_decision(decision, officer.username)


def _require_candidate(session: Session, search_id: UUID, person_id: UUID) -> None:
    proposed = session.scalar(
        select(SearchCandidateRow.rank).where(
            SearchCandidateRow.search_id == search_id, SearchCandidateRow.person_id == person_id
        )
    )
    if proposed is None:
        raise CandidateUnknown("Decide about a candidate of this search.")
