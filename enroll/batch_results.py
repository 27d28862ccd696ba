"""The results of a batch as rows: one for each candidate, and one for each probe without any."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from records.access import Officer
from records.batches import BatchItem, items_of
from records.database import Database, Session
from records.linking import LinkedCandidate, link
from records.searches import SearchRecord, search_for

_PAGE = 100


@dataclass(frozen=True)
class ResultRow:
    """One line of a batch's result.

    Attributes:
        rank: None for a probe that failed or found nobody.
        score, false_match_rate, expected_strangers: None where no rate is known: of a sketch.
        uncalibrated: By a sketch: the order of the candidates is all that was found.
        target_fpir, highest_rate: What the candidates had to meet; None without a threshold.
        target_reachable: Whether any comparison with this probe can be stated as that rare.
        parts_searched: Of ``parts_total`` of the gallery; fewer, and the person may be in one that was away.
        notices: What is odd about the probe, as sentences.
        references_left_out: Enrolled samples that could not be compared with this probe: an earlier model
            made their templates.
        cases: FIR numbers of the encounters the officer may see, newest first.
        face_population: Whose false-match rates those of faces are; empty for fingers.
    """

    probe: int
    name: str
    status: str
    problem: str
    search_id: str
    rank: int | None = None
    person_number: str = ""
    person_name: str = ""
    score: float | None = None
    false_match_rate: float | None = None
    expected_strangers: float | None = None
    cases: tuple[str, ...] = ()
    references_left_out: int = 0
    face_population: str = ""
    kind: str = ""
    uncalibrated: bool = False
    target_fpir: int | None = None
    highest_rate: float | None = None
    target_reachable: bool | None = None
    people_searched: int | None = None
    parts_searched: int | None = None
    parts_total: int | None = None
    notices: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the row with plain values, in the order of the columns."""
        return {**asdict(self), "cases": " ".join(self.cases)}


COLUMNS = tuple(ResultRow.__dataclass_fields__)


def result_rows(database: Database, officer: Officer, batch_id: UUID) -> Iterator[ResultRow]:
    """Yield the rows of a batch in the order of its probes, a page of probes per transaction.

    Raises:
        BatchNotFound: there is none for this officer.
    """
    cursor: str | None = None
    while True:
        with database.transaction() as session:
            page = items_of(session, officer, batch_id, _PAGE, cursor)
            rows = [row for item in page.items for row in _rows(session, officer, item)]
        yield from rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _rows(session: Session, officer: Officer, item: BatchItem) -> list[ResultRow]:
    plain: dict[str, Any] = {
        "probe": item.index + 1,
        "name": item.name,
        "status": item.status.value,
        "problem": item.problem or "",
        "search_id": str(item.search_id or ""),
        "references_left_out": item.references_incomparable,
    }
    if item.search_id is None:
        return [ResultRow(**plain)]
    search = search_for(session, officer, item.search_id)
    plain |= _answered(search)
    candidates = link(session, officer, search)
    rated = not search.uncalibrated
    return [_candidate(plain, candidate, rated=rated) for candidate in candidates] or [ResultRow(**plain)]


def _answered(search: SearchRecord) -> dict[str, Any]:
    """Return what the answer says of itself, whoever its candidates are."""
    limit = search.threshold
    told = (search.outcome or {}).get("notices", ())
    return {
        "kind": search.kind.value,
        "uncalibrated": search.uncalibrated,
        "target_fpir": limit.target_fpir if limit else None,
        "highest_rate": limit.false_match_rate if limit else None,
        "target_reachable": limit.reachable if limit else None,
        "people_searched": search.subjects_searched,
        "parts_searched": search.shards_searched,
        "parts_total": search.shards_total,
        "notices": " ".join(notice["message"] for notice in told),
    }


def _candidate(plain: dict[str, Any], candidate: LinkedCandidate, *, rated: bool) -> ResultRow:
    return ResultRow(
        **plain,
        rank=candidate.rank,
        person_number=candidate.person.number,
        person_name=candidate.person.display_name,
        score=round(candidate.score, 2) if rated else None,
        false_match_rate=candidate.false_match_rate if rated else None,
        expected_strangers=candidate.expected_strangers if rated else None,
        cases=tuple(encounter.fir_label for encounter in candidate.encounters),
        face_population=(candidate.face_population or "") if rated else "",
    )
