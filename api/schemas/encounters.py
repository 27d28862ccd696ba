"""JSON of encounters: one arrest or visit, with its FIR and the lawful basis of the capture."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.shape import Answer, Request
from api.schemas.text import Line, Short, StateCode
from records.encounters import (
    ActSection,
    Disposal,
    Encounter,
    EncounterDetails,
    EncounterKind,
    LawfulBasis,
)

ENCOUNTER_EXAMPLE: dict[str, Any] = {
    "kind": "training",
    "state_code": "29",
    "lawful_basis": "training",
    "occurred_at": "2026-01-15T10:30:00Z",
    "station_code": "290101",
    "station_name": "Training station",
    "district": "Training district",
    "fir_number": "0017",
    "fir_year": 2026,
    "acts_sections": [{"act": "BNS", "section": "303(2)"}],
    "training": True,
}


class ActSectionBody(Request):
    """One section of an act, as the FIR states it."""

    act: Short = Field(min_length=1)
    section: Short = Field(min_length=1)


class EncounterBody(Request):
    """One arrest or visit."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ENCOUNTER_EXAMPLE]})

    kind: EncounterKind
    state_code: StateCode
    lawful_basis: LawfulBasis
    occurred_at: datetime
    station_code: Short = ""
    station_name: Line = ""
    district: Line = ""
    fir_number: Short = ""
    fir_year: int | None = Field(default=None, ge=1850, le=2200)
    fir_registration: Short = ""
    fir_type: Short = ""
    fir_date: date | None = None
    acts_sections: list[ActSectionBody] = Field(default_factory=list, max_length=50)
    superintendent_approval: Line = ""
    order_number: Line = ""
    officer_name: Line = ""
    officer_rank: Short = ""
    officer_belt_number: Short = ""
    device_id: Short = ""
    place: Line = ""
    arrest_memo: Line = ""
    accused_number: Short = ""
    case_number: Short = ""
    case_status: Short = ""
    court: Line = ""
    cnr: Short = ""
    child_in_conflict: bool = False
    training: bool = False

    def to_details(self) -> EncounterDetails:
        """Return the record's value."""
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        values["acts_sections"] = tuple(ActSection(line.act, line.section) for line in self.acts_sections)
        return EncounterDetails(**values)


class ActSectionAnswer(Answer):
    """One section of an act."""

    act: str
    section: str


class EncounterLine(Answer):
    """An encounter in one line of a candidate: which case, where, when."""

    id: UUID
    kind: EncounterKind
    state_code: str
    district: str
    station_code: str
    station_name: str
    fir_number: str
    fir_year: int | None
    fir_label: str
    acts_sections: list[ActSectionAnswer]
    occurred_at: datetime
    case_status: str
    training: bool

    @classmethod
    def of(cls, encounter: Encounter) -> Self:
        """Describe an encounter."""
        return cls(**_fields(cls, encounter))


class EncounterAnswer(EncounterLine):
    """An encounter in full."""

    lawful_basis: LawfulBasis
    fir_registration: str
    fir_type: str
    fir_date: date | None
    superintendent_approval: str
    order_number: str
    officer_name: str
    officer_rank: str
    officer_belt_number: str
    device_id: str
    place: str
    arrest_memo: str
    accused_number: str
    case_number: str
    court: str
    cnr: str
    disposal: Disposal | None
    disposal_on: date | None
    disposal_final: bool
    child_in_conflict: bool
    created_at: datetime


def _fields(kind: type[EncounterLine], encounter: Encounter) -> dict[str, Any]:
    """Collect the fields of an answer from the encounter and its details."""
    own: dict[str, Any] = {
        "id": encounter.id,
        "fir_label": encounter.fir_label,
        "created_at": encounter.created_at,
        "child_in_conflict": encounter.child_in_conflict,
        "acts_sections": [
            ActSectionAnswer(act=line.act, section=line.section) for line in encounter.details.acts_sections
        ],
    }
    return {
        name: own[name] if name in own else getattr(encounter.details, name) for name in kind.model_fields
    }
