"""What is stated about a person at enrolment: names in any script, relative, sex, birth, addresses, marks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.clock import now
from core.errors import InputRejected
from records.text import check_texts

OLDEST_BIRTH_YEAR = 1850


class PersonInvalid(InputRejected):
    """The particulars of the person contradict themselves or miss what is needed."""

    code = "person_invalid"


class Sex(StrEnum):
    """Sex as recorded by the station."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class NameKind(StrEnum):
    """Which of a person's names this is."""

    PRIMARY = "primary"
    ALIAS = "alias"


@dataclass(frozen=True)
class PersonName:
    """One name as written.

    Attributes:
        language: Language code of the record (CCTNS ``lang_cd`` or BCP 47), empty when not stated.
        script: ISO 15924 code; found from the text when empty.
    """

    kind: NameKind
    text: str
    language: str = ""
    script: str = ""


@dataclass(frozen=True)
class Address:
    """One address; ``kind`` is present or permanent."""

    kind: str
    text: str
    district: str = ""
    state_code: str = ""
    pin_code: str = ""
    police_station: str = ""


@dataclass(frozen=True)
class PersonDetails:
    """All that is stated about a person. ``particulars`` holds what has no field of its own."""

    names: Sequence[PersonName] = ()
    relative_relation: str = ""
    relative_name: str = ""
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    birth_year: int | None = None
    nationality: str = ""
    addresses: Sequence[Address] = ()
    marks: Sequence[str] = ()
    child_in_conflict: bool = False
    training: bool = False
    particulars: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("names", "addresses", "marks"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def stated_birth_year(self) -> int | None:
        """The birth year, from the date when only that is given."""
        return self.birth_date.year if self.birth_date else self.birth_year

    @property
    def display_name(self) -> str:
        """The first primary name, else the first name, else empty."""
        primary = [name.text for name in self.names if name.kind is NameKind.PRIMARY]
        return (primary or [name.text for name in self.names] or [""])[0]


def check_person(details: PersonDetails) -> None:
    """Refuse particulars that cannot be right.

    Raises:
        PersonInvalid: no name, an impossible birth date, or a birth year that contradicts it.
        TextRejected: a text that cannot be stored.
    """
    check_texts(details, "person")
    if not any(re.search(r"\S", name.text) for name in details.names):
        raise PersonInvalid("State at least one name; write 'unknown' where the person gives none.")
    if any(not name.text.strip() for name in details.names):
        raise PersonInvalid("Remove the empty name.")
    today = now().date()
    if details.birth_date and not date(OLDEST_BIRTH_YEAR, 1, 1) <= details.birth_date <= today:
        raise PersonInvalid("Correct the birth date: it lies in the future or too far back.")
    year = details.birth_year
    if year is not None and not OLDEST_BIRTH_YEAR <= year <= today.year:
        raise PersonInvalid("Correct the birth year: it lies in the future or too far back.")
    if details.birth_date and year not in (None, details.birth_date.year):
        raise PersonInvalid("The birth year contradicts the birth date; send one of them.")
