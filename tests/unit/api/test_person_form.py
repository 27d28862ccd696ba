"""A correction changes what was typed anew and nothing that the form does not show."""

from typing import Any

from api.console.person_form import corrections
from api.schemas.persons import NameAnswer, PersonAnswer
from records.person_details import NameKind

NAMES = [
    NameAnswer(kind=NameKind.PRIMARY, text="Ramesh Kumar", language="en", script="Latn"),
    NameAnswer(kind=NameKind.PRIMARY, text="रमेश कुमार", language="hi", script="Deva"),
    NameAnswer(kind=NameKind.ALIAS, text="Ramu", language="", script="Latn"),
]
SHOWN: dict[str, Any] = {"display_name": "Ramesh Kumar", "names": NAMES, "addresses": []}
PERSON = PersonAnswer.model_construct(**SHOWN)


def _corrected(name: str, aliases: str) -> list[tuple[str, str, str]]:
    body = corrections(PERSON, {"name": name, "aliases": aliases, "sex": "male"})
    return [(item["kind"], item["text"], item.get("script", "")) for item in body["names"]]


def test_a_name_in_two_scripts_stays_one_name() -> None:
    assert _corrected("Ramesh Kumar", "रमेश कुमार\nRamu\nRaju") == [
        ("primary", "Ramesh Kumar", "Latn"),
        ("primary", "रमेश कुमार", "Deva"),
        ("alias", "Ramu", "Latn"),
        ("alias", "Raju", ""),
    ]


def test_after_another_name_is_entered_the_others_are_aliases() -> None:
    assert _corrected("Ramu", "Ramesh Kumar\nरमेश कुमार") == [
        ("primary", "Ramu", "Latn"),
        ("alias", "Ramesh Kumar", "Latn"),
        ("alias", "रमेश कुमार", "Deva"),
    ]
