"""What a route may ask for in its signature: the process's parts, the officer, the form that was sent."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from api.form_reading import MAX_BATCH_FILES, MAX_FILES, SentForm, Sink, read_form
from api.lifespan import Parts
from api.refusals import refusals_audited
from api.security import CSRF_FIELD, CSRF_HEADER, check_csrf, check_header_csrf, officer_behind
from records.access import Officer, Permission, require
from records.video_space import check_space
from records.video_store import VideoUpload


async def _parts(request: Request) -> Parts:  # not async for waiting: a plain function takes a thread
    parts: Parts = request.app.state.parts
    return parts


PartsHere = Annotated[Parts, Depends(_parts)]


def _officer(request: Request, parts: PartsHere) -> Officer:
    check_header_csrf(request)
    return officer_behind(request, parts)


OfficerHere = Annotated[Officer, Depends(_officer)]
"""The officer behind the request; 401 when there is none."""


@asynccontextmanager
async def _lent_form(
    request: Request,
    parts: Parts,
    max_file_bytes: int,
    max_files: int = MAX_FILES,
    sinks: Mapping[str, Sink] | None = None,
) -> AsyncIterator[SentForm]:
    """Read the form, lend it, and let go of its files afterwards."""
    with parts.uploads.one():
        form = await read_form(request, max_file_bytes, max_files, sinks)
        try:
            yield form
        finally:
            form.close()


async def _form(request: Request, parts: PartsHere, _officer: OfficerHere) -> AsyncIterator[SentForm]:
    async with _lent_form(request, parts, parts.settings.max_upload_bytes) as form:
        yield form


FormHere = Annotated[SentForm, Depends(_form)]
"""The form; its body is only read once the officer is known."""


async def _batch_form(request: Request, parts: PartsHere, _officer: OfficerHere) -> AsyncIterator[SentForm]:
    async with _lent_form(request, parts, parts.settings.max_batch_bytes, MAX_BATCH_FILES) as form:
        yield form


BatchFormHere = Annotated[SentForm, Depends(_batch_form)]
"""The form of a batch: many files, or one large archive."""


_FORM_AROUND_VIDEO = 10_000
"""Bytes that the other parts of a video's form hardly exceed: what fits without them is not refused early."""


class VideoForm:
    """A form with a video, which went to the store in encrypted parts while it arrived."""

    def __init__(self, form: SentForm, upload: VideoUpload) -> None:
        self.form = form
        self.upload = upload


@asynccontextmanager
async def _lent_video_form(request: Request, parts: Parts, officer: Officer) -> AsyncIterator[VideoForm]:
    """Take in the video; unless it is accepted, nothing of it stays."""
    with refusals_audited(parts, officer, "video"):
        require(officer, Permission.SEARCH)
        await run_in_threadpool(_check_video_space, parts, officer, request)
    upload = VideoUpload(parts.images)
    limit = parts.settings.max_video_bytes
    try:
        async with _lent_form(request, parts, limit, sinks={"video": upload}) as form:
            yield VideoForm(form, upload)
    finally:
        await run_in_threadpool(upload.discard_unless_kept)


def _check_video_space(parts: Parts, officer: Officer, request: Request) -> None:
    """Refuse before the body is read what its stated length says does not fit; a slow line takes hours."""
    stated = request.headers.get("Content-Length", "")
    video_bytes = max(0, int(stated) - _FORM_AROUND_VIDEO) if stated.isdigit() else 0
    with parts.database.transaction() as session:
        check_space(session, officer, parts.video_space, video_bytes)


async def _video_form(request: Request, parts: PartsHere, officer: OfficerHere) -> AsyncIterator[VideoForm]:
    async with _lent_video_form(request, parts, officer) as sent:
        yield sent


VideoFormHere = Annotated[VideoForm, Depends(_video_form)]
"""The form of a video; refused before its body is read when the officer may not search."""


async def _open_form(request: Request, parts: PartsHere) -> AsyncIterator[SentForm]:
    async with _lent_form(request, parts, parts.settings.max_upload_bytes) as form:
        yield form


OpenFormHere = Annotated[SentForm, Depends(_open_form)]
"""The form of a page that needs no officer: signing in."""


def _page_officer(request: Request, parts: PartsHere) -> Officer:
    return officer_behind(request, parts)


PageOfficerHere = Annotated[Officer, Depends(_page_officer)]
"""The officer behind a page; changes have to ask for a `PageForm` instead, which checks their origin."""


class PageForm:
    """A form of one of our own pages, with the officer who sent it."""

    def __init__(self, officer: Officer, form: SentForm, upload: VideoUpload | None = None) -> None:
        self.officer = officer
        self.form = form
        self.upload = upload


async def _page_form(request: Request, parts: PartsHere, officer: PageOfficerHere) -> AsyncIterator[PageForm]:
    if request.url.path.rstrip("/").endswith("/videos"):
        async with _lent_video_form(request, parts, officer) as sent:
            _check_page_csrf(request, sent.form)
            yield PageForm(officer, sent.form, sent.upload)
        return
    is_batch = request.url.path.rstrip("/").endswith("/batches")
    limit = parts.settings.max_batch_bytes if is_batch else parts.settings.max_upload_bytes
    async with _lent_form(request, parts, limit, MAX_BATCH_FILES if is_batch else MAX_FILES) as form:
        _check_page_csrf(request, form)
        yield PageForm(officer, form)


def _check_page_csrf(request: Request, form: SentForm) -> None:
    check_csrf(request, request.headers.get(CSRF_HEADER) or form.fields.get(CSRF_FIELD, ""))


PageFormHere = Annotated[PageForm, Depends(_page_form)]

LimitHere = Annotated[int, Query(ge=1, le=100, description="How many items one page holds.")]
CursorHere = Annotated[
    str | None, Query(max_length=500, description="next_cursor of the page before; leave out for the first.")
]
