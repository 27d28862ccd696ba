"""The page that enrols a person: the form, and what becomes of it."""

import secrets
from typing import Any

from fastapi import APIRouter, Response

from api import enrolments
from api.console import moments
from api.console.face_choice import several_faces
from api.console.forms import (
    SLAPS,
    FormIncomplete,
    Values,
    captures,
    described,
    listed,
    number,
    require_fields,
    sample_files,
    validated,
)
from api.console.page_route import PageRoute
from api.console.problems import FieldProblem
from api.console.sample_form import SampleForm
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.schemas.enrolments import EnrolmentRecord
from biometrics.errors import SeveralFacesFound
from core.errors import NishanError
from records.access import Officer, Permission, require

router = APIRouter(route_class=PageRoute)

_FORM = SampleForm("enrol.html", "enrol", "Enrol a person")

SAMPLE_PARTS = ("face", *(f"finger_{position}" for position in range(1, 11)), *SLAPS)
_ROWS = 3
_REFERENCE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are mistaken for one another."""
_KIND_OF_BASIS = {
    "arrested": "arrest",
    "convicted": "conviction",
    "security_ordered": "security_order",
    "preventive_detention": "preventive_detention",
    "magistrate_order": "magistrate_order",
    "specimen_order": "magistrate_order",
    "deceased": "unidentified_body",
    "missing": "missing_person",
    "consent": "elimination",
    "training": "training",
}
_REQUIRED = {
    "name": "Full name",
    "sex": "Sex",
    "occurred_at": "Date and time of the arrest",
    "lawful_basis": "Lawful basis",
    "state_code": "State code",
}
_PLACES = {
    "person.names[0]": ("name", "Full name"),
    "person.names": ("aliases", "Other names"),
    "person.relative_name": ("relative_name", "Name of the relative"),
    "person.sex": ("sex", "Sex"),
    "person.birth_date": ("birth_date", "Date of birth"),
    "person.birth_year": ("age", "Age in years"),
    "person.marks": ("marks", "Identifying marks"),
    "person.addresses": ("address_present", "Addresses"),
    "encounter.fir_number": ("fir_number", "FIR number"),
    "encounter.fir_year": ("fir_year", "FIR year"),
    "encounter.station_code": ("station_code", "Police station code"),
    "encounter.state_code": ("state_code", "State code"),
    "encounter.acts_sections": ("act_0", "Acts and sections"),
    "encounter.occurred_at": ("occurred_at", "Date and time of the arrest"),
    "encounter.lawful_basis": ("lawful_basis", "Lawful basis"),
    "captures": ("dpi", "Resolution"),
}
_FACTS = {
    **{place.split(".")[-1]: field for place, field in _PLACES.items()},
    "order_number": ("order_number", "Order number"),
    "superintendent_approval": ("superintendent_approval", "Superintendent's approval"),
}
_COPIED = (
    *("fir_number", "fir_registration", "station_code", "station_name", "district", "state_code", "place"),
    *("lawful_basis", "superintendent_approval", "order_number", "arrest_memo", "device_id"),
    *("officer_name", "officer_rank", "officer_belt_number"),
)


@router.get("/enrol")
def show(visit: VisitHere) -> Response:
    """Show the empty form, with what can be known beforehand filled in."""
    require(visit.officer, Permission.ENROL)
    return _FORM.answer(visit, _fresh_values(visit))


@router.post("/enrol")
def enrol(visit: FormVisitHere) -> Response:
    """Accept the enrolment and go to its progress; or show the form again with what is wrong."""
    require(visit.officer, Permission.ENROL)
    values = _entered(visit)
    files = sample_files(visit.files, SAMPLE_PARTS)
    try:
        record = _record(visit, captures(files, visit.fields))
        if record.face_index is None and (faces := several_faces(visit.parts, files)):
            return _FORM.answer(visit, values, faces=faces)
        taken = enrolments.take(visit.parts, visit.officer, record, files)
    except SeveralFacesFound:
        return _FORM.answer(visit, values, faces=several_faces(visit.parts, files))
    except NishanError as error:
        return _FORM.answer(visit, values, described(error, _FACTS))
    return visit.go(f"/enrolments/{taken.answer.id}")


def _record(visit: FormVisit, stated: dict[str, Any]) -> EnrolmentRecord:
    fields = visit.fields
    require_fields(fields, _REQUIRED)
    body = {
        "reference": fields.get("reference", ""),
        "person": _person(fields),
        "encounter": _encounter(fields),
        "captures": stated,
        "face_index": number(fields.get("face_index", "")),
    }
    return validated(EnrolmentRecord, body, _PLACES)


def _person(fields: dict[str, str]) -> dict[str, Any]:
    aliases = [fields.get("name_other", ""), *listed(fields.get("aliases", ""))]
    return {
        "names": [
            {"kind": "primary", "text": fields["name"]},
            *({"kind": "alias", "text": alias} for alias in aliases if alias),
        ],
        "relative_relation": fields.get("relative_relation", ""),
        "relative_name": fields.get("relative_name", ""),
        "sex": fields["sex"],
        "birth_date": fields.get("birth_date") or None,
        "birth_year": None if fields.get("birth_date") else _birth_year(fields.get("age", "")),
        "nationality": fields.get("nationality", ""),
        "addresses": [
            {"kind": kind, "text": fields[f"address_{kind}"]}
            for kind in ("present", "permanent")
            if fields.get(f"address_{kind}")
        ],
        "marks": listed(fields.get("marks", ""), ""),
        "child_in_conflict": bool(fields.get("child_in_conflict")),
        "training": fields["lawful_basis"] == "training",
    }


def _birth_year(age: str) -> int | str | None:
    stated = number(age)
    return moments.birth_year(stated) if isinstance(stated, int) else stated


def _encounter(fields: dict[str, str]) -> dict[str, Any]:
    basis = fields["lawful_basis"]
    try:
        occurred_at = moments.from_local(fields["occurred_at"])
    except ValueError:
        raise FormIncomplete(
            [FieldProblem("occurred_at", _REQUIRED["occurred_at"], "Give the date and the time.")]
        ) from None
    return {
        **{name: fields.get(name, "") for name in _COPIED},
        "kind": _KIND_OF_BASIS.get(basis, ""),
        "fir_year": number(fields.get("fir_year", "")),
        "occurred_at": occurred_at,
        "acts_sections": [row for row in _rows(fields) if row["act"] or row["section"]],
        "child_in_conflict": bool(fields.get("child_in_conflict")),
        "training": basis == "training",
    }


def _rows(fields: dict[str, str]) -> list[dict[str, str]]:
    count = max([_ROWS, *(int(name[4:]) + 1 for name in fields if name[:4] == "act_" and name[4:].isdigit())])
    return [
        {"act": fields.get(f"act_{row}", ""), "section": fields.get(f"section_{row}", "")}
        for row in range(min(count, 50))
    ]


def _reference(officer: Officer) -> str:
    """Return a name for a new enrolment that can be read out over the telephone."""
    place = officer.station_code or officer.state_code or officer.username
    tail = "".join(secrets.choice(_REFERENCE_SIGNS) for _ in range(6))
    return f"{place}-{moments.local_now()[:10].replace('-', '')}-{tail}"


def _fresh_values(visit: Visit) -> Values:
    officer = visit.officer
    return Values(
        reference=_reference(officer),
        acts_sections=_rows({}),
        state_code=officer.state_code or "",
        station_code=officer.station_code or "",
        occurred_at=moments.local_now(),
        fir_year=moments.local_now()[:4],
        nationality="Indian",
    )


def _entered(visit: FormVisit) -> Values:
    reference = visit.fields.get("reference") or _reference(visit.officer)
    return Values({**visit.fields, "reference": reference, "acts_sections": _rows(visit.fields)})
