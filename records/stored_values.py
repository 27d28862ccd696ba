"""Turns our value classes into JSON for a JSONB column and back, checking types on the way back."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from core.errors import Defect

T = TypeVar("T")


class StoredValueUnreadable(Defect):
    """A JSON value in the database does not have the form this version expects."""

    code = "stored_value_unreadable"


@lru_cache(maxsize=64)
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(type[Any], kind))


def to_json(value: object) -> Any:
    """Return ``value`` (dataclass, enum, date, id, or collections of them) as plain JSON values."""
    return _adapter(cast(Hashable, type(value))).dump_python(value, mode="json")


def from_json(kind: type[T], stored: Any) -> T:
    """Read what ``to_json`` wrote."""
    try:
        value: T = _adapter(cast(Hashable, kind)).validate_python(stored)
    except ValidationError as problem:
        raise StoredValueUnreadable(f"A stored {kind.__name__} cannot be read: run migrations.") from problem
    return value
