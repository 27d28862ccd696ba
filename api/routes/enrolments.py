"""Requests about enrolments: send one, watch its progress, decide about possible duplicates."""

from uuid import UUID

from fastapi import APIRouter, Response

from api import enrolments
from api.dependencies import CursorHere, FormHere, LimitHere, OfficerHere, PartsHere
from api.openapi import SAMPLE_FILES, multipart
from api.schemas.enrolments import CapturedFiles, ConfirmationBody, EnrolmentAnswer, EnrolmentRecord
from api.schemas.shape import PageAnswer
from api.uploads import json_part, sample_files
from records.enrolments import EnrolmentStatus, list_enrolments

router = APIRouter(tags=["enrolments"], prefix="/enrolments")


@router.post(
    "",
    status_code=202,
    responses={200: {"model": EnrolmentAnswer, "description": "Accepted before, with the same content."}},
    openapi_extra=multipart(
        files={**SAMPLE_FILES, "finger_0": "Only with unknown_position_intended; may repeat."},
        json_parts={"record": "EnrolmentRecord"},
        required=["record"],
    ),
)
def create_enrolment(
    parts: PartsHere, officer: OfficerHere, form: FormHere, response: Response
) -> EnrolmentAnswer:
    """Enrol a person with a face and any fingers.

    Safe to repeat: the same reference with the same content answers 200 with the enrolment of the first
    time. The answer 202 means stored and queued; watch ``status`` at the address in ``Location``.
    """
    record = json_part(form, "record", EnrolmentRecord)
    taken = enrolments.take(parts, officer, record, sample_files(form, others=("record",)))
    response.status_code = 202 if taken.created else 200
    response.headers["Location"] = f"/v1/enrolments/{taken.answer.id}"
    return taken.answer


@router.get("")
def read_enrolments(
    parts: PartsHere,
    officer: OfficerHere,
    status: EnrolmentStatus | None = None,
    limit: LimitHere = 20,
    cursor: CursorHere = None,
) -> PageAnswer[EnrolmentAnswer]:
    """List enrolments, newest first."""
    with parts.database.transaction() as session:
        page = list_enrolments(session, officer, status, limit, cursor)
    return PageAnswer(
        items=[enrolments.describe(parts, officer, enrolment) for enrolment in page.items],
        next_cursor=page.next_cursor,
    )


@router.get("/{enrolment_id}")
def read_enrolment(enrolment_id: UUID, parts: PartsHere, officer: OfficerHere) -> EnrolmentAnswer:
    """Read how far an enrolment is, what is wrong with its samples, and who the person may already be."""
    return enrolments.read(parts, officer, enrolment_id)


@router.post("/{enrolment_id}/decision")
def decide(
    enrolment_id: UUID, body: ConfirmationBody, parts: PartsHere, officer: OfficerHere
) -> EnrolmentAnswer:
    """Decide, when the enrolment waits for it: a person already known, a new one, or capture again."""
    return enrolments.decide(parts, officer, enrolment_id, body)


@router.post(
    "/{enrolment_id}/samples",
    status_code=202,
    openapi_extra=multipart(
        files={**SAMPLE_FILES, "finger_0": "Only with unknown_position_intended; may repeat."},
        json_parts={"captured": "CapturedFiles"},
    ),
)
def recapture(enrolment_id: UUID, parts: PartsHere, officer: OfficerHere, form: FormHere) -> EnrolmentAnswer:
    """Send new samples for an enrolment with status ``needs_recapture``.

    Each replaces what was sent before of the same face or finger; a slap replaces all slaps. The others stay.
    """
    captured = json_part(form, "captured", CapturedFiles) if "captured" in form.fields else CapturedFiles()
    files = sample_files(form, others=("captured",))
    return enrolments.replace_samples(parts, officer, enrolment_id, captured, files)
