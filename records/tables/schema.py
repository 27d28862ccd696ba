"""How every table is built: column types by Python type, names of constraints, shared checks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

JsonObject = Annotated[dict[str, Any], "object"]
JsonList = Annotated[list[Any], "list"]


class Row(DeclarativeBase):
    """A mapped table row. Rows never leave records/: functions return frozen values."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (the name and form that SQLAlchemy reads)
        str: Text(),
        int: BigInteger(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        JsonObject: JSONB(none_as_null=True),
        JsonList: JSONB(none_as_null=True),
    }


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that a text column holds one of the values of an enumeration."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def state_code(column: str = "state_code") -> CheckConstraint:
    """A check that a state code has its two digits."""
    return CheckConstraint(f"{column} ~ '^[0-9]{{2}}$'", name=f"{column}_form")
