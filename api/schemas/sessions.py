"""JSON of signing in: credentials, tokens, the officer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.shape import Answer, Request
from records.access import Officer, Permission, Role, permissions


class Credentials(Request):
    """A user name and its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"username": "station29", "password": "..."}]})

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class PasswordChange(Request):
    """A new password, with the present one."""

    current_password: str = Field(max_length=1000)
    new_password: str = Field(max_length=1000)


class OfficerAnswer(Answer):
    """Who is signed in, and what this account may do."""

    account_id: UUID
    username: str
    full_name: str
    role: Role
    state_code: str | None = Field(description="The state the account is bound to; null means all states.")
    station_code: str | None
    permissions: list[Permission]

    @classmethod
    def of(cls, officer: Officer) -> "OfficerAnswer":
        """Describe an officer."""
        return cls(
            account_id=officer.account_id,
            username=officer.username,
            full_name=officer.full_name,
            role=officer.role,
            state_code=officer.state_code,
            station_code=officer.station_code,
            permissions=sorted(permissions(officer.role)),
        )


class TokenAnswer(Answer):
    """A short-lived token for the header ``Authorization: Bearer``."""

    token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_at: datetime
    officer: OfficerAnswer
