"""Tables of officers' accounts, their tokens and failed sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.schema import Row, one_of, state_code


class AccountRow(Row):
    """One officer's account. Accounts are deactivated, never deleted: records name them."""

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("role", ("station", "investigator", "examiner", "supervisor", "administrator", "auditor")),
        state_code(),
        CheckConstraint("username = lower(username) AND username <> ''", name="username_form"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str]
    state_code: Mapped[str | None]
    station_code: Mapped[str | None]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class TokenRow(Row):
    """One sign-in: only the token's SHA-256 is kept, so that a copy of the database opens nothing."""

    __tablename__ = "tokens"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInFailureRow(Row):
    """Failed sign-ins in a row, by the hash of the name tried, whether or not an account has that name."""

    __tablename__ = "sign_in_failures"
    username_hash: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    last_at: Mapped[datetime] = mapped_column(index=True)
