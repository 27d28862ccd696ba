"""One officer looking at one page: who it is, what the menu offers, how the page is answered."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from api.console import rendering
from api.dependencies import PageFormHere, PageOfficerHere, PartsHere
from api.lifespan import Parts
from api.security import CSRF_FIELD, csrf_token
from api.uploads import FilePart
from records.access import Officer, Permission, permissions
from records.video_store import VideoUpload

UPLOAD_HEADER = "X-Console-Upload"
"""Sent by upload.js, which follows to the next page itself once the upload is through."""


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    key: str
    label: str
    href: str
    permission: Permission | None


_MENU = (
    MenuItem("start", "Start", "/", None),
    MenuItem("enrol", "Enrol", "/enrol", Permission.ENROL),
    MenuItem("enrolments", "Enrolments", "/enrolments", Permission.ENROL),
    MenuItem("identify", "Identify", "/identify", Permission.SEARCH),
    MenuItem("verify", "Verify", "/verify", Permission.VERIFY),
    MenuItem("searches", "Searches", "/searches", Permission.SEARCH),
    MenuItem("videos", "Video", "/videos", Permission.SEARCH),
    MenuItem("batches", "Batches", "/batches", Permission.BATCH),
    MenuItem("persons", "Persons", "/persons", Permission.READ_PERSONS),
    MenuItem("due", "Due for destruction", "/destruction-due", Permission.ERASE),
    MenuItem("audit", "Audit", "/audit", Permission.READ_AUDIT),
    MenuItem("fairness", "Fairness", "/fairness", Permission.READ_FAIRNESS),
    MenuItem("accounts", "Accounts", "/accounts", Permission.MANAGE_ACCOUNTS),
    MenuItem("templates", "Templates", "/templates", Permission.MANAGE_TEMPLATES),
    MenuItem("calibrations", "Stated rates", "/calibrations", Permission.MANAGE_TEMPLATES),
)


@dataclass(frozen=True)
class Visit:
    """A signed-in officer's request for a page."""

    request: Request
    parts: Parts
    officer: Officer

    def may(self, permission: Permission) -> bool:
        """Whether the officer's role includes it."""
        return permission in permissions(self.officer.role)

    def page(self, template: str, key: str, title: str, http_status: int = 200, **values: Any) -> Response:
        """Answer with a page; ``key`` marks its place in the menu."""
        return rendering.page(
            template, http_status, **frame(self.request, self.officer), page=key, title=title, **values
        )

    def go(self, href: str) -> Response:
        """Send the browser to another page after a change."""
        if UPLOAD_HEADER in self.request.headers:
            return JSONResponse({"location": href}, 201)
        return RedirectResponse(href, 303)

    def page_links(self, next_cursor: str | None) -> dict[str, Any]:
        """Return the links to the next and the first page of the list that was asked for."""
        here = self.request.url.remove_query_params("cursor")
        following = here.include_query_params(cursor=next_cursor) if next_cursor else None
        beyond_first = "cursor" in self.request.query_params
        return {
            "next_href": _path(following) if following else None,
            "first_href": _path(here) if beyond_first else None,
        }


@dataclass(frozen=True)
class FormVisit(Visit):
    """The same with a form that was checked to come from one of our pages.

    Attributes:
        fields: What was typed and chosen, without surrounding blanks.
        files: The files that were really chosen; browsers send an empty part for each of the others.
        upload: The video that was sent, on the page that takes one.
    """

    fields: dict[str, str]
    files: tuple[FilePart, ...]
    upload: VideoUpload | None = None


def frame(request: Request, officer: Officer | None) -> dict[str, Any]:
    """Return what every page needs around its content."""
    if officer is None:
        return {"officer": None, "menu": (), "csrf_token": ""}
    held = permissions(officer.role)
    menu = [item for item in _MENU if _offered(item, held)]
    return {"officer": officer, "menu": menu, "csrf_token": csrf_token(request)}


def _offered(item: MenuItem, held: frozenset[Permission]) -> bool:
    if item.key in ("searches", "videos") and Permission.READ_ALL_SEARCHES in held:
        return True
    return item.permission is None or item.permission in held


def _path(url: Any) -> str:
    return f"{url.path}?{url.query}" if url.query else str(url.path)


def _entry(name: str, value: str) -> str:
    """Return what was entered without surrounding blanks, which only a password may need."""
    return value if "password" in name else value.strip()


async def _visit(request: Request, parts: PartsHere, officer: PageOfficerHere) -> Visit:
    return Visit(request, parts, officer)


async def _form_visit(request: Request, parts: PartsHere, sent: PageFormHere) -> FormVisit:
    fields = {name: _entry(name, value) for name, value in sent.form.fields.items() if name != CSRF_FIELD}
    files = tuple(file for file in sent.form.files if file.filename or file.size)
    return FormVisit(request, parts, sent.officer, fields, files, sent.upload)


VisitHere = Annotated[Visit, Depends(_visit)]
FormVisitHere = Annotated[FormVisit, Depends(_form_visit)]
