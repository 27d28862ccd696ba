"""Takes in videos and searches their tracks: each track is a search of its own, recorded before answering."""

import time
from uuid import UUID

from api.answers import search_answer
from api.dependencies import VideoForm
from api.lifespan import Parts
from api.metrics import COMPARISON_SECONDS, SEARCHES
from api.refusals import refusals_audited
from api.schemas.videos import (
    TrackAnswer,
    TrackQuery,
    TrackSearchAnswer,
    TrackSearchesAnswer,
    VideoAnswer,
    VideoBody,
    line_values,
)
from enroll.errors import NoSample
from enroll.track_templates import template_of
from enroll.video_processing import accept
from matcher.candidates import SearchResult
from records.access import Officer, Permission, SearchFilters, require, search_filter
from records.linking import link
from records.samples import samples_by_id
from records.searches import SearchKind, check_purpose, save_search
from records.video_values import Video, VideoTrack
from records.videos import hold_back_deletion, link_search, tracks_of, tracks_to_search, video_for


def take(parts: Parts, officer: Officer, body: VideoBody, sent: VideoForm) -> VideoAnswer:
    """Accept a video; a worker looks through it.

    Raises:
        InputRejected: purpose or case number missing, no video, or something else than one.
        VideoSpaceFull: the videos kept already leave no room for it.
    """
    with refusals_audited(parts, officer, "video", body.purpose, body.case_number):
        purpose = check_purpose(body.purpose, body.case_number)
        file = next((file for file in sent.form.files if file.part == "video"), None)
        if file is None:
            raise NoSample("Send the video as the file 'video'.", file="video")
        video = accept(
            parts.database,
            officer,
            sent.upload,
            file.filename[:200],
            purpose,
            body.case_number,
            parts.video_space,
        )
    return VideoAnswer(**_values(video), tracks=[])


def read(parts: Parts, officer: Officer, video_id: UUID) -> VideoAnswer:
    """Return how far a video is, and its tracks."""
    with parts.database.transaction() as session:
        video = video_for(session, officer, video_id)
        tracks = tracks_of(session, officer, video_id)
    return VideoAnswer(**_values(video), tracks=[TrackAnswer.of(track) for track in tracks])


def search_tracks(parts: Parts, officer: Officer, video_id: UUID, query: TrackQuery) -> TrackSearchesAnswer:
    """Search the gallery with each of the chosen tracks.

    All searches with their audit rows are committed together, before any is returned.

    Raises:
        VideoNotFound, VideoNotReady, TrackUnknown: of what was chosen.
        Forbidden: role or partition does not allow this search.
    """
    filters = query.filters.to_filters()
    with refusals_audited(parts, officer, "search"), parts.database.transaction() as session:
        require(officer, Permission.SEARCH)
        video = video_for(session, officer, video_id)
    with refusals_audited(parts, officer, "search", video.purpose, video.case_number):
        with parts.database.transaction() as session:
            video, tracks = tracks_to_search(session, officer, video_id, query.tracks)
        allowed = search_filter(officer, video.purpose, filters)
        gallery = parts.ready_gallery()
        most = min(query.max_candidates, parts.settings.max_candidates)
        found: list[tuple[VideoTrack, SearchResult, float]] = []
        with parts.capacity.admission() as turn:
            for track in tracks:
                started = time.perf_counter()
                with turn, COMPARISON_SECONDS.time():
                    template = template_of(track, parts.database, parts.images, parts.engines)
                    result = gallery.identify([template], allowed, most)
                found.append((track, result, (time.perf_counter() - started) * 1e3))
    return TrackSearchesAnswer(video_id=video_id, searches=_record(parts, officer, video, filters, found))


def _record(
    parts: Parts,
    officer: Officer,
    video: Video,
    filters: SearchFilters,
    found: list[tuple[VideoTrack, SearchResult, float]],
) -> list[TrackSearchAnswer]:
    answers = []
    with parts.database.transaction() as session:
        hold_back_deletion(session, video.id)
        for track, result, elapsed_ms in found:
            samples = samples_by_id(session, [shot.sample_id for shot in track.shots])
            record = save_search(
                session,
                officer,
                SearchKind.FACE,
                video.purpose,
                video.case_number,
                filters,
                [sample.id for sample in samples],
                result,
                elapsed_ms=elapsed_ms,
            )
            link_search(session, record.id, track.id)
            linked = link(session, officer, result)
            qualities = {samples[0].id: track.template.quality} if samples else {}
            answer = search_answer(record, samples, linked, qualities)
            answers.append(TrackSearchAnswer(track=track.number, search=answer))
    SEARCHES.labels(SearchKind.FACE.value, video.purpose.value).inc(len(answers))
    return answers


def _values(video: Video) -> dict[str, object]:
    return {
        **line_values(video),
        "frames": video.frames,
        "faces_too_small": video.too_small,
        "tracks_dropped": video.tracks_dropped,
    }
