"""The rows of a search as they are written: the search itself, its probes, its candidates."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.clock import now
from core.ids import new_id
from matcher.candidates import SearchResult
from records.access import Officer, Purpose
from records.kept_statements import among
from records.search_values import SearchKind
from records.stored_values import to_json
from records.tables import PersonRow, SearchCandidateRow, SearchProbeRow, SearchRow


def search_row(officer: Officer, kind: SearchKind, purpose: Purpose, case_number: str) -> SearchRow:
    """Return the row of a search that has found nothing yet; not added to anything."""
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
        shards_searched=1,
        shards_total=1,
        elapsed_ms=None,
        outcome=None,
        created_at=now(),
    )


def add_probes(
    session: Session,
    search_id: UUID,
    sample_ids: Sequence[UUID],
    minutiae: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    """Write which samples were searched with, in order; the search's row is there already."""
    searched = minutiae or {}
    rows = [
        {
            "search_id": search_id,
            "place": place,
            "sample_id": sample_id,
            "minutiae": dict(searched[sample_id]) if sample_id in searched else None,
        }
        for place, sample_id in enumerate(sample_ids)
    ]
    if rows:
        session.execute(insert(SearchProbeRow), rows)


def add_candidates(session: Session, search_id: UUID, result: SearchResult) -> list[SearchCandidateRow]:
    """Write the candidates who have not been erased meanwhile, and keep those so until the commit."""
    subjects = [candidate.subject for candidate in result.candidates]
    live = set(session.scalars(_LIVING_AMONG, {"persons": subjects}))
    found = [
        {
            "search_id": search_id,
            "rank": candidate.rank,
            "person_id": candidate.subject,
            "score": candidate.score,
            "false_match_rate": candidate.false_match_rate,
            "expected_strangers": candidate.expected_strangers,
            "rate_lowest": candidate.interval[0] if candidate.interval else None,
            "rate_highest": candidate.interval[1] if candidate.interval else None,
            "rate_extrapolated": candidate.extrapolated,
            "evidence": [to_json(score) for score in candidate.evidence],
        }
        for candidate in result.candidates
        if candidate.subject in live
    ]
    if found:
        session.execute(insert(SearchCandidateRow), found)  # at once: twenty objects took their time
    return [SearchCandidateRow(**values) for values in found]


_LIVING_AMONG = (
    select(PersonRow.id)
    .where(among(PersonRow.id, "persons"), PersonRow.erased_at.is_(None))
    .with_for_update(read=True, key_share=True)
)
