"""The web console: server-rendered pages over the same functions as the JSON routes."""

from fastapi import FastAPI

from api.console.pages import (
    accounts,
    audit,
    batches,
    calibrations,
    double_records,
    enrol,
    enrolments,
    face_crops,
    fairness,
    identify,
    own_account,
    person_edit,
    persons,
    retention,
    searches,
    sign_in,
    start,
    template_generations,
    verify,
    videos,
)
from api.console.problems import problem_page
from api.console.static_files import VersionedFiles

_PAGES = (
    sign_in,
    start,
    enrol,
    enrolments,
    identify,
    verify,
    searches,
    batches,
    videos,
    persons,
    person_edit,
    retention,
    audit,
    fairness,
    accounts,
    template_generations,
    calibrations,
    double_records,
    own_account,
    face_crops,
)


def mount(app: FastAPI) -> None:
    """Add the console's pages, its static files, and its page for errors."""
    for page in _PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.mount("/static", VersionedFiles(), name="static")
    app.state.problem_page = problem_page
