"""What a route may ask for in its signature: the process's parts, the officer, the form that was sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request

from api.lifespan import Parts
from api.security import CSRF_FIELD, CSRF_HEADER, check_csrf, check_header_csrf, officer_behind
from api.uploads import MAX_BATCH_FILES, SentForm, read_form
from records.access import Officer


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsHere = Annotated[Parts, Depends(_parts)]


def _officer(request: Request, parts: PartsHere) -> Officer:
    check_header_csrf(request)
    return officer_behind(request, parts)


OfficerHere = Annotated[Officer, Depends(_officer)]
"""The officer behind the request; 401 when there is none."""


async def _form(request: Request, parts: PartsHere, _officer: OfficerHere) -> AsyncIterator[SentForm]:
    form = await read_form(request, parts.settings.max_upload_bytes)
    yield form
    form.close()


FormHere = Annotated[SentForm, Depends(_form)]
"""The form; its body is only read once the officer is known."""


async def _batch_form(request: Request, parts: PartsHere, _officer: OfficerHere) -> AsyncIterator[SentForm]:
    form = await read_form(request, parts.settings.max_batch_bytes, MAX_BATCH_FILES)
    yield form
    form.close()


BatchFormHere = Annotated[SentForm, Depends(_batch_form)]
"""The form of a batch: many files, or one large archive."""


async def _open_form(request: Request, parts: PartsHere) -> AsyncIterator[SentForm]:
    form = await read_form(request, parts.settings.max_upload_bytes)
    yield form
    form.close()


OpenFormHere = Annotated[SentForm, Depends(_open_form)]
"""The form of a page that needs no officer: signing in."""


def _page_officer(request: Request, parts: PartsHere) -> Officer:
    return officer_behind(request, parts)


PageOfficerHere = Annotated[Officer, Depends(_page_officer)]
"""The officer behind a page; changes have to ask for a `PageForm` instead, which checks their origin."""


class PageForm:
    """A form of one of our own pages, with the officer who sent it."""

    def __init__(self, officer: Officer, form: SentForm) -> None:
        self.officer = officer
        self.form = form


async def _page_form(request: Request, parts: PartsHere, officer: PageOfficerHere) -> AsyncIterator[PageForm]:
    is_batch = request.url.path.rstrip("/").endswith("/batches")
    limit = parts.settings.max_batch_bytes if is_batch else parts.settings.max_upload_bytes
    form = await read_form(request, limit, MAX_BATCH_FILES if is_batch else 20)
    try:
        check_csrf(request, request.headers.get(CSRF_HEADER) or form.fields.get(CSRF_FIELD, ""))
        yield PageForm(officer, form)
    finally:
        form.close()


PageFormHere = Annotated[PageForm, Depends(_page_form)]

LimitHere = Annotated[int, Query(ge=1, le=100, description="How many items one page holds.")]
CursorHere = Annotated[
    str | None, Query(max_length=500, description="next_cursor of the page before; leave out for the first.")
]
