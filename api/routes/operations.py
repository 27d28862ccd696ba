"""Requests of machines: is the process alive, is it ready, what has it counted."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.dependencies import PartsHere
from api.lifespan import Parts
from api.metrics import exposition
from api.openapi import NO_SIGN_IN
from api.schemas.operations import GalleryState, Liveness, PartState, Readiness
from biometrics.template import Modality
from core.errors import NishanError

router = APIRouter(tags=["operations"])


@router.get("/health/live", openapi_extra=NO_SIGN_IN)
def live() -> Liveness:
    """Answer as long as the process can answer at all."""
    return Liveness(status="live")


@router.get("/health/ready", responses={503: {"model": Readiness}}, openapi_extra=NO_SIGN_IN)
def ready(parts: PartsHere, response: Response) -> Readiness:
    """Say whether searches can be answered, and if not, which part is missing."""
    states = {name: _state(check) for name, check in _checks(parts).items()}
    is_ready = all(state.ok for state in states.values())
    response.status_code = 200 if is_ready else 503
    return Readiness(status="ready" if is_ready else "not_ready", parts=states, gallery=_gallery_state(parts))


@router.get("/metrics", response_class=Response, openapi_extra=NO_SIGN_IN)
def metrics() -> Response:
    """Return the counters of this process for Prometheus; no personal data among them."""
    return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _checks(parts: Parts) -> dict[str, Callable[[], object]]:
    return {
        "database": parts.database.check,
        "images": parts.images.check,
        "models": lambda: parts.engines,
        "calibration": lambda: _calibrations(parts),
        "gallery": parts.ready_gallery,
    }


def _gallery_state(parts: Parts) -> GalleryState:
    loading, snapshot = parts.follower.loading, parts.newest_snapshot()
    return GalleryState(
        position=parts.gallery.position,
        loaded=loading.done,
        expected=loading.expected,
        snapshot_position=snapshot.position if snapshot else None,
        snapshot_age_seconds=round(snapshot.age_s(), 1) if snapshot else None,
    )


def _calibrations(parts: Parts) -> None:
    """Check that false-match rates are known for what the extractors make: no answer without them."""
    for modality in Modality:
        parts.gallery.calibrations(modality, parts.engines.producer(modality))


def _state(check: Callable[[], object]) -> PartState:
    try:
        check()
    except NishanError as problem:
        return PartState(ok=False, code=problem.code, message=problem.message)
    return PartState(ok=True)
