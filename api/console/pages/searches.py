"""The pages of searches: the list, one answer with its candidates, decisions, searching again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.console import odds, words
from api.console.forms import described, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.identify import identify
from api.routes.searches import decide, read_search
from api.schemas.marks import MinutiaeBody, SearchedMinutiae
from api.schemas.samples import Capture
from api.schemas.searches import DecisionAnswer, DecisionBody, FiltersBody, SearchQuery
from api.schemas.videos import TrackQuery
from api.uploads import ProbeFile
from api.videos import search_tracks
from biometrics.template import Modality
from core.errors import NishanError
from enroll.content import sample_label
from enroll.examined_marks import is_minutiae_text
from records.access import Permission
from records.samples import Sample, sample_image, samples_by_id
from records.searches import SearchKind, SearchRecord, list_searches, search_for
from records.videos import track_of_search

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_PLACES = {"verdict": ("", "Verdict"), "reason": ("", "Reason")}


@dataclass(frozen=True)
class _Line:
    """A search in one line of the list."""

    id: UUID
    case_number: str
    kind: SearchKind
    purpose: str
    created_at: datetime
    officer: str
    verdicts: list[str]
    outcome: str
    uncalibrated: bool


@router.get("/searches")
def list_all(
    visit: VisitHere,
    case_number: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """List searches, newest first."""
    with visit.parts.database.transaction() as session:
        found = list_searches(session, visit.officer, _SHOWN, cursor, case_number.strip() or None)
    return visit.page(
        "searches.html",
        "searches",
        "Searches",
        items=[_line(record) for record in found.items],
        sees_all=visit.may(Permission.READ_ALL_SEARCHES),
        may_search=visit.may(Permission.SEARCH),
        case_number=case_number,
        **visit.page_links(found.next_cursor),
    )


@router.get("/searches/{search_id}")
def show(visit: VisitHere, search_id: UUID, decided: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Show the candidates of a search, leads first."""
    return _page(visit, search_id, notice="Your decision is recorded." if decided else None)


@router.post("/searches/{search_id}/decisions")
def record(visit: FormVisitHere, search_id: UUID) -> Response:
    """Record what the officer sees in a candidate."""
    fields = visit.fields
    body = {
        "person_id": fields.get("person_id"),
        "verdict": fields.get("verdict", ""),
        "reason": fields.get("reason", ""),
    }
    try:
        decide(search_id, validated(DecisionBody, body, _PLACES), visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, search_id, described(error))
    rank = fields.get("rank", "")
    place = f"#candidate-{rank}" if rank.isdigit() else ""
    return visit.go(f"/searches/{search_id}?decided=1{place}")


@router.post("/searches/{search_id}/again")
def again(visit: FormVisitHere, search_id: UUID) -> Response:
    """Search with the same probe, purpose and filters in the gallery as it is now."""
    with visit.parts.database.transaction() as session:
        before = search_for(session, visit.officer, search_id)
        # a slap is taken apart anew, so its fingers need not be sent beside it
        samples = tuple(item for item in samples_by_id(session, before.probe_sample_ids) if not item.cut)
        files = [
            _file_again(
                sample,
                sample_image(session, visit.parts.images, visit.officer, sample.id),
                before.minutiae.get(sample.id),
            )
            for sample in samples
        ]
        track = track_of_search(session, search_id)
    try:
        query = _same_query(before, samples)
        new_id = _track_again(visit, track, query) if track else _files_again(visit, query, files)
    except NishanError as error:
        return _page(visit, search_id, described(error))
    return visit.go(f"/searches/{new_id}")


def _file_again(sample: Sample, data: bytes, searched: Mapping[str, Any] | None) -> ProbeFile:
    """Return a probe as it was searched, with an examiner's minutiae where those were."""
    if searched is None:
        return ProbeFile(_part(sample), data)
    examined = SearchedMinutiae.model_validate(searched).examined
    body = MinutiaeBody.model_validate(examined.model_dump(exclude={"picture"}))
    return ProbeFile(_part(sample), data, body.to_examined(), not is_minutiae_text(data))


def _files_again(visit: Visit, query: SearchQuery, files: list[ProbeFile]) -> UUID:
    return identify(visit.parts, visit.officer, query, files).id


def _track_again(visit: Visit, track: tuple[UUID, int], query: SearchQuery) -> UUID:
    """Search with a video's track, which is more than its pictures."""
    video_id, number = track
    chosen = TrackQuery(tracks=[number], filters=query.filters, max_candidates=query.max_candidates)
    return search_tracks(visit.parts, visit.officer, video_id, chosen).searches[0].search.id


def _part(sample: Sample) -> str:
    return sample_label(sample.modality, sample.position, sample.slap)


def _same_query(before: SearchRecord, samples: tuple[Sample, ...]) -> SearchQuery:
    filters = before.filters
    captured = {
        _part(sample): Capture(
            impression=sample.impression,
            dpi=sample.dpi,
            missing=list(sample.slap.missing) if sample.slap else [],
            hand_checked=bool(sample.slap and sample.slap.hand_checked),
        )
        for sample in samples
        if sample.impression is not None
    }
    if before.uncalibrated:
        captured |= {_part(sample): Capture(sketch=True) for sample in samples}
    return SearchQuery(
        purpose=before.purpose,
        case_number=before.case_number,
        target_fpir=before.threshold.target_fpir if before.threshold else None,
        filters=FiltersBody(
            states=sorted(filters.states),
            sex=filters.sex,
            age_lowest=filters.age_lowest,
            age_highest=filters.age_highest,
            encounter_from=filters.encounter_from,
            encounter_to=filters.encounter_to,
            positions=sorted(filters.positions),
        ),
        max_candidates=max(20, len(before.candidates)),
        face_index=next((sample.face_index for sample in samples if sample.modality is Modality.FACE), None),
        captures=captured,
    )


def _page(
    visit: Visit, search_id: UUID, problem: ShownProblem | None = None, notice: str | None = None
) -> Response:
    search = read_search(search_id, visit.parts, visit.officer)
    with visit.parts.database.transaction() as session:
        track = track_of_search(session, search_id)
    decisions = _by_person(search.decisions)
    likely = [item for item in search.candidates if odds.is_lead(item)]
    unlikely = [item for item in search.candidates if not odds.is_lead(item)]
    return visit.page(
        "search.html",
        "searches",
        f"Search for case {search.case_number}",
        problem.status if problem else 200,
        search=search,
        track=track,
        likely=likely,
        unlikely=unlikely,
        opened=any(item.person.id in decisions for item in unlikely),
        decisions_of=lambda item: decisions.get(item.person.id, []),
        may_decide=visit.may(Permission.DECIDE),
        may_search=visit.may(Permission.SEARCH) and search.kind is not SearchKind.VERIFICATION,
        filter_words=_filter_words(search.filters),
        problem=problem,
        notice=notice,
    )


def _by_person(decisions: list[DecisionAnswer]) -> dict[UUID, list[DecisionAnswer]]:
    by_person: dict[UUID, list[DecisionAnswer]] = {}
    for decision in decisions:
        if decision.person_id is not None:
            by_person.setdefault(decision.person_id, []).append(decision)
    return by_person


def _line(record: SearchRecord) -> _Line:
    return _Line(
        id=record.id,
        case_number=record.case_number,
        kind=record.kind,
        purpose=str(record.purpose),
        created_at=record.created_at,
        officer=record.officer_username,
        verdicts=sorted({str(decision.verdict) for decision in record.decisions}),
        outcome="" if record.kind is SearchKind.VERIFICATION else _outcome(record),
        uncalibrated=record.uncalibrated,
    )


def _outcome(record: SearchRecord) -> str:
    if record.uncalibrated:
        return "sketch, uncalibrated, for investigation only"
    leads = sum(odds.is_lead(item) for item in record.candidates)
    return f"{leads} {'lead' if leads == 1 else 'leads'}, no decision yet" if leads else "nobody stands out"


def _filter_words(filters: dict[str, Any]) -> str:
    said = []
    if filters.get("states"):
        said.append("state " + ", ".join(filters["states"]))
    if filters.get("sex"):
        said.append(words.sex(filters["sex"]).lower())
    lowest, highest = filters.get("age_lowest"), filters.get("age_highest")
    if lowest is not None or highest is not None:
        said.append(
            f"age {lowest if lowest is not None else 0} to {highest if highest is not None else 'any'}"
        )
    for name, label in (("encounter_from", "recorded from"), ("encounter_to", "recorded to")):
        if filters.get(name):
            said.append(f"{label} {filters[name]}")
    return "; ".join(said)
