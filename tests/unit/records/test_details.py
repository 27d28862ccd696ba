"""Particulars of persons and encounters that cannot be right are refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.clock import now
from core.errors import InputRejected
from records.children import is_child
from records.encounter_details import ActSection, EncounterDetails, EncounterKind, LawfulBasis
from records.encounters import check_encounter
from records.person_details import NameKind, PersonDetails, PersonName, check_person
from records.stored_values import StoredValueUnreadable, from_json, to_json
from records.text import TextRejected, check_texts

NAME = PersonName(NameKind.PRIMARY, "Ramesh")


def _encounter(**fields: Any) -> EncounterDetails:
    usual: dict[str, Any] = {
        "kind": EncounterKind.ARREST,
        "state_code": "29",
        "lawful_basis": LawfulBasis.ARRESTED,
        "occurred_at": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return EncounterDetails(**{**usual, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"names": ()},
        {"names": [PersonName(NameKind.PRIMARY, "  ")]},
        {"names": [NAME, PersonName(NameKind.ALIAS, "")]},
        {"names": [NAME], "birth_date": now().date() + timedelta(days=1)},
        {"names": [NAME], "birth_date": date(1849, 12, 31)},
        {"names": [NAME], "birth_year": now().year + 1},
        {"names": [NAME], "birth_date": date(1980, 1, 1), "birth_year": 1981},
    ],
)
def test_person_that_cannot_be_right_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InputRejected):
        check_person(PersonDetails(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"occurred_at": datetime(2026, 3, 1)},
        {"occurred_at": now() + timedelta(days=2)},
        {"occurred_at": datetime(1859, 1, 1, tzinfo=UTC)},
        {"state_code": "KA"},
        {"fir_year": 1800},
        {"fir_number": "17"},
        {"fir_number": "17", "fir_year": 2026},
        {"acts_sections": [ActSection("IPC", " ")]},
    ],
)
def test_encounter_that_cannot_be_right_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InputRejected):
        check_encounter(_encounter(**fields))


@pytest.mark.parametrize(
    ("born", "year", "child"),
    [
        (date(2008, 3, 2), None, True),
        (date(2008, 3, 1), None, False),
        (date(2008, 2, 29), None, False),
        (None, 2009, True),
        (None, 2008, False),
        (None, None, False),
    ],
)
def test_who_is_a_child(born: date | None, year: int | None, child: bool) -> None:
    day = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert is_child(False, born, year, day) is child
    assert is_child(True, born, year, day) is True


def test_details_survive_json() -> None:
    person = PersonDetails(names=[NAME], birth_date=date(1980, 2, 29), particulars={"a": [1, {"b": None}]})
    encounter = _encounter(acts_sections=[ActSection("IPC", "379")], fir_date=date(2026, 1, 2))
    assert from_json(PersonDetails, to_json(person)) == person
    assert from_json(EncounterDetails, to_json(encounter)) == encounter
    with pytest.raises(StoredValueUnreadable):
        from_json(EncounterDetails, {"kind": "unheard of"})


def test_endless_nesting_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(TextRejected):
        check_texts(nested, "particulars")
