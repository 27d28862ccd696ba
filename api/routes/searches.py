"""Requests about searches: ask who someone is, read the answer again, record what people decided."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import decision_answer, search_answer, search_line
from api.dependencies import CursorHere, FormHere, LimitHere, OfficerHere, PartsHere
from api.examined import take_minutiae, with_minutiae
from api.identify import identify
from api.openapi import MINUTIAE_FILES, SAMPLE_FILES, multipart
from api.refusals import refusals_audited
from api.schemas.searches import DecisionAnswer, DecisionBody, SearchAnswer, SearchLine, SearchQuery
from api.schemas.shape import PageAnswer
from api.uploads import MAX_PHOTOS, json_part, sample_files
from records.linking import link
from records.samples import fingers_of_slaps, samples_by_id
from records.searches import list_searches, record_decision, search_for

router = APIRouter(tags=["searches"], prefix="/searches")


@router.post(
    "",
    status_code=201,
    openapi_extra=multipart(
        files={
            **SAMPLE_FILES,
            "face": f"Photo of the face; up to {MAX_PHOTOS} of the same person.",
            "finger_0": "A print of a finger that is not known, such as a mark; may repeat.",
            **MINUTIAE_FILES,
        },
        json_parts={"query": "SearchQuery"},
        required=["query"],
    ),
)
def create_search(parts: PartsHere, officer: OfficerHere, form: FormHere, response: Response) -> SearchAnswer:
    """Search the gallery for the person behind the files.

    Purpose and case number are mandatory. A photo with several faces answers 422 with code
    ``several_faces_found`` and the faces to choose from; send it again with ``face_index``.
    """
    with refusals_audited(parts, officer, "search"):
        form, minutiae = take_minutiae(form)
        query = json_part(form, "query", SearchQuery)
        files = with_minutiae(sample_files(form, others=("query",), photos=MAX_PHOTOS), minutiae)
    answer = identify(parts, officer, query, files)
    response.headers["Location"] = answer.href
    return answer


@router.get("")
def list_own_searches(
    parts: PartsHere,
    officer: OfficerHere,
    limit: LimitHere = 20,
    cursor: CursorHere = None,
    case_number: str | None = None,
) -> PageAnswer[SearchLine]:
    """List searches, newest first: your own, or all where the role may read them."""
    with parts.database.transaction() as session:
        page = list_searches(session, officer, limit, cursor, case_number)
    return PageAnswer(items=[search_line(record) for record in page.items], next_cursor=page.next_cursor)


@router.get("/{search_id}")
def read_search(search_id: UUID, parts: PartsHere, officer: OfficerHere) -> SearchAnswer:
    """Read a search again, with the decisions since. Whoever was erased meanwhile is gone from it."""
    with parts.database.transaction() as session:
        record = search_for(session, officer, search_id)
        samples = samples_by_id(session, record.probe_sample_ids)
        fingers = fingers_of_slaps(session, [sample.id for sample in samples if sample.slap])
        linked = link(session, officer, search_id)
    return search_answer(record, samples, linked, fingers=fingers)


@router.post("/{search_id}/decisions", status_code=201)
def decide(search_id: UUID, body: DecisionBody, parts: PartsHere, officer: OfficerHere) -> DecisionAnswer:
    """Record what the officer sees in a candidate. Decisions are added, never changed."""
    with parts.database.transaction() as session:
        decision = record_decision(session, officer, search_id, body.person_id, body.verdict, body.reason)
    return decision_answer(decision)
