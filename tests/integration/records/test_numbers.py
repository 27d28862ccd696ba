"""Lifelong numbers stay unique under concurrency, rollback and erasure."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from records.access import Role
from records.database import Database
from records.image_store import ImageStore
from records.numbers import LAST_SERIAL, NumbersExhausted, StateCodeInvalid, allocate_number, last_serial
from records.persons import create_person
from records.retention import erase_person
from tests.integration.records.people import details, enrolled, officer


class _AbandonedError(Exception):
    """The transaction is given up on purpose."""


def _allocate_some(database: Database, seed: int) -> list[str]:
    chance, kept = random.Random(seed), []
    for _ in range(25):
        try:
            with database.transaction() as s:
                number = allocate_number(s, chance.choice(["29", "27"]))
                if chance.random() < 0.3:
                    raise _AbandonedError
            kept.append(number)
        except _AbandonedError:
            continue
    return kept


def test_no_number_is_given_twice_by_eight_threads(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = [
            n for part in threads.map(lambda seed: _allocate_some(database, seed), range(8)) for n in part
        ]
    assert len(numbers) > 100
    assert len(numbers) == len(set(numbers))
    for state in ("27", "29"):
        mine = sorted(number for number in numbers if number.startswith(state))
        with database.transaction() as s:
            assert int(mine[-1][2:]) == last_serial(s, state)
            assert mine == [f"{state}{serial:08d}" for serial in range(1, len(mine) + 1)]


def test_number_of_an_erased_person_is_not_given_again(database: Database, image_store: ImageStore) -> None:
    with database.transaction() as s:
        by = officer(s, Role.SUPERVISOR, state=None)
        person, _, _ = enrolled(s, image_store, by)
        erase_person(s, image_store, by, person.id, "Ordered by the court")
    with database.transaction() as s:
        assert create_person(s, details(), "29").number > person.number


def test_state_without_numbers_left_is_said(database: Database) -> None:
    with database.transaction() as s:
        allocate_number(s, "33")
        s.execute(
            text("UPDATE number_counters SET last_issued = :n WHERE state_code = '33'"), {"n": LAST_SERIAL}
        )
        with pytest.raises(NumbersExhausted):
            allocate_number(s, "33")


@pytest.mark.parametrize("code", ["", "2", "290", "2a", "٢٩", "29 "])
def test_malformed_state_code_is_refused(database: Database, code: str) -> None:
    with database.transaction() as s, pytest.raises(StateCodeInvalid):
        allocate_number(s, code)
