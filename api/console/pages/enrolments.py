"""The pages of enrolments under way: progress, confirmation, recapture, receipt."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import enrolments
from api.console import rendering
from api.console.face_choice import FaceChoice, several_faces
from api.console.forms import captures, described, number, sample_files, validated
from api.console.page_route import PageRoute
from api.console.pages.enrol import SAMPLE_PARTS
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.console.words import part_label
from api.routes.persons import read_person
from api.schemas.encounters import EncounterLine
from api.schemas.enrolments import CapturedFiles, ConfirmationBody, DuplicateAnswer, EnrolmentAnswer
from api.schemas.persons import PersonLine
from api.schemas.samples import SampleAnswer
from core.errors import InputRejected, NishanError
from records.access import Permission, require
from records.enrolments import (
    ConfirmationDecision,
    Enrolment,
    EnrolmentStatus,
    enrolment_for,
    list_enrolments,
)
from records.linking import LinkedPerson, link_persons
from records.samples import Sample, samples_of_person

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_LABELS = {"reason": ("reason", "Reason"), "decision": ("", "Decision"), "captures": ("dpi", "Resolution")}


@dataclass(frozen=True)
class ShownDuplicate:
    """Someone who may be the same person, beside the new sample that is most alike."""

    person: PersonLine
    false_match_rate: float
    expected_strangers: float
    population: str
    encounters: list[EncounterLine]
    label: str
    modality: str
    new_id: UUID | None
    new_image: str
    known_id: UUID | None
    known_image: str


@router.get("/enrolments")
def list_all(
    visit: VisitHere,
    status: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """List enrolments, newest first."""
    require(visit.officer, Permission.ENROL)
    chosen = next((known for known in EnrolmentStatus if known.value == status), None)
    with visit.parts.database.transaction() as session:
        found = list_enrolments(session, visit.officer, chosen, _SHOWN, cursor)
    return visit.page(
        "enrolments.html",
        "enrolments",
        "Enrolments",
        items=found.items,
        status=status,
        **visit.page_links(found.next_cursor),
    )


@router.get("/enrolments/{enrolment_id}")
def show(visit: VisitHere, enrolment_id: UUID) -> Response:
    """Show how far an enrolment is and what it needs."""
    return _page(visit, enrolment_id)


@router.post("/enrolments/{enrolment_id}/decision")
def decide(visit: FormVisitHere, enrolment_id: UUID) -> Response:
    """Carry out what the officer decided about someone already known."""
    choice, _, person = visit.fields.get("decision", "").partition(":")
    body = {"decision": choice, "person_id": person or None, "reason": visit.fields.get("reason", "")}
    try:
        enrolments.decide(
            visit.parts, visit.officer, enrolment_id, validated(ConfirmationBody, body, _LABELS)
        )
    except NishanError as error:
        return _page(visit, enrolment_id, described(error), reason=body["reason"])
    return visit.go(f"/enrolments/{enrolment_id}")


@router.post("/enrolments/{enrolment_id}/samples")
def recapture(visit: FormVisitHere, enrolment_id: UUID) -> Response:
    """Take new samples for an enrolment that needs them."""
    files = sample_files(visit.files, SAMPLE_PARTS)
    body = {
        "captures": captures(files, visit.fields),
        "face_index": number(visit.fields.get("face_index", "")),
    }
    try:
        captured = validated(CapturedFiles, body, _LABELS)
        if captured.face_index is None and (faces := several_faces(visit.parts, files)):
            return _page(visit, enrolment_id, faces=faces)
        enrolments.replace_samples(visit.parts, visit.officer, enrolment_id, captured, files)
    except NishanError as error:
        return _page(visit, enrolment_id, described(error))
    return visit.go(f"/enrolments/{enrolment_id}")


@router.get("/enrolments/{enrolment_id}/receipt")
def receipt(visit: VisitHere, enrolment_id: UUID) -> Response:
    """Show what is given to the person and kept in the file."""
    enrolment = enrolments.read(visit.parts, visit.officer, enrolment_id)
    if enrolment.person_id is None:
        raise InputRejected("There is a receipt once the enrolment is complete.")
    person = read_person(enrolment.person_id, visit.parts, visit.officer, Response())
    encounter = next((item for item in person.encounters if item.id == enrolment.encounter_id), None)
    return visit.page(
        "receipt.html",
        "enrolments",
        f"Receipt {enrolment.person_number}",
        enrolment=enrolment,
        person=person,
        encounter=encounter,
        samples=enrolment.samples,
    )


def _page(
    visit: Visit,
    enrolment_id: UUID,
    problem: ShownProblem | None = None,
    faces: FaceChoice | None = None,
    reason: str | None = None,
) -> Response:
    with visit.parts.database.transaction() as session:
        stored = enrolment_for(session, visit.officer, enrolment_id)
    enrolment = enrolments.describe(visit.parts, visit.officer, stored)
    return visit.page(
        "enrolment.html",
        "enrolments",
        f"Enrolment {enrolment.reference}",
        problem.status if problem else 422 if faces else 200,
        enrolment=enrolment,
        known=_is_known(stored),
        entered_name=rendering.entered_name(stored.person_details),
        person=enrolment.person,
        samples=enrolment.samples,
        duplicates=_duplicates(visit, enrolment),
        problem=problem,
        faces=faces,
        reason=reason,
        errors={},
        missing=[finger for slap in enrolment.slaps for finger in slap.missing],
        held_back_hand=any(item.get("code") == "slap_other_hand" for item in enrolment.problems),
        limits=visit.parts.settings,
    )


def _is_known(enrolment: Enrolment) -> bool:
    confirmation = enrolment.confirmation
    return confirmation is not None and confirmation.decision is ConfirmationDecision.SAME_PERSON


def _duplicates(visit: Visit, enrolment: EnrolmentAnswer) -> list[ShownDuplicate]:
    if enrolment.status is not EnrolmentStatus.AWAITING_CONFIRMATION:
        return []
    ids = [item.person.id for item in enrolment.duplicates]
    with visit.parts.database.transaction() as session:
        linked = link_persons(session, visit.officer, ids)
        samples = {person: samples_of_person(session, visit.officer, person) for person in linked}
    return [
        _shown_duplicate(item, linked[item.person.id], samples[item.person.id], enrolment.samples)
        for item in enrolment.duplicates
        if item.person.id in linked
    ]


def _shown_duplicate(
    item: DuplicateAnswer, known: LinkedPerson, samples: tuple[Sample, ...], new: list[SampleAnswer]
) -> ShownDuplicate:
    best: dict[str, Any] = item.evidence[0] if item.evidence else {}
    fresh = next((sample for sample in new if str(sample.id) == str(best.get("sample_id"))), None)
    old = next((sample for sample in samples if _same_place(sample, best)), None)
    return ShownDuplicate(
        person=item.person,
        false_match_rate=item.false_match_rate if item.false_match_rate is not None else 1.0,
        expected_strangers=item.expected_strangers if item.expected_strangers is not None else 1.0,
        population=item.face_population.statement if item.face_population else "",
        encounters=[EncounterLine.of(encounter) for encounter in known.encounters],
        label=part_label("face" if best.get("modality") == "face" else f"finger_{best.get('position', 0)}"),
        modality=str(best.get("modality", "")),
        new_id=fresh.id if fresh else None,
        new_image=fresh.image if fresh else "",
        known_id=old.id if old else None,
        known_image=SampleAnswer.of(old).image if old else "",
    )


def _same_place(sample: Sample, evidence: dict[str, Any]) -> bool:
    if sample.slap:
        return False
    return str(sample.modality) == evidence.get("modality") and int(sample.position) == evidence.get(
        "position"
    )
