"""JSON of persons: what is known of someone, in full and in one line."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.encounters import EncounterAnswer
from api.schemas.samples import SampleAnswer, image_link
from api.schemas.shape import Answer, Request
from api.schemas.slaps import SlapAnswer
from api.schemas.text import Line, Paragraph, Short
from records.persons import (
    Address,
    NameKind,
    Person,
    PersonDetails,
    PersonName,
    PersonSummary,
    Sex,
)

PERSON_EXAMPLE: dict[str, Any] = {
    "names": [
        {"kind": "primary", "text": "ಮಂಜುನಾಥ ತರಬೇತಿ", "language": "kn"},
        {"kind": "alias", "text": "Manjunatha Tarabeti", "language": "en"},
    ],
    "relative_relation": "father",
    "relative_name": "Training Record",
    "sex": "male",
    "birth_year": 1988,
    "marks": ["scar on the left wrist"],
    "training": True,
}


class NameBody(Request):
    """One name, in its own script; the script is detected when left out."""

    kind: NameKind = NameKind.PRIMARY
    text: Line = Field(min_length=1)
    language: Short = ""
    script: Short = ""


class AddressBody(Request):
    """One address."""

    kind: Literal["present", "permanent"] = "present"
    text: Paragraph = ""
    district: Short = ""
    state_code: Short = ""
    pin_code: Short = ""
    police_station: Short = ""


class PersonBody(Request):
    """What is known of a person."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [PERSON_EXAMPLE]})

    names: list[NameBody] = Field(min_length=1, max_length=50)
    relative_relation: Short = ""
    relative_name: Line = ""
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    birth_year: int | None = Field(default=None, ge=1850, le=2200)
    nationality: Short = ""
    addresses: list[AddressBody] = Field(default_factory=list, max_length=20)
    marks: list[Line] = Field(default_factory=list, max_length=50)
    child_in_conflict: bool = False
    training: bool = False

    def to_details(self) -> PersonDetails:
        """Return the record's value."""
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        return PersonDetails(**_as_record_values(values))


class PersonPatch(PersonBody):
    """The fields of a person to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"birth_year": 1987}]})

    names: list[NameBody] = Field(default_factory=list, max_length=50)

    def changes(self) -> dict[str, Any]:
        """Return only what was sent, as the record's values."""
        return _as_record_values({name: getattr(self, name) for name in self.model_fields_set})


def _as_record_values(values: dict[str, Any]) -> dict[str, Any]:
    if "names" in values:
        values["names"] = tuple(PersonName(**name.model_dump()) for name in values["names"])
    if "addresses" in values:
        values["addresses"] = tuple(Address(**address.model_dump()) for address in values["addresses"])
    if "marks" in values:
        values["marks"] = tuple(values["marks"])
    return values


class NameAnswer(Answer):
    """One name."""

    kind: NameKind
    text: str
    language: str
    script: str

    @classmethod
    def of(cls, name: PersonName) -> "NameAnswer":
        """Describe a name."""
        return cls(kind=name.kind, text=name.text, language=name.language, script=name.script)


class _Identity(Answer):
    """What every answer about a person begins with."""

    id: UUID
    number: str = Field(description="Lifelong number: two digits state, eight digits sequence.")
    display_name: str
    relative_name: str
    sex: Sex
    birth_year: int | None
    training: bool
    href: str
    thumbnail: str | None


class PersonLine(_Identity):
    """A person in one line of a list."""

    names: list[str]

    @classmethod
    def of(cls, person: Person, face_sample_id: UUID | None = None) -> "PersonLine":
        """Describe a person."""
        return cls(
            names=[name.text for name in person.details.names], **identity_values(person, face_sample_id)
        )

    @classmethod
    def of_summary(cls, summary: PersonSummary) -> "PersonLine":
        """Describe a person found in a list."""
        return cls(
            id=summary.id,
            number=summary.number,
            display_name=summary.display_name,
            names=list(summary.names),
            relative_name=summary.relative_name,
            sex=summary.sex,
            birth_year=summary.birth_year,
            training=summary.training,
            href=f"/v1/persons/{summary.id}",
            thumbnail=_thumbnail(summary.face_sample_id),
        )


def identity_values(person: Person, face_sample_id: UUID | None) -> dict[str, Any]:
    """Return the values of the fields that every answer about a person begins with."""
    details = person.details
    return {
        "id": person.id,
        "number": person.number,
        "display_name": person.display_name,
        "relative_name": details.relative_name,
        "sex": details.sex,
        "birth_year": details.stated_birth_year,
        "training": details.training,
        "href": f"/v1/persons/{person.id}",
        "thumbnail": _thumbnail(face_sample_id),
    }


def _thumbnail(face_sample_id: UUID | None) -> str | None:
    return image_link(face_sample_id, 160) if face_sample_id else None


class AddressAnswer(Answer):
    """One address."""

    kind: str
    text: str
    district: str
    state_code: str
    pin_code: str
    police_station: str


class PersonAnswer(_Identity):
    """A person in full, with the encounters and samples that the officer may see."""

    names: list[NameAnswer]
    state_code: str
    relative_relation: str
    birth_date: date | None
    nationality: str
    addresses: list[AddressAnswer]
    marks: list[str]
    child_in_conflict: bool
    created_at: datetime
    updated_at: datetime
    encounters: list[EncounterAnswer]
    samples: list[SampleAnswer]
    slaps: list[SlapAnswer] = Field(description="Slaps among the samples, with the boxes of the fingers.")


class Erasure(Request):
    """Why a person's record is destroyed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Acquitted, order 17/2026 of the court"}]}
    )

    reason: Paragraph = Field(min_length=1)
