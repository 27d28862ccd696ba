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


class Readiness(Answer):
    """Whether searches can be answered."""

    status: Literal["ready", "not_ready"]
    parts: dict[str, PartState]
