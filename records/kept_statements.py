"""Statements that are made once and asked often; making one anew takes longer than asking with it."""

from functools import lru_cache

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute

kept = lru_cache(maxsize=512)
"""For what depends on the officer alone, and never changes."""


def among(column: InstrumentedAttribute[object], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is one of the values given at execution, a list of that name.

    However many they are, the text of the statement and what the server has prepared stay the same.
    """
    return column == any_(bindparam(name, type_=ARRAY(column.type)))
