"""Requests about batches: many probes of a laboratory searched as one job."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api import batches
from api.dependencies import BatchFormHere, CursorHere, LimitHere, OfficerHere, PartsHere
from api.openapi import multipart
from api.refusals import refusals_audited
from api.schemas.batches import BatchAnswer, BatchBody
from api.schemas.shape import PageAnswer
from api.uploads import check_parts, json_part
from records.batches import batch_for, cancel_batch, list_batches

router = APIRouter(tags=["batches"], prefix="/batches")


@router.post(
    "",
    status_code=202,
    openapi_extra=multipart(
        files={
            "archive": "A zip of probes; a list.csv inside may describe them.",
            "list": "Instead: CSV with the column file and any of modality, position, impression, dpi, "
            "probe, slap, missing, sketch, face_index, minutiae.",
            "files": "The files that the list names; repeat the part for each.",
        },
        json_parts={"batch": "BatchBody"},
        required=["batch"],
    ),
)
def create_batch(
    parts: PartsHere, officer: OfficerHere, form: BatchFormHere, response: Response
) -> BatchAnswer:
    """Send many probes to be searched as one job. Each becomes a search of its own in the audit.

    Images of faces, single prints and slaps, minutiae records (ISO 19794-2, ANSI 378), examiners' minutiae
    and sketches. A probe that cannot be used becomes a failed line of the result; the others go on.
    """
    with refusals_audited(parts, officer, "batch"):
        body = json_part(form, "batch", BatchBody)
        check_parts(form, fields=("batch",), files=("archive", "list", "files"))
    answer = batches.take(parts, officer, body, form.files)
    response.headers["Location"] = answer.href
    return answer


@router.get("")
def read_batches(
    parts: PartsHere, officer: OfficerHere, limit: LimitHere = 20, cursor: CursorHere = None
) -> PageAnswer[BatchAnswer]:
    """List batches, newest first."""
    with parts.database.transaction() as session:
        page = list_batches(session, officer, limit, cursor)
    return PageAnswer(items=[BatchAnswer.of(batch) for batch in page.items], next_cursor=page.next_cursor)


@router.get("/{batch_id}")
def read_batch(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> BatchAnswer:
    """Read how far a batch is."""
    with parts.database.transaction() as session:
        return BatchAnswer.of(batch_for(session, officer, batch_id))


@router.delete("/{batch_id}", status_code=204)
def cancel(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> None:
    """Stop a batch; what was answered so far stays."""
    with parts.database.transaction() as session:
        cancel_batch(session, officer, batch_id)


@router.get(
    "/{batch_id}/results.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def read_results_csv(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> Response:
    """Read the results so far as CSV: one line per candidate, one for each probe without any."""
    return StreamingResponse(
        batches.results_csv(parts, officer, batch_id),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="batch-{batch_id}.csv"'},
    )


@router.get(
    "/{batch_id}/results.json",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def read_results_json(batch_id: UUID, parts: PartsHere, officer: OfficerHere) -> Response:
    """Read the results so far as JSON: ``batch`` and ``rows``."""
    return StreamingResponse(batches.results_json(parts, officer, batch_id), media_type="application/json")
