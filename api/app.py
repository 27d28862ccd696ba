"""Puts the application together: settings, parts, middleware, routes, console."""

import logging

from fastapi import APIRouter, FastAPI

from api import console, errors, openapi
from api.compression import Compression
from api.envelope import Envelope
from api.lifespan import Parts, lifespan
from api.limits import BodyLimit
from api.routes import (
    accounts,
    audit,
    batches,
    calibrations,
    documentation,
    enrolments,
    fairness,
    operations,
    persons,
    quality,
    retention,
    samples,
    searches,
    sessions,
    template_generations,
    verifications,
    videos,
)
from core.logging import configure
from core.settings import Settings
from core.settings import settings as process_settings

VERSION = "0.1.0"

_RESOURCES = (
    sessions,
    enrolments,
    quality,
    retention,
    searches,
    verifications,
    videos,
    persons,
    samples,
    batches,
    audit,
    fairness,
    accounts,
    template_generations,
    calibrations,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; nothing is connected before its first start-up event.

    Args:
        settings: The settings to use; the process's own (NISHAN_* variables) when left out.
    """
    chosen = settings or process_settings()
    configure(chosen.log_level)
    # uvicorn's line holds the query string, and that holds names; ours holds the route instead
    logging.getLogger("uvicorn.access").disabled = True
    app = FastAPI(title="nishan", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.parts = Parts(chosen)
    errors.install(app)
    openapi.install(app)
    app.add_middleware(Compression)
    app.add_middleware(BodyLimit, settings=chosen)
    app.add_middleware(Envelope)  # added last: outermost
    app.include_router(_version_1())
    app.include_router(operations.router)
    app.include_router(documentation.router)
    console.mount(app)
    return app


def _version_1() -> APIRouter:
    version = APIRouter(prefix="/v1", responses=openapi.PROBLEM_RESPONSES)
    for resource in _RESOURCES:
        version.include_router(resource.router)
    return version
