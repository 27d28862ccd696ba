"""JSON of the health checks."""

from typing import Literal

from api.schemas.shape import Answer


class Liveness(Answer):
    """The process answers."""

    status: Literal["live"]


class PartState(Answer):
    """Whether one part works, and what to do if not."""

    ok: bool
    code: str | None = None
    message: str | None = None


class GalleryState(Answer):
    """How far the gallery of the process that answers has come, and what a new process would start from."""

    position: int
    loaded: int
    expected: int
    snapshot_position: int | None = None
    snapshot_age_seconds: float | None = None


class Readiness(Answer):
    """Whether searches can be answered."""

    status: Literal["ready", "not_ready"]
    parts: dict[str, PartState]
    gallery: GalleryState
