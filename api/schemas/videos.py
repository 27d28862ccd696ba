"""JSON of videos: what is sent with one, how far it is, its tracks, and the searches made with them."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.samples import QualityAnswer, image_link
from api.schemas.searches import FiltersBody, Inquiry, SearchAnswer, SearcherAnswer
from api.schemas.shape import Answer, Request
from records.access import Purpose
from records.video_values import Video, VideoShot, VideoStatus, VideoTrack

SHOT_SIDE_PX = 240


class VideoBody(Inquiry):
    """The part ``query`` of a video."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"purpose": "investigation", "case_number": "0017/2026"}]},
    )


class TrackQuery(Request):
    """Which tracks of a video to search, and where. Purpose and case number are those of the video."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"tracks": [1, 3], "filters": {"sex": "male"}, "max_candidates": 20}]
        },
    )

    tracks: list[int] = Field(min_length=1, max_length=50, description="Numbers of tracks, from 1.")
    filters: FiltersBody = Field(default_factory=FiltersBody)
    max_candidates: int = Field(default=20, ge=1, le=500)


class ShotAnswer(Answer):
    """One of the best views of a face."""

    sample_id: UUID
    at_s: float
    quality: float
    image: str
    thumbnail: str

    @classmethod
    def of(cls, shot: VideoShot) -> "ShotAnswer":
        """Describe a shot."""
        return cls(
            sample_id=shot.sample_id,
            at_s=shot.time_ms / 1000,
            quality=shot.quality,
            image=image_link(shot.sample_id),
            thumbnail=image_link(shot.sample_id, SHOT_SIDE_PX),
        )


class TrackAnswer(Answer):
    """One face while it was in view; times in seconds from the start of the video."""

    number: int
    from_s: float
    to_s: float
    frames: int = Field(description="Sampled frames that show it; all of them are in its template.")
    quality: QualityAnswer = Field(description="Of the best shot.")
    shots: list[ShotAnswer] = Field(description="Best first.")
    searches: list[UUID]

    @classmethod
    def of(cls, track: VideoTrack) -> "TrackAnswer":
        """Describe a track."""
        return cls(
            number=track.number,
            from_s=track.from_ms / 1000,
            to_s=track.to_ms / 1000,
            frames=track.sightings,
            quality=QualityAnswer.of(track.template.quality),
            shots=[ShotAnswer.of(shot) for shot in track.shots],
            searches=list(track.search_ids),
        )


class VideoProblemAnswer(Answer):
    """Why a video could not be looked through, and what to do."""

    code: str
    message: str


class VideoLine(Answer):
    """A video in one line of a list."""

    id: UUID
    status: VideoStatus
    purpose: Purpose
    case_number: str
    file_name: str
    bytes: int
    sha256: str
    officer: SearcherAnswer
    seconds_done: float = Field(description="How far it has been looked through.")
    seconds_total: float = Field(description="Its length; 0 while that is not known.")
    problem: VideoProblemAnswer | None
    created_at: datetime
    finished_at: datetime | None
    href: str

    @classmethod
    def of(cls, video: Video) -> "VideoLine":
        """Describe a video without its tracks."""
        return cls(**line_values(video))


class VideoAnswer(VideoLine):
    """A video with its tracks."""

    frames: int = Field(description="Frames that were looked at.")
    faces_too_small: int = Field(description="Sightings that were too small to be used.")
    tracks_dropped: int = Field(description="Tracks given up because there were too many.")
    tracks: list[TrackAnswer]


class TrackSearchAnswer(Answer):
    """The search made with one track."""

    track: int
    search: SearchAnswer


class TrackSearchesAnswer(Answer):
    """One search for each track that was chosen."""

    video_id: UUID
    searches: list[TrackSearchAnswer]


def line_values(video: Video) -> dict[str, object]:
    """Return the members of a `VideoLine`."""
    problem = video.problem
    return {
        "id": video.id,
        "status": video.status,
        "purpose": video.purpose,
        "case_number": video.case_number,
        "file_name": video.file_name,
        "bytes": video.bytes,
        "sha256": video.sha256,
        "officer": SearcherAnswer(account_id=video.officer_id, username=video.officer_username),
        "seconds_done": video.done_ms / 1000,
        "seconds_total": video.total_ms / 1000,
        "problem": VideoProblemAnswer(code=problem.code, message=problem.message) if problem else None,
        "created_at": video.created_at,
        "finished_at": video.finished_at,
        "href": f"/v1/videos/{video.id}",
    }
