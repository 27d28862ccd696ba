"""The best candidates of many searches, in as many statements as of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from matcher.candidates import Candidate, SearchResult
from records.access import Officer, Purpose, Role, SearchFilters
from records.database import Database
from records.image_store import ImageStore
from records.linking import first_candidates, link
from records.persons import Person
from records.retention import erase_person
from records.searches import SearchKind, save_search
from tests.integration.records.people import arrest, details, enrolled, officer


def _searched(session: Session, by: Officer, *found: Person) -> UUID:
    candidates = tuple(
        Candidate(place, person.id, 90.0 - place, 1e-5 * place, 0.01 * place, ())
        for place, person in enumerate(found, start=1)
    )
    record = save_search(
        session,
        by,
        SearchKind.FACE,
        Purpose.INVESTIGATION,
        "0017/2026",
        SearchFilters(),
        [],
        SearchResult(candidates, 10, 10, 1),
    )
    return record.id


@contextmanager
def _counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def test_each_search_gives_the_first_whom_the_officer_may_see(
    database: Database, image_store: ImageStore
) -> None:
    with database.transaction() as s:
        by, supervisor = officer(s, Role.INVESTIGATOR), officer(s, Role.SUPERVISOR)
        station, elsewhere = officer(s), officer(s, state="27")
        hidden, _, _ = enrolled(s, image_store, elsewhere, encounter=arrest("27"))
        one, two, erased = (
            enrolled(s, image_store, station, person=details(name))[0] for name in ("One", "Two", "Three")
        )
        searches = [
            _searched(s, by, *found)
            for found in ((two, one), (hidden, one, two), (erased, hidden, two), (hidden,), (), (erased,))
        ]
        others = _searched(s, elsewhere, hidden)
    with database.transaction() as s:
        erase_person(s, image_store, supervisor, erased.id, "Ordered")
    with database.transaction() as s:
        first = first_candidates(s, by, [*searches, others])
        assert {
            place: first[search].person.id for place, search in enumerate(searches) if search in first
        } == {
            0: two.id,
            1: one.id,
            2: two.id,
        }
        assert others not in first
        for search in searches:
            one_by_one = next(iter(link(s, by, search)), None)
            assert first.get(search) == one_by_one
        with _counted(s) as of_one:
            first_candidates(s, by, searches[:1])
        with _counted(s) as of_many:
            first_candidates(s, by, searches)
    assert len(of_many) == len(of_one)
