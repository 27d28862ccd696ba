"""JSON of accounts, for the administrator."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas.shape import Answer, Request
from api.schemas.text import Line, Short, StateCode
from records.access import Role
from records.accounts import Account


class AccountBody(Request):
    """A new account."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "username": "station290101",
                    "password": "a long passphrase of your own",
                    "full_name": "Training station",
                    "role": "station",
                    "state_code": "29",
                    "station_code": "290101",
                }
            ]
        },
    )

    username: Short = Field(min_length=1)
    password: str = Field(max_length=1000)
    full_name: Line = Field(min_length=1)
    role: Role
    state_code: StateCode | None = Field(
        default=None, description="Binds the account to a state; null means all states."
    )
    station_code: Short | None = None


class NewPassword(Request):
    """A password set by the administrator; all tokens of the account end."""

    password: str = Field(max_length=1000)


class AccountAnswer(Answer):
    """An account; its password can never be read."""

    id: UUID
    username: str
    full_name: str
    role: Role
    state_code: str | None
    station_code: str | None
    active: bool
    created_at: datetime
    last_sign_in_at: datetime | None

    @classmethod
    def of(cls, account: Account) -> "AccountAnswer":
        """Describe an account."""
        return cls(**{name: getattr(account, name) for name in cls.model_fields})
