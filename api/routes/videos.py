"""Requests about videos: send one, watch it being looked through, search its tracks, delete it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api import videos
from api.dependencies import CursorHere, LimitHere, OfficerHere, PartsHere, VideoFormHere
from api.openapi import multipart
from api.refusals import refusals_audited
from api.schemas.persons import Erasure
from api.schemas.shape import PageAnswer
from api.schemas.videos import TrackQuery, TrackSearchesAnswer, VideoAnswer, VideoBody, VideoLine
from api.uploads import check_parts, json_part
from records.videos import delete_video, list_videos

router = APIRouter(tags=["videos"], prefix="/videos")


@router.post(
    "",
    status_code=202,
    openapi_extra=multipart(
        files={"video": "MP4, MOV, AVI or MKV."},
        json_parts={"query": "VideoBody"},
        required=["query", "video"],
    ),
)
def create_video(
    parts: PartsHere, officer: OfficerHere, sent: VideoFormHere, response: Response
) -> VideoAnswer:
    """Send a video to be looked through for faces; follow its progress with GET.

    Purpose and case number are mandatory, and hold for every search of its tracks.
    """
    with refusals_audited(parts, officer, "video"):
        body = json_part(sent.form, "query", VideoBody)
        check_parts(sent.form, fields=("query",), files=("video",))
    answer = videos.take(parts, officer, body, sent)
    response.headers["Location"] = answer.href
    return answer


@router.get("")
def read_videos(
    parts: PartsHere, officer: OfficerHere, limit: LimitHere = 20, cursor: CursorHere = None
) -> PageAnswer[VideoLine]:
    """List videos, newest first: your own, or all where the role may read them."""
    with parts.database.transaction() as session:
        page = list_videos(session, officer, limit, cursor)
    return PageAnswer(items=[VideoLine.of(video) for video in page.items], next_cursor=page.next_cursor)


@router.get("/{video_id}")
def read_video(video_id: UUID, parts: PartsHere, officer: OfficerHere) -> VideoAnswer:
    """Read how far a video is and, once it is complete, whom it shows: one track for each face in view."""
    return videos.read(parts, officer, video_id)


@router.post("/{video_id}/searches", status_code=201)
def search_tracks(
    video_id: UUID, query: TrackQuery, parts: PartsHere, officer: OfficerHere
) -> TrackSearchesAnswer:
    """Search the gallery with chosen tracks. Each becomes a search of its own, in the audit and in lists."""
    return videos.search_tracks(parts, officer, video_id, query)


@router.delete("/{video_id}", status_code=204)
def delete(video_id: UUID, body: Erasure, parts: PartsHere, officer: OfficerHere) -> None:
    """Delete a video with its tracks, templates and shots. Searches made with it stay, without pictures."""
    with parts.database.transaction() as session:
        delete_video(session, parts.images, officer, video_id, body.reason)
