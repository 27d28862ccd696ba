"""The page that compares someone with one enrolled person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answers import notices_of
from api.certainty import face_population_answer
from api.console.face_choice import choice_after
from api.console.forms import (
    SLAPS,
    Values,
    captures,
    described,
    number,
    require_fields,
    sample_files,
    validated,
)
from api.console.page_route import PageRoute
from api.console.sample_form import SampleForm
from api.console.visit import FormVisit, FormVisitHere, Visit, VisitHere
from api.refusals import refusals_audited
from api.schemas.notices import NoticeAnswer
from api.schemas.persons import PersonLine
from api.schemas.samples import SampleAnswer
from api.schemas.searches import VerificationQuery
from api.schemas.slaps import SlapAnswer
from api.uploads import ProbeFile
from api.verification import verify
from core.errors import NishanError, NotFound
from records.access import Permission, require
from records.persons import person_for
from records.samples import Sample, fingers_of_slaps, samples_by_id, samples_of_person
from records.searches import search_for

router = APIRouter(route_class=PageRoute)

_FORM = SampleForm("verify.html", "verify", "Verify one person")


class VerificationNotFound(NotFound):
    """No such comparison."""

    code = "verification_not_found"


@dataclass(frozen=True)
class _Pair:
    """A sample taken now beside the enrolled one."""

    now: SampleAnswer
    enrolled: SampleAnswer | None


@dataclass(frozen=True)
class _Result:
    """A comparison of someone with one enrolled person."""

    created_at: datetime
    case_number: str
    person: PersonLine
    false_match_rate: float
    pairs: list[_Pair]
    slaps: list[SlapAnswer]
    notices: list[NoticeAnswer]
    false_match_rate_interval: tuple[float, float] | None
    extrapolated: bool
    population: str


_PARTS = ("face", *(f"finger_{position}" for position in range(11)), *SLAPS)
_REQUIRED = {
    "person_number": "Person number",
    "purpose": "Purpose of the search",
    "case_number": "Case number",
}
_PLACES = {
    "person_number": ("person_number", "Person number"),
    "purpose": ("purpose", "Purpose of the search"),
    "case_number": ("case_number", "Case number"),
    "captures": ("dpi", "Resolution"),
}


@router.get("/verify")
def show(visit: VisitHere, person_number: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Show the form."""
    require(visit.officer, Permission.VERIFY)
    return _FORM.answer(visit, Values(person_number=person_number))


@router.post("/verify")
def compare(visit: FormVisitHere) -> Response:
    """Compare and show the outcome; or show the form again with what is wrong."""
    files = sample_files(visit.files, _PARTS)
    has_prints = any(file.part != "face" for file in files)
    values = Values({**visit.fields, "kind": "finger" if has_prints else "face"})
    try:
        with refusals_audited(visit.parts, visit.officer, "verification"):
            query = _query(visit, files)
        answer = verify(visit.parts, visit.officer, query, files)
    except NishanError as error:
        faces = choice_after(error, visit.parts, files)
        return _FORM.answer(visit, values, None if faces else described(error), faces)
    return visit.go(f"/verifications/{answer.id}")


@router.get("/verifications/{verification_id}")
def show_result(visit: VisitHere, verification_id: UUID) -> Response:
    """Show the outcome of a comparison, with the samples side by side."""
    result = _result(visit, verification_id)
    return visit.page("verification.html", "verify", "Comparison", result=result)


def _query(visit: FormVisit, files: list[ProbeFile]) -> VerificationQuery:
    fields = visit.fields
    require_fields(fields, _REQUIRED)
    body = {
        "person_number": fields["person_number"].replace(" ", ""),
        "purpose": fields["purpose"],
        "case_number": fields["case_number"],
        "face_index": number(fields.get("face_index", "")),
        "captures": captures(files, fields),
    }
    return validated(VerificationQuery, body, _PLACES)


def _result(visit: Visit, verification_id: UUID) -> _Result:
    with visit.parts.database.transaction() as session:
        record = search_for(session, visit.officer, verification_id)
        outcome = record.outcome or {}
        if not outcome.get("person_id"):
            raise VerificationNotFound("There is no such comparison with an enrolled person.")
        person = person_for(session, visit.officer, UUID(str(outcome["person_id"])))
        probes = samples_by_id(session, record.probe_sample_ids)
        known = tuple(item for item in samples_of_person(session, visit.officer, person.id) if not item.slap)
        fingers = fingers_of_slaps(session, [probe.id for probe in probes if probe.slap])
    pairs = [_Pair(SampleAnswer.of(probe), _beside(probe, known)) for probe in probes if not probe.slap]
    slaps = SlapAnswer.all_of(probes, fingers)
    rate, ends = float(outcome["false_match_rate"]), outcome.get("interval")
    between = (float(ends[0]), float(ends[1])) if ends else None
    line, notices = PersonLine.of(person), notices_of(record)
    beyond = bool(outcome.get("extrapolated"))
    told = face_population_answer(record.face_population)
    return _Result(
        created_at=record.created_at,
        case_number=record.case_number,
        person=line,
        false_match_rate=rate,
        pairs=pairs,
        slaps=slaps,
        notices=notices,
        false_match_rate_interval=between,
        extrapolated=beyond,
        population=told.statement if told else "",
    )


def _beside(probe: Sample, known: tuple[Sample, ...]) -> SampleAnswer | None:
    """Return the person's sample of the same finger, or the face; any print for a finger not stated."""
    fitting = [sample for sample in known if sample.modality is probe.modality]
    same = [sample for sample in fitting if sample.position is probe.position]
    found = next(iter(same or fitting), None)
    return SampleAnswer.of(found) if found else None
