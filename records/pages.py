"""Pages of long lists, continued by an opaque cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.errors import InputRejected
from records.parameters import PAGES

T = TypeVar("T")
R = TypeVar("R")


_LARGEST_PLACE = 2**62


class CursorInvalid(InputRejected):
    """The cursor is none that this list gave out."""

    code = "cursor_invalid"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list and, while there are more, the cursor of the next page."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def page_size(limit: int) -> int:
    """Return ``limit`` within what a page may hold."""
    return max(1, min(limit, PAGES.largest))


def write_cursor(place: list[Any]) -> str:
    """Encode the place after which the next page begins."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: Callable[[Any], Any]) -> list[Any]:
    """Decode a cursor into values of the given kinds."""
    try:
        if not cursor.isascii() or len(cursor) > 500:
            raise ValueError
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(place, list) or len(place) != len(kinds):
            raise ValueError
        values = [kind(value) for kind, value in zip(kinds, place, strict=True)]
        if any(isinstance(value, int) and abs(value) > _LARGEST_PLACE for value in values):
            raise ValueError
        return values
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as problem:
        raise CursorInvalid("Take the cursor from the previous page, or leave it out.") from problem


def cut_page(
    rows: Sequence[R], limit: int, read: Callable[[R], T], place: Callable[[R], list[Any]]
) -> Page[T]:
    """Make a page of ``limit`` items from rows fetched with one extra to see whether more follow."""
    shown = rows[:limit]
    following = write_cursor(place(shown[-1])) if len(rows) > limit else None
    return Page(tuple(read(row) for row in shown), following)


def newest_first(
    session: Session,
    query: Select[R],
    by: InstrumentedAttribute[UUID],
    limit: int,
    cursor: str | None,
    read: Callable[[R], T],
) -> Page[T]:
    """Return a page of what ``query`` selects, newest first: identifiers rise with time."""
    size = page_size(limit)
    if after := id_place(cursor):
        query = query.where(by < after)
    rows = session.scalars(query.order_by(by.desc()).limit(size + 1)).all()
    return cut_page(rows, size, read, lambda row: [str(getattr(row, by.key))])


def id_place(cursor: str | None) -> UUID | None:
    """Decode the cursor of a list ordered by id."""
    if not cursor:
        return None
    value: UUID = read_cursor(cursor, UUID)[0]
    return value
