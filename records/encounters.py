"""Encounters: checked against the law, stored in their state's partition, read within it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import InputRejected, NotFound
from core.ids import new_id
from records import audit
from records.access import Officer, Permission, require
from records.children import is_child
from records.encounter_details import ActSection, Disposal, EncounterDetails, EncounterKind, LawfulBasis
from records.erasure_guard import living_person
from records.kept_statements import among, kept
from records.lawful_basis import CaptureNotPermitted, check_lawful_basis
from records.numbers import check_state_code
from records.stored_values import from_json, to_json
from records.tables import EncounterRow
from records.text import check_text, check_texts
from records.visibility import encounter_visible

__all__ = [
    "ActSection",
    "CaptureNotPermitted",
    "Disposal",
    "Encounter",
    "EncounterDetails",
    "EncounterInvalid",
    "EncounterKind",
    "EncounterNotFound",
    "LawfulBasis",
    "add_encounter",
    "check_encounter",
    "check_lawful_basis",
    "encounters_of",
    "encounters_of_persons",
    "set_disposal",
]

_CLOCK_SLACK = timedelta(days=1)
_LATEST_ZONE = timedelta(hours=14)
"""How far the calendar is ahead of UTC where a day begins first."""
_OWN_COLUMNS = (
    "kind",
    "state_code",
    "lawful_basis",
    "occurred_at",
    "station_code",
    "station_name",
    "district",
    "fir_number",
    "fir_year",
    "fir_registration",
    "superintendent_approval",
    "order_number",
    "device_id",
    "case_number",
    "cnr",
    "disposal",
    "disposal_on",
    "disposal_final",
    "training",
)


class EncounterInvalid(InputRejected):
    """The particulars of the encounter contradict themselves or miss what is needed."""

    code = "encounter_invalid"


class EncounterNotFound(NotFound):
    """No such encounter for this officer."""

    code = "encounter_not_found"


@dataclass(frozen=True)
class Encounter:
    """One encounter as stored. ``child_in_conflict`` is as judged, not only as stated."""

    id: UUID
    person_id: UUID
    details: EncounterDetails
    child_in_conflict: bool
    recorded_by: UUID | None
    created_at: datetime

    @property
    def fir_label(self) -> str:
        """The FIR as printed, such as ``0017/2025``."""
        return self.details.fir_label


def check_encounter(details: EncounterDetails) -> None:
    """Refuse an encounter that cannot be right or that the law does not permit.

    Raises:
        EncounterInvalid: a date in the future or without zone, a malformed year, an FIR without station.
        CaptureNotPermitted: see check_lawful_basis.
    """
    check_texts(details, "encounter")
    check_state_code(details.state_code)
    if details.occurred_at.tzinfo is None:
        raise EncounterInvalid("State the time of the encounter with its time zone.", field="occurred_at")
    if not details.occurred_at.year >= 1860 or details.occurred_at > now() + _CLOCK_SLACK:
        raise EncounterInvalid(
            "Correct the time of the encounter: it lies in the future.", field="occurred_at"
        )
    if details.fir_year is not None and not 1860 <= details.fir_year <= now().year + 1:
        raise EncounterInvalid("Correct the year of the FIR.", field="fir_year")
    if details.fir_number.strip() and (details.fir_year is None or not details.station_code.strip()):
        raise EncounterInvalid(
            "State the year and the station with the FIR number: it is unique only with them.",
            field="fir_number",
        )
    if any(not part.act.strip() or not part.section.strip() for part in details.acts_sections):
        raise EncounterInvalid("State act and section of every offence.", field="acts_sections")
    _check_disposal(details.disposal, details.disposal_on)
    check_lawful_basis(details)


def _check_disposal(disposal: Disposal | None, on: date | None) -> None:
    if disposal is not None and on is None:
        raise EncounterInvalid("State the date of the disposal.", field="disposal_on")
    if on is not None and not date(1860, 1, 1) <= on <= (now() + _LATEST_ZONE).date():
        raise EncounterInvalid(
            "Correct the date of the disposal: a case can be recorded as ended once it has ended.",
            field="disposal_on",
        )


def add_encounter(
    session: Session, person_id: UUID, details: EncounterDetails, officer: Officer | None
) -> Encounter:
    """Store an encounter of a person; the caller has checked the officer's permission and partition."""
    check_encounter(details)
    person = living_person(session, person_id)
    flagged = person.child_in_conflict or details.child_in_conflict
    row = EncounterRow(
        id=new_id(),
        person_id=person_id,
        child_in_conflict=is_child(flagged, person.birth_date, person.birth_year, details.occurred_at),
        recorded_by=officer.account_id if officer else None,
        created_at=now(),
        **_columns(details),
    )
    session.add(row)
    session.flush()
    return _encounter(row)


def _columns(details: EncounterDetails) -> dict[str, Any]:
    plain = to_json(details)
    columns = {name: getattr(details, name) for name in _OWN_COLUMNS}
    for name in ("kind", "lawful_basis", "disposal"):
        columns[name] = str(columns[name]) if columns[name] is not None else None
    serial = re.fullmatch(r"\s*0*([0-9]{1,9})\s*", details.fir_number)
    columns["fir_serial"] = int(serial[1]) if serial else None
    columns["acts_sections"] = plain["acts_sections"]
    rest = {name: value for name, value in plain.items() if name not in columns}
    rest["child_stated"] = rest.pop("child_in_conflict")
    columns["particulars"] = rest
    return columns


def _encounter(row: EncounterRow) -> Encounter:
    stored = dict(row.particulars)
    stored["child_in_conflict"] = stored.pop("child_stated", row.child_in_conflict)
    stored |= {name: getattr(row, name) for name in _OWN_COLUMNS} | {"acts_sections": row.acts_sections}
    known = {part.name for part in fields(EncounterDetails)}
    details = from_json(EncounterDetails, {name: value for name, value in stored.items() if name in known})
    return Encounter(row.id, row.person_id, details, row.child_in_conflict, row.recorded_by, row.created_at)


def encounters_of(session: Session, officer: Officer, person_id: UUID) -> tuple[Encounter, ...]:
    """Return the encounters of a person that the officer may see, newest first."""
    return encounters_of_persons(session, officer, [person_id]).get(person_id, ())


def encounters_of_persons(
    session: Session, officer: Officer, person_ids: Sequence[UUID]
) -> dict[UUID, tuple[Encounter, ...]]:
    """Return the visible encounters of several persons, newest first."""
    rows = session.scalars(_encounters_among(officer), {"persons": list(person_ids)})
    found: dict[UUID, tuple[Encounter, ...]] = {}
    for row in rows:
        found[row.person_id] = (*found.get(row.person_id, ()), _encounter(row))
    return found


@kept
def _encounters_among(officer: Officer) -> Select[EncounterRow]:
    return (
        select(EncounterRow)
        .where(among(EncounterRow.person_id, "persons"), encounter_visible(officer))
        .order_by(EncounterRow.occurred_at.desc(), EncounterRow.id.desc())
    )


def set_disposal(
    session: Session,
    officer: Officer,
    encounter_id: UUID,
    disposal: Disposal | None,
    on: date | None,
    final: bool,
    case_status: str = "",
) -> Encounter:
    """Record how the case ended; an acquittal that is final makes the record due for destruction."""
    require(officer, Permission.EDIT_PERSONS)
    check_text(case_status, "case status")
    _check_disposal(disposal, on)
    row = session.scalar(
        select(EncounterRow)
        .where(EncounterRow.id == encounter_id, encounter_visible(officer))
        .with_for_update()
    )
    if row is None:
        raise EncounterNotFound("There is no such encounter in your records.")
    row.disposal, row.disposal_on, row.disposal_final = (str(disposal) if disposal else None), on, final
    if case_status:
        row.particulars = {**row.particulars, "case_status": case_status}
    session.flush()
    details = {"disposal": row.disposal, "on": str(on) if on else None, "final": final}
    audit.append(session, officer, "encounter.disposal", "encounter", encounter_id, details=details)
    return _encounter(row)
