"""Which records are due for destruction, and which are not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import now
from records.access import Officer, Role
from records.database import Database
from records.encounters import Disposal, EncounterInvalid, add_encounter, encounters_of, set_disposal
from records.holds import place_hold
from records.image_store import ImageStore
from records.persons import Person
from records.retention import due_for_destruction
from tests.integration.records.people import arrest, enrolled, officer

TODAY = date(2026, 11, 1)


@pytest.fixture
def by(database: Database) -> Officer:
    with database.transaction() as s:
        return officer(s, Role.SUPERVISOR)


def _due(database: Database, by: Officer, person: Person, today: date = TODAY) -> list[tuple[str, date]]:
    with database.transaction() as s:
        due = due_for_destruction(s, by, today, limit=200)
        return [(item.reason, item.since) for item in due.items if item.person_id == person.id]


def _dispose(database: Database, by: Officer, encounter_id, disposal: Disposal, final: bool = True) -> None:
    with database.transaction() as s:
        set_disposal(s, by, encounter_id, disposal, date(2026, 9, 1), final, "disposed")


@pytest.mark.parametrize(
    ("disposal", "final", "due"),
    [
        (Disposal.ACQUITTED, True, True),
        (Disposal.DISCHARGED, True, True),
        (Disposal.RELEASED_WITHOUT_TRIAL, True, True),
        (Disposal.ACQUITTED, False, False),
        (Disposal.CONVICTED, True, False),
    ],
)
def test_disposal_makes_a_record_due(
    database: Database, image_store: ImageStore, by: Officer, disposal: Disposal, final: bool, due: bool
) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
    assert _due(database, by, person) == []
    _dispose(database, by, encounter_id, disposal, final)
    assert _due(database, by, person) == ([("disposal", date(2026, 9, 1))] if due else [])
    with database.transaction() as s:
        assert encounters_of(s, by, person.id)[0].details.case_status == "disposed"


def test_another_case_keeps_the_record(database: Database, image_store: ImageStore, by: Officer) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
        second = add_encounter(s, person.id, arrest(fir_number="0018"), by)
    _dispose(database, by, encounter_id, Disposal.ACQUITTED)
    assert _due(database, by, person) == []
    _dispose(database, by, second.id, Disposal.DISCHARGED)
    assert _due(database, by, person) == [("disposal", date(2026, 9, 1))]


def test_an_open_case_keeps_the_record_even_when_it_is_called_final(
    database: Database, image_store: ImageStore, by: Officer
) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
        add_encounter(s, person.id, arrest(fir_number="0018", disposal_final=True), by)
    _dispose(database, by, encounter_id, Disposal.ACQUITTED)
    assert _due(database, by, person) == []


def test_seventy_five_years_make_a_record_due(
    database: Database, image_store: ImageStore, by: Officer
) -> None:
    long_ago = arrest(occurred_at=datetime(1951, 10, 31, tzinfo=UTC), fir_year=1951)
    with database.transaction() as s:
        person, _, _ = enrolled(s, image_store, by, encounter=long_ago)
    assert _due(database, by, person, date(2026, 10, 30)) == []
    assert _due(database, by, person, date(2026, 11, 1)) == [("years", date(2026, 10, 31))]


def test_court_direction_keeps_the_record(database: Database, image_store: ImageStore, by: Officer) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
        place_hold(s, by, person.id, "High Court", "WP 1/2026", "Appeal")
    _dispose(database, by, encounter_id, Disposal.ACQUITTED)
    assert _due(database, by, person) == []


def test_disposal_needs_its_date(database: Database, image_store: ImageStore, by: Officer) -> None:
    with database.transaction() as s:
        _, encounter_id, _ = enrolled(s, image_store, by)
        with pytest.raises(EncounterInvalid):
            set_disposal(s, by, encounter_id, Disposal.ACQUITTED, None, True)


@pytest.mark.parametrize("on", [date(1, 1, 1), now().date() + timedelta(days=2), date(9999, 12, 31)])
def test_a_case_cannot_end_in_the_future_or_before_there_were_courts(
    database: Database, image_store: ImageStore, by: Officer, on: date
) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
        for disposal in (Disposal.ACQUITTED, None):
            with pytest.raises(EncounterInvalid, match="Correct the date of the disposal"):
                set_disposal(s, by, encounter_id, disposal, on, True)
        with pytest.raises(EncounterInvalid, match="Correct the date of the disposal"):
            add_encounter(s, person.id, arrest(disposal=Disposal.ACQUITTED, disposal_on=on), by)
        set_disposal(s, by, encounter_id, Disposal.ACQUITTED, now().date(), True)


def test_a_record_is_not_due_before_the_day_of_its_disposal(
    database: Database, image_store: ImageStore, by: Officer
) -> None:
    with database.transaction() as s:
        person, encounter_id, _ = enrolled(s, image_store, by)
    _dispose(database, by, encounter_id, Disposal.ACQUITTED)
    assert _due(database, by, person, date(2026, 8, 31)) == []
    assert _due(database, by, person, date(2026, 9, 1)) == [("disposal", date(2026, 9, 1))]


def test_the_list_comes_in_pages_the_longest_due_first(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR, "33")
        for year in (1949, 1947, 1948, 1947):
            born = arrest("33", occurred_at=datetime(year, 2, 28, 12, tzinfo=UTC))
            enrolled(s, image_store, by, encounter=born)
        leap = arrest("33", occurred_at=datetime(1948, 2, 29, 12, tzinfo=UTC))
        enrolled(s, image_store, by, encounter=leap)
    seen, cursor = [], None
    with database.transaction() as s:
        for _ in range(3):
            page = due_for_destruction(s, by, TODAY, cursor=cursor, limit=2)
            seen += page.items
            cursor = page.next_cursor
    assert cursor is None
    since = [date(2022, 2, 28), date(2022, 2, 28), date(2023, 2, 28), date(2023, 2, 28), date(2024, 2, 28)]
    assert [item.since for item in seen] == since
    assert len({item.number for item in seen}) == 5
