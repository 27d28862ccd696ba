"""Persons are found by a name in any script, an alias, a relative, their number or an FIR."""

import pytest

from records.access import Officer
from records.database import Database
from records.image_store import ImageStore
from records.pages import CursorInvalid
from records.persons import NameKind, PersonName, add_names, find_persons
from tests.integration.records.people import arrest, details, enrolled, officer

NAMES = {
    "lakshmi": "लक्ष्मी देवी",
    "imran": "Mohammed Imran",
    "gandhi": "காந்தி முருகன்",
    "vikram": "ਵਿਕਰਮ ਸਿੰਘ",
    "ravi": "R. Shankar",
    "noise": "Someone Else Entirely",
}


@pytest.fixture(scope="module")
def by(database: Database, image_store: ImageStore) -> Officer:
    with database.transaction() as s:
        station = officer(s)
        for number, (key, name) in enumerate(NAMES.items()):
            stated = details(name, relative_name=f"Father of {key}", nationality=key)
            person, _, _ = enrolled(
                s, image_store, station, person=stated, encounter=arrest(fir_number=f"{number + 100:04d}")
            )
            if key == "noise":
                add_names(
                    s,
                    person.id,
                    [PersonName(NameKind.ALIAS, "Chhota Raju"), PersonName(NameKind.ALIAS, name)],
                )
    return station


def _first(database: Database, by: Officer, text: str) -> str:
    with database.transaction() as s:
        found = find_persons(s, by, text).items
        return found[0].display_name if found else ""


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("Laxmi Devi", "lakshmi"),
        ("lakshmi", "lakshmi"),
        ("ಲಕ್ಷ್ಮಿ", "lakshmi"),
        ("Devi Lakshmi", "lakshmi"),
        ("Md Imran", "imran"),
        ("محمد عمران", "imran"),
        ("मोहम्मद इमरान", "imran"),
        ("Gandhi Murugan", "gandhi"),
        ("Bikram Sinh", "vikram"),
        ("Vikram", "vikram"),
        ("Ravi Shankar", "ravi"),
        ("शंकर", "ravi"),
        ("chota raju", "noise"),
        ("Shri Someone Else", "noise"),
        ("FIR 0104/2026", "ravi"),
        ("103/2026", "vikram"),
        ("Father of imran", "imran"),
    ],
)
def test_right_person_is_first(database: Database, by: Officer, asked: str, key: str) -> None:
    assert _first(database, by, asked) == NAMES[key]


@pytest.mark.parametrize("asked", ["Xyqz", "2900009999", "999/1999", "!!!", "؟", "12"])
def test_nobody_is_found(database: Database, by: Officer, asked: str) -> None:
    assert _first(database, by, asked) == ""


@pytest.mark.parametrize("text", ["", "shankar vikram imran lakshmi someone gandhi father"])
def test_pages_reach_everybody_once(database: Database, by: Officer, text: str) -> None:
    seen, cursor = [], None
    with database.transaction() as s:
        while True:
            page = find_persons(s, by, text, 2, cursor)
            seen += [item.display_name for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert sorted(seen) == sorted(NAMES.values())


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "WyJ4Il0", "\ud800", "é", "W251bGxd", "A" * 1000])
def test_invented_cursor_is_refused(database: Database, by: Officer, cursor: str) -> None:
    for text in ("", "someone"):
        with database.transaction() as s, pytest.raises(CursorInvalid):
            find_persons(s, by, text, 2, cursor)


def test_alias_known_already_is_not_added_again(database: Database, by: Officer) -> None:
    with database.transaction() as s:
        found = find_persons(s, by, "chota raju").items[0]
    assert found.names == (NAMES["noise"], "Chhota Raju")
    assert found.encounters == 1
    assert found.face_sample_id is not None
