"""The results of a batch as rows: one for each candidate, and one for each probe without any."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from records.access import Officer
from records.batches import BatchItem, items_of
from records.database import Database
from records.linking import LinkedCandidate, link

_PAGE = 100


@dataclass(frozen=True)
class ResultRow:
    """One line of a batch's result.

    Attributes:
        rank: None for a probe that failed or found nobody.
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
            rows = [
                row
                for item in page.items
                for row in _rows(item, link(session, officer, item.search_id) if item.search_id else [])
            ]
        yield from rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _rows(item: BatchItem, candidates: list[LinkedCandidate]) -> list[ResultRow]:
    plain: dict[str, Any] = {
        "probe": item.index + 1,
        "name": item.name,
        "status": item.status.value,
        "problem": item.problem or "",
        "search_id": str(item.search_id or ""),
        "references_left_out": item.references_incomparable,
    }
    if not candidates:
        return [ResultRow(**plain)]
    return [
        ResultRow(
            **plain,
            rank=candidate.rank,
            person_number=candidate.person.number,
            person_name=candidate.person.display_name,
            score=round(candidate.score, 2),
            false_match_rate=candidate.false_match_rate,
            expected_strangers=candidate.expected_strangers,
            cases=tuple(encounter.fir_label for encounter in candidate.encounters),
            face_population=candidate.face_population or "",
        )
        for candidate in candidates
    ]
