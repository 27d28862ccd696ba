"""What text the records accept: any script and any character that PostgreSQL can keep, of bounded length."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from core.errors import InputRejected

LONGEST_TEXT = 4000
"""Characters in one text field: a page and a half, far beyond any form field."""
DEEPEST_NESTING = 20
"""Levels of lists and objects in free particulars."""


class TextRejected(InputRejected):
    """A text field holds something that cannot be stored."""

    code = "text_rejected"


def check_text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """Return ``value`` unchanged, or say which field to correct and how."""
    if "\x00" in value:
        raise TextRejected(f"Remove the NUL character from {field}.", field=field)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise TextRejected(f"Send {field} as valid UTF-8.", field=field) from problem
    if len(value) > longest:
        raise TextRejected(f"Shorten {field} to at most {longest} characters.", field=field, longest=longest)
    return value


def require_text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """Return ``value`` stripped of outer blanks; refuse an empty one."""
    stripped = check_text(value, field, longest).strip()
    if not stripped:
        raise TextRejected(f"State the {field}.", field=field)
    return stripped


def check_texts(value: object, field: str, depth: int = 0) -> None:
    """Check every text inside a dataclass, mapping or sequence, however deep it lies."""
    if depth > DEEPEST_NESTING:
        raise TextRejected(f"Nest {field} at most {DEEPEST_NESTING} levels deep.", field=field)
    if isinstance(value, str):
        check_text(value, field)
    elif isinstance(value, float) and not math.isfinite(value):
        raise TextRejected(f"Send {field} as a finite number.", field=field)
    elif is_dataclass(value):
        for part in fields(value):
            check_texts(getattr(value, part.name), f"{field}.{part.name}", depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            check_text(str(key), f"a key of {field}", 200)
            check_texts(item, f"{field}.{key}", depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            check_texts(item, field, depth + 1)
