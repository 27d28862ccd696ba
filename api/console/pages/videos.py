"""The pages of videos: send one, watch it being looked through, choose among its faces, delete it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import videos
from api.console import odds
from api.console.forms import Values, described, form_page, number, require_fields, validated
from api.console.page_route import PageRoute
from api.console.problems import ShownProblem
from api.console.visit import FormVisitHere, Visit, VisitHere
from api.dependencies import VideoForm
from api.form_reading import SentForm
from api.refusals import refusals_audited
from api.routes.videos import delete, read_videos
from api.schemas.persons import Erasure
from api.schemas.videos import TrackAnswer, TrackQuery, VideoAnswer, VideoBody
from core.errors import NishanError
from records.access import Permission
from records.linking import LinkedCandidate, first_candidates
from records.video_space import own_bytes, room

router = APIRouter(route_class=PageRoute)

_SHOWN = 20
_TRACKS_SHOWN = 48
_REQUIRED = {"purpose": "Purpose of the search", "case_number": "Case number"}
_PLACES = {
    "purpose": ("purpose", "Purpose of the search"),
    "case_number": ("case_number", "Case number"),
    "tracks": ("", "Faces"),
    "reason": ("reason", "Reason"),
}
_TRACK = "track_"
Cursor = Annotated[str | None, Query(max_length=500)]
Start = Annotated[int, Query(alias="cursor", ge=0, le=1000)]


@dataclass(frozen=True)
class _Found:
    """The latest search of a track; ``lead`` is its first candidate when that says more than chance."""

    search_id: UUID
    lead: LinkedCandidate | None


@router.get("/videos")
def list_all(visit: VisitHere, cursor: Cursor = None) -> Response:
    """Show the form and the videos so far."""
    return _form(visit, Values(), cursor=cursor)


@router.post("/videos")
def send(visit: FormVisitHere) -> Response:
    """Accept a video and go to its progress."""
    try:
        with refusals_audited(visit.parts, visit.officer, "video"):
            require_fields(visit.fields, _REQUIRED)
            body = validated(VideoBody, {name: visit.fields[name] for name in _REQUIRED}, _PLACES)
        assert visit.upload is not None
        sent = VideoForm(SentForm(visit.fields, visit.files), visit.upload)
        answer = videos.take(visit.parts, visit.officer, body, sent)
    except NishanError as error:
        return _form(visit, Values(visit.fields), described(error))
    return visit.go(f"/videos/{answer.id}")


@router.get("/videos/{video_id}")
def show(
    visit: VisitHere, video_id: UUID, start: Start = 0, searched: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """Show how far a video is, or the faces in it."""
    notice = (
        f"{searched} faces were searched. Each search is in the list of searches too." if searched else None
    )
    return _page(visit, video_id, start, notice=notice)


@router.post("/videos/{video_id}/searches")
def search(visit: FormVisitHere, video_id: UUID) -> Response:
    """Search the chosen faces; go to the answer, or back to the faces when there are several answers."""
    chosen = [number(name.removeprefix(_TRACK)) for name in visit.fields if name.startswith(_TRACK)]
    most = visit.fields.get("max_candidates") or 20
    try:
        query = validated(TrackQuery, {"tracks": chosen, "max_candidates": most}, _PLACES)
        answer = videos.search_tracks(visit.parts, visit.officer, video_id, query)
    except NishanError as error:
        return _page(visit, video_id, problem=described(error))
    if len(answer.searches) == 1:
        return visit.go(f"/searches/{answer.searches[0].search.id}")
    first = answer.searches[0].track
    start = (first - 1) // _TRACKS_SHOWN * _TRACKS_SHOWN
    place = f"cursor={start}&" if start else ""
    return visit.go(f"/videos/{video_id}?{place}searched={len(answer.searches)}")


@router.post("/videos/{video_id}/delete")
def destroy(visit: FormVisitHere, video_id: UUID) -> Response:
    """Delete a video with all that came of it."""
    try:
        body = validated(Erasure, {"reason": visit.fields.get("reason", "")}, _PLACES)
        delete(video_id, body, visit.parts, visit.officer)
    except NishanError as error:
        return _page(visit, video_id, problem=described(error))
    return visit.go("/videos")


def _page(
    visit: Visit,
    video_id: UUID,
    start: int = 0,
    problem: ShownProblem | None = None,
    notice: str | None = None,
) -> Response:
    video = videos.read(visit.parts, visit.officer, video_id)
    shown = video.tracks[start : start + _TRACKS_SHOWN]
    more = str(start + _TRACKS_SHOWN) if start + _TRACKS_SHOWN < len(video.tracks) else None
    return visit.page(
        "video.html",
        "videos",
        f"Video for case {video.case_number}",
        problem.status if problem else 200,
        video=video,
        tracks=shown,
        found=_found(visit, shown),
        cut_short=_is_cut_short(video),
        may_search=visit.may(Permission.SEARCH),
        may_delete=visit.may(Permission.ERASE)
        or (visit.may(Permission.SEARCH) and video.officer.account_id == visit.officer.account_id),
        problem=problem,
        notice=notice,
        **visit.page_links(more),
    )


def _found(visit: Visit, tracks: Sequence[TrackAnswer]) -> dict[int, _Found]:
    """Return, by track number, what the latest search of each track found."""
    latest = {track.number: track.searches[-1] for track in tracks if track.searches}
    with visit.parts.database.transaction() as session:
        first = first_candidates(session, visit.officer, list(latest.values()))
    return {number: _Found(search_id, _lead(first.get(search_id))) for number, search_id in latest.items()}


def _lead(first: LinkedCandidate | None) -> LinkedCandidate | None:
    return first if first and odds.is_lead(first) else None


def _is_cut_short(video: VideoAnswer) -> bool:
    """Whether the file ended well before the length that it states."""
    missing_s = video.seconds_total - video.seconds_done
    return str(video.status) == "complete" and missing_s > max(2.0, 0.1 * video.seconds_total)


def _form(
    visit: Visit, values: Values, problem: ShownProblem | None = None, cursor: str | None = None
) -> Response:
    found = read_videos(visit.parts, visit.officer, _SHOWN, cursor)
    with visit.parts.database.transaction() as session:
        kept = own_bytes(session, visit.officer)
        left = room(session, visit.officer, visit.parts.video_space)
    return form_page(
        visit,
        "videos.html",
        "videos",
        "Video",
        values,
        problem,
        items=found.items,
        limits=visit.parts.settings,
        kept_bytes=kept,
        room_bytes=left,
        may_search=visit.may(Permission.SEARCH),
        **visit.page_links(found.next_cursor),
    )
