"""Requests that compare one person with one other."""

from fastapi import APIRouter

from api.dependencies import FormHere, OfficerHere, PartsHere
from api.openapi import SAMPLE_FILES, multipart
from api.refusals import refusals_audited
from api.schemas.searches import VerificationAnswer, VerificationQuery
from api.uploads import json_part, sample_files
from api.verification import OTHER, verify

router = APIRouter(tags=["searches"])


@router.post(
    "/verifications",
    status_code=201,
    openapi_extra=multipart(
        files={
            **SAMPLE_FILES,
            "finger_0": "A print of a finger that is not known.",
            "other_face": "Second side, when no person is named; likewise other_finger_N, other_slap_...",
        },
        json_parts={"query": "VerificationQuery"},
        required=["query"],
    ),
)
def create_verification(parts: PartsHere, officer: OfficerHere, form: FormHere) -> VerificationAnswer:
    """Compare the files with one enrolled person, or with a second set of files."""
    with refusals_audited(parts, officer, "verification"):
        query = json_part(form, "query", VerificationQuery)
        files = sample_files(form, others=("query",), prefixes=("", OTHER))
    return verify(parts, officer, query, files)
